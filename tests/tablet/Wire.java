import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** Sends requests with the headers ODK Collect sends, and answers Digest and Basic challenges. */
final class Wire {
    private static final HttpClient HTTP = HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .followRedirects(HttpClient.Redirect.NORMAL)
        .connectTimeout(Duration.ofSeconds(30))
        .build();
    private static final int ANSWER_SECONDS = 60;
    private static final int SLOWEST_BYTES_A_SECOND = 5000;
    /** ODK Collect writes the hour from 1 to 12 and leaves out which half of the day it means. */
    private static final DateTimeFormatter COLLECT_DATE =
        DateTimeFormatter.ofPattern("EEE, dd MMM yyyy hh:mm:ss 'GMT'", Locale.US);

    private final Options options;
    private final String deviceId;
    private final HttpCache cache;
    private final Report report;
    private Challenge challenge;

    Wire(Options options, String deviceId, Path cacheRoot, Report report) {
        this.options = options;
        this.deviceId = deviceId;
        String credentials = options.user + ":" + options.password;
        this.cache = new HttpCache(cacheRoot.resolve(Disk.md5(credentials.getBytes(StandardCharsets.UTF_8))));
        this.report = report;
    }

    /** Asks the cache first; what the server confirms with 304 counts as 200. */
    Answer get(URI uri) throws Exception {
        HttpCache.Entry known = cache.find(uri);
        if (known != null && known.isFresh()) {
            report.count("cache_served");
            return known.answer();
        }
        Map<String, String> headers = new HashMap<>(known == null ? Map.of() : known.conditions());
        headers.put("Accept-Encoding", "gzip");
        HttpResponse<byte[]> response = send("GET", uri, BodyPublishers.noBody(), headers);
        Answer answer = new Answer(response.statusCode(), response.headers(), decoded(response));
        if (known != null && answer.status() == 304) {
            report.count("cache_confirmed");
            answer = known.confirmed(answer.headers());
        }
        cache.store(uri, answer);
        return answer;
    }

    HttpResponse<byte[]> head(URI uri) throws Exception {
        return send("HEAD", uri, BodyPublishers.noBody(), Map.of());
    }

    HttpResponse<byte[]> post(URI uri, Multipart multipart) throws Exception {
        cache.forget(uri);
        return send("POST", uri, multipart.publisher(), Map.of("Content-Type", multipart.contentType()));
    }

    private static byte[] decoded(HttpResponse<byte[]> response) throws IOException {
        if (!response.headers().firstValue("Content-Encoding").orElse("").equalsIgnoreCase("gzip")) {
            return response.body();
        }
        try (GZIPInputStream stream = new GZIPInputStream(new ByteArrayInputStream(response.body()))) {
            return stream.readAllBytes();
        }
    }

    URI withDeviceId(String url) throws TabletException {
        String query = "deviceID=" + URLEncoder.encode(deviceId, StandardCharsets.UTF_8);
        URI uri;
        try {
            uri = URI.create(url + (url.contains("?") ? "&" : "?") + query);
        } catch (IllegalArgumentException e) {
            throw new TabletException("not a URL: " + url);
        }
        if (uri.getHost() == null) {
            throw new TabletException("not an absolute URL: " + url);
        }
        return uri;
    }

    private HttpResponse<byte[]> send(String method, URI uri, BodyPublisher body, Map<String, String> headers)
        throws Exception {
        HttpResponse<byte[]> response = exchange(method, uri, body, headers);
        if (response.statusCode() == 401 && options.user != null) {
            boolean allowBasic = uri.getScheme().equals("https") || options.basicOverHttp;
            Challenge answerable = Challenge.choose(response.headers().allValues("WWW-Authenticate"), allowBasic);
            if (answerable != null) {
                synchronized (this) {
                    challenge = answerable;
                }
                response = exchange(method, uri, body, headers);
            }
        }
        return response;
    }

    private HttpResponse<byte[]> exchange(String method, URI uri, BodyPublisher body, Map<String, String> headers)
        throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
            .timeout(Duration.ofSeconds(ANSWER_SECONDS + Math.max(0, body.contentLength()) / SLOWEST_BYTES_A_SECOND))
            .header("X-OpenRosa-Version", "1.0")
            .header("Date", COLLECT_DATE.format(ZonedDateTime.now(ZoneOffset.UTC)))
            .header("User-Agent", "org.odk.collect.android/virtual-tablet")
            .method(method, body);
        headers.forEach(request::header);
        synchronized (this) {
            if (challenge != null) {
                request.header("Authorization", challenge.answer(method, uri, options.user, options.password));
            }
        }
        try {
            HttpResponse<byte[]> response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            report.count("answers_" + response.statusCode());
            return response;
        } catch (IOException e) {
            report.count("connections_failed");
            throw e;
        }
    }
}
