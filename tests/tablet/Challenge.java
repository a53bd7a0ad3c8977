import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** An HTTP authentication challenge and its answers (RFC 7616 and RFC 7617). */
final class Challenge {
    private static final Pattern SCHEME = Pattern.compile("(?i)(?:^|,\\s*)(Digest|Basic)\\s+");
    private static final Pattern PARAMETER = Pattern.compile("(\\w+)\\s*=\\s*(?:\"([^\"]*)\"|([^\\s,]+))");

    private final boolean digest;
    private final Map<String, String> parameters;
    private int uses;

    private Challenge(String scheme, Map<String, String> parameters) {
        this.digest = scheme.equalsIgnoreCase("digest");
        this.parameters = parameters;
    }

    /** Digest is preferred. Returns null when there is no challenge that may be answered. */
    static Challenge choose(List<String> headers, boolean allowBasic) {
        Challenge basic = null;
        for (String header : headers) {
            Matcher scheme = SCHEME.matcher(header);
            while (scheme.find()) {
                Matcher next = SCHEME.matcher(header);
                int end = next.find(scheme.end()) ? next.start() : header.length();
                Map<String, String> parameters = new HashMap<>();
                Matcher parameter = PARAMETER.matcher(header.substring(scheme.end(), end));
                while (parameter.find()) {
                    parameters.put(parameter.group(1).toLowerCase(Locale.ROOT),
                        parameter.group(2) != null ? parameter.group(2) : parameter.group(3));
                }
                Challenge found = new Challenge(scheme.group(1), parameters);
                if (found.digest) {
                    return found;
                }
                basic = found;
            }
        }
        return allowBasic ? basic : null;
    }

    String answer(String method, URI uri, String user, String password) throws Exception {
        if (!digest) {
            byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
            return "Basic " + Base64.getEncoder().encodeToString(pair);
        }
        if (!user.chars().allMatch(c -> c < 128)) {
            throw new TabletException("a user name with other than ASCII letters cannot be used with Digest");
        }
        String algorithm = parameters.getOrDefault("algorithm", "MD5");
        String realm = parameters.getOrDefault("realm", "");
        String nonce = parameters.getOrDefault("nonce", "");
        String cnonce = UUID.randomUUID().toString().replace("-", "").substring(0, 16);
        String count = String.format("%08x", ++uses);
        String path = uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
        boolean qopAuth = Stream.of(parameters.getOrDefault("qop", "").split(",")).anyMatch(q -> q.trim().equals("auth"));

        String ha1 = hash(algorithm, user + ":" + realm + ":" + password);
        if (algorithm.toLowerCase(Locale.ROOT).endsWith("-sess")) {
            ha1 = hash(algorithm, ha1 + ":" + nonce + ":" + cnonce);
        }
        String ha2 = hash(algorithm, method + ":" + path);
        String response = qopAuth
            ? hash(algorithm, String.join(":", ha1, nonce, count, cnonce, "auth", ha2))
            : hash(algorithm, String.join(":", ha1, nonce, ha2));

        StringBuilder header = new StringBuilder("Digest username=\"" + user + "\", realm=\"" + realm + "\", nonce=\""
            + nonce + "\", uri=\"" + path + "\", response=\"" + response + "\", algorithm=" + algorithm);
        if (qopAuth) {
            header.append(", qop=auth, nc=").append(count).append(", cnonce=\"").append(cnonce).append('"');
        }
        if (parameters.containsKey("opaque")) {
            header.append(", opaque=\"").append(parameters.get("opaque")).append('"');
        }
        return header.toString();
    }

    private static String hash(String algorithm, String text) throws NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance(algorithm.replaceFirst("(?i)-sess$", ""));
        return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
