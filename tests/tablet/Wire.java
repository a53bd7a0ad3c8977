import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Date;

/** Sends requests with the headers ODK Collect sends, and answers Digest and Basic challenges. */
final class Wire {
    private static final HttpClient HTTP = HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .followRedirects(HttpClient.Redirect.NORMAL)
        .connectTimeout(Duration.ofSeconds(30))
        .build();

    private final Options options;
    private final String deviceId;
    private Challenge challenge;

    Wire(Options options, String deviceId) {
        this.options = options;
        this.deviceId = deviceId;
    }

    HttpResponse<byte[]> get(URI uri) throws Exception {
        return send("GET", uri, BodyPublishers.noBody(), null);
    }

    HttpResponse<byte[]> head(URI uri) throws Exception {
        return send("HEAD", uri, BodyPublishers.noBody(), null);
    }

    HttpResponse<byte[]> post(URI uri, Multipart multipart) throws Exception {
        return send("POST", uri, multipart.publisher(), multipart.contentType());
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

    private HttpResponse<byte[]> send(String method, URI uri, BodyPublisher body, String contentType) throws Exception {
        HttpResponse<byte[]> response = exchange(method, uri, body, contentType);
        if (response.statusCode() == 401 && options.user != null) {
            boolean allowBasic = uri.getScheme().equals("https") || options.basicOverHttp;
            Challenge answerable = Challenge.choose(response.headers().allValues("WWW-Authenticate"), allowBasic);
            if (answerable != null) {
                synchronized (this) {
                    challenge = answerable;
                }
                response = exchange(method, uri, body, contentType);
            }
        }
        return response;
    }

    private HttpResponse<byte[]> exchange(String method, URI uri, BodyPublisher body, String contentType) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
            .timeout(Duration.ofSeconds(60))
            .header("X-OpenRosa-Version", "1.0")
            .header("Date", DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC)))
            .header("User-Agent", "org.odk.collect.android/virtual-tablet")
            .method(method, body);
        if (contentType != null) {
            request.header("Content-Type", contentType);
        }
        synchronized (this) {
            if (challenge != null) {
                request.header("Authorization", challenge.answer(method, uri, options.user, options.password));
            }
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }
}
