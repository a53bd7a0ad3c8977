import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** Sends finalised submissions, as ODK Collect does. */
final class Uploader {
    private static final long DEFAULT_ACCEPTED_LENGTH = 10_000_000;
    private static final int MAX_FILES_PER_POST = 100;

    private final OpenRosaClient client;
    private final Report report;
    private final Map<URI, URI> redirects = Collections.synchronizedMap(new HashMap<>());

    Uploader(OpenRosaClient client, Report report) {
        this.client = client;
        this.report = report;
    }

    void upload(StoredInstance instance, String submissionUrl) throws Exception {
        URI uri = client.wire.withDeviceId(submissionUrl == null ? client.server + "/submission" : submissionUrl.trim());
        long acceptedLength = DEFAULT_ACCEPTED_LENGTH;
        if (redirects.containsKey(uri)) {
            uri = redirects.get(uri);
        } else {
            HttpResponse<byte[]> response = client.wire.head(uri);
            int status = response.statusCode();
            if (status == 401) {
                throw new AuthenticationRequested();
            } else if (status == 204) {
                acceptedLength = response.headers().firstValue("X-OpenRosa-Accept-Content-Length")
                    .map(Long::parseLong).orElse(DEFAULT_ACCEPTED_LENGTH);
                String location = response.headers().firstValue("Location").orElse(null);
                if (location != null) {
                    URI target = redirectTarget(uri, location);
                    redirects.put(uri, target);
                    uri = target;
                }
            } else if (status >= 200 && status < 300) {
                throw new TabletException("HEAD " + uri + " answered " + status + ", not 204");
            } else {
                report.count("head_not_204");
            }
        }
        post(uri, instance, acceptedLength);
    }

    private static URI redirectTarget(URI uri, String location) throws TabletException {
        URI target = URI.create(URLDecoder.decode(location, StandardCharsets.UTF_8));
        if (!uri.getHost().equalsIgnoreCase(target.getHost())) {
            throw new TabletException("HEAD " + uri + " redirects to another host: " + location);
        }
        return target.getQuery() == null ? URI.create(target + "?" + uri.getRawQuery()) : target;
    }

    /** Every post carries the XML; when there are several, all but the last are marked incomplete. */
    private void post(URI uri, StoredInstance instance, long acceptedLength) throws Exception {
        Path xml = instance.xml();
        Deque<Path> media = new ArrayDeque<>(Disk.children(instance.dir()));
        media.removeIf(file -> file.equals(xml) || file.getFileName().toString().startsWith("."));
        do {
            Multipart body = new Multipart();
            body.file("xml_submission_file", xml);
            long bytes = Files.size(xml);
            for (int files = 0; !media.isEmpty(); files++) {
                long next = Files.size(media.peek());
                if (files > 0 && (files > MAX_FILES_PER_POST || bytes + next > acceptedLength)) {
                    break;
                }
                body.file(media.peek().getFileName().toString(), media.peek());
                bytes += next;
                media.pop();
            }
            if (!media.isEmpty()) {
                body.field("*isIncomplete*", "yes");
            }
            long start = System.nanoTime();
            HttpResponse<byte[]> response = client.wire.post(uri, body);
            report.posted((System.nanoTime() - start) / 1_000_000, bytes);
            if (response.statusCode() != 201 && response.statusCode() != 202) {
                throw new TabletException("POST " + uri + " answered " + response.statusCode()
                    + ": " + message(response.body()));
            }
        } while (!media.isEmpty());
    }

    private static String message(byte[] body) {
        try {
            return Xml.first(Xml.parse(body), "message").getTextContent().trim();
        } catch (Exception e) {
            String text = new String(body, StandardCharsets.UTF_8).trim();
            return text.substring(0, Math.min(200, text.length()));
        }
    }
}
