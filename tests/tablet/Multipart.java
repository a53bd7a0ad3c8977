import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/** A multipart/form-data body. Files are streamed from disk. */
final class Multipart {
    private static final Map<String, String> CONTENT_TYPES = Map.ofEntries(
        Map.entry("xml", "text/xml"), Map.entry("jpg", "image/jpeg"), Map.entry("jpeg", "image/jpeg"),
        Map.entry("png", "image/png"), Map.entry("webp", "image/webp"), Map.entry("m4a", "audio/mpeg"),
        Map.entry("mp3", "audio/mpeg"), Map.entry("wav", "audio/x-wav"), Map.entry("amr", "audio/amr"),
        Map.entry("mp4", "video/mp4"), Map.entry("csv", "text/csv"), Map.entry("pdf", "application/pdf"),
        Map.entry("txt", "text/plain"));

    private final String boundary = UUID.randomUUID().toString();
    private final List<BodyPublisher> parts = new ArrayList<>();

    void file(String field, Path file) throws IOException {
        String fileName = file.getFileName().toString();
        String extension = fileName.substring(fileName.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        text("--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + escape(field) + "\"; filename=\""
            + escape(fileName) + "\"\r\nContent-Type: "
            + CONTENT_TYPES.getOrDefault(extension, "application/octet-stream") + "\r\n\r\n");
        parts.add(BodyPublishers.ofFile(file));
        text("\r\n");
    }

    void field(String name, String value) {
        text("--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + escape(name) + "\"\r\n\r\n" + value + "\r\n");
    }

    BodyPublisher publisher() {
        List<BodyPublisher> all = new ArrayList<>(parts);
        all.add(BodyPublishers.ofString("--" + boundary + "--\r\n"));
        return BodyPublishers.concat(all.toArray(BodyPublisher[]::new));
    }

    String contentType() {
        return "multipart/form-data; boundary=" + boundary;
    }

    private void text(String text) {
        parts.add(BodyPublishers.ofString(text));
    }

    private static String escape(String name) {
        return name.replace("\"", "%22").replace("\n", "%0A").replace("\r", "%0D");
    }
}
