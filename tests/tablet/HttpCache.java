import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** An answer to a request, from the network or from the cache. */
record Answer(int status, HttpHeaders headers, byte[] body) {
}

/**
 * The HTTP cache of one pair of credentials, on disk, by the rules of the cache in ODK Collect's HTTP client (OkHttp):
 * only answers with status 200 are kept, what no-store forbids is not, what is fresh is served without asking, and the
 * rest is asked for with If-None-Match or If-Modified-Since. Nothing is fresh without an explicit lifetime, because all
 * addresses that ODK Collect asks for have a query.
 */
final class HttpCache {
    private final Path dir;

    HttpCache(Path dir) {
        this.dir = dir;
    }

    /** What is known about an address; null when nothing is. */
    Entry find(URI uri) throws IOException {
        Path headers = file(uri, ".json");
        if (!Files.exists(headers)) {
            return null;
        }
        JsonNode json = Disk.JSON.readTree(headers.toFile());
        Map<String, List<String>> values = new HashMap<>();
        json.get("headers").fields().forEachRemaining(field -> {
            List<String> list = new ArrayList<>();
            field.getValue().forEach(value -> list.add(value.asText()));
            values.put(field.getKey(), list);
        });
        return new Entry(HttpHeaders.of(values, (name, value) -> true), Files.readAllBytes(file(uri, ".body")),
            Instant.ofEpochMilli(json.get("receivedAt").asLong()));
    }

    /** Keeps an answer if it may be kept; otherwise forgets what was known about its address. */
    void store(URI uri, Answer answer) throws IOException {
        String control = control(answer.headers());
        boolean varies = answer.headers().allValues("Vary").stream().anyMatch(names -> names.matches("(?i).*(\\*|\\bdate\\b).*"));
        if (answer.status() != 200 || directive(control, "no-store").isPresent() || varies) {
            forget(uri);
            return;
        }
        Files.createDirectories(dir);
        ObjectNode json = Disk.JSON.createObjectNode().put("url", uri.toString())
            .put("receivedAt", System.currentTimeMillis());
        ObjectNode headers = json.putObject("headers");
        answer.headers().map().forEach((name, values) -> values.forEach(headers.withArray(name)::add));
        Files.write(file(uri, ".body"), answer.body());
        Files.write(file(uri, ".json"), Disk.JSON.writeValueAsBytes(json));
    }

    void forget(URI uri) throws IOException {
        Files.deleteIfExists(file(uri, ".json"));
        Files.deleteIfExists(file(uri, ".body"));
    }

    private Path file(URI uri, String extension) {
        return dir.resolve(Disk.md5(uri.toString().getBytes(StandardCharsets.UTF_8)) + extension);
    }

    private static String control(HttpHeaders headers) {
        return String.join(",", headers.allValues("Cache-Control")).toLowerCase(Locale.ROOT);
    }

    /** The value of a Cache-Control directive, "" for one without a value. */
    private static Optional<String> directive(String control, String name) {
        for (String part : control.split(",")) {
            String[] pair = part.trim().split("=", 2);
            if (pair[0].equals(name)) {
                return Optional.of(pair.length == 1 ? "" : pair[1].replace("\"", ""));
            }
        }
        return Optional.empty();
    }

    private static Optional<Instant> date(HttpHeaders headers, String name) {
        try {
            return headers.firstValue(name).map(text -> ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** A stored answer. */
    record Entry(HttpHeaders headers, byte[] body, Instant receivedAt) {
        Answer answer() {
            return new Answer(200, headers, body);
        }

        boolean isFresh() {
            String control = control(headers);
            return directive(control, "no-cache").isEmpty() && age().compareTo(lifetime(control)) < 0;
        }

        /** The headers that make a request conditional; empty when nothing can be compared. */
        Map<String, String> conditions() {
            Map<String, String> conditions = new HashMap<>();
            Optional<String> since = headers.firstValue("Last-Modified").or(() -> headers.firstValue("Date"));
            headers.firstValue("ETag").ifPresentOrElse(tag -> conditions.put("If-None-Match", tag),
                () -> since.ifPresent(date -> conditions.put("If-Modified-Since", date)));
            return conditions;
        }

        /** The stored answer with the headers of the 304 that confirmed it. */
        Answer confirmed(HttpHeaders newer) {
            Map<String, List<String>> combined = new LinkedHashMap<>(headers.map());
            newer.map().forEach((name, values) -> {
                if (!name.equalsIgnoreCase("Content-Length")) {
                    combined.keySet().removeIf(name::equalsIgnoreCase);
                    combined.put(name, values);
                }
            });
            return new Answer(200, HttpHeaders.of(combined, (name, value) -> true), body);
        }

        private Duration age() {
            Duration here = Duration.between(receivedAt, Instant.now());
            Duration before = date(headers, "Date").map(date -> Duration.between(date, receivedAt)).orElse(Duration.ZERO);
            long said = headers.firstValue("Age").map(Long::parseLong).orElse(0L);
            return here.plus(before.compareTo(Duration.ofSeconds(said)) > 0 ? before : Duration.ofSeconds(said));
        }

        private Duration lifetime(String control) {
            Optional<String> seconds = directive(control, "max-age");
            if (seconds.isPresent()) {
                return Duration.ofSeconds(Long.parseLong(seconds.get()));
            }
            Instant served = date(headers, "Date").orElse(receivedAt);
            return date(headers, "Expires").map(expires -> Duration.between(served, expires)).orElse(Duration.ZERO);
        }
    }
}
