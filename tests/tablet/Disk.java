import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The tablet's files, and what is made of their bytes. */
final class Disk {
    static final ObjectMapper JSON = new ObjectMapper();
    private static long lastMoment;

    static String md5(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Reads the whole file. */
    static String md5(Path file) {
        try {
            return md5(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String safeFileName(String name) {
        return name.replaceAll("[^\\p{L}\\p{Digit}_.-]+", " ").trim();
    }

    static List<Path> children(Path dir) throws IOException {
        if (!Files.isDirectory(dir)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(dir)) {
            return files.sorted().collect(Collectors.toList());
        }
    }

    static void deleteTree(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            for (Path child : children(path)) {
                deleteTree(child);
            }
        }
        Files.deleteIfExists(path);
    }

    static void appendLine(Path file, String line) throws IOException {
        Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    static void copyInto(Path from, Path to) throws IOException {
        for (Path file : children(from)) {
            Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Now, in milliseconds since 1970, and never the same twice. */
    static synchronized long moment() {
        lastMoment = Math.max(System.currentTimeMillis(), lastMoment + 1);
        return lastMoment;
    }
}
