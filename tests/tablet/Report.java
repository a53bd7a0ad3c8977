import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What happened, across all tablets. Printed as one line of Disk.JSON. */
final class Report {
    private static final int MAX_LISTED = 50;

    private final String command;
    private final long startNanos = System.nanoTime();
    private final Map<String, Long> counts = new TreeMap<>();
    private final List<Long> postMillis = new ArrayList<>();
    private final List<JsonNode> refusals = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final List<JsonNode> forms = new ArrayList<>();

    Report(String command) {
        this.command = command;
    }

    synchronized void count(String what, long n) {
        counts.merge(what, n, Long::sum);
    }

    void count(String what) {
        count(what, 1);
    }

    synchronized void posted(long millis, long bytes) {
        postMillis.add(millis);
        counts.merge("posts", 1L, Long::sum);
        counts.merge("bytes_posted", bytes, Long::sum);
    }

    synchronized void form(ObjectNode form) {
        forms.add(form);
    }

    /** An answer from the answers file that the engine did not accept. */
    synchronized void refused(String path, String answer, String reason, String message) {
        refusals.add(Disk.JSON.createObjectNode().put("path", path).put("answer", answer)
            .put("reason", reason).put("message", message));
    }

    synchronized void problem(String where, Throwable cause) {
        String what = cause instanceof TabletException ? cause.getMessage() : cause.toString();
        problems.add(where + ": " + what);
        System.err.println("PROBLEM " + where + ": " + what);
    }

    synchronized boolean isClean() {
        return problems.isEmpty() && refusals.isEmpty();
    }

    synchronized String toJson() throws IOException {
        ObjectNode json = Disk.JSON.createObjectNode();
        json.put("command", command);
        json.put("ok", problems.isEmpty() && refusals.isEmpty());
        json.put("seconds", Math.round((System.nanoTime() - startNanos) / 1e7) / 100.0);
        counts.forEach(json::put);
        if (!postMillis.isEmpty()) {
            Collections.sort(postMillis);
            json.putObject("post_ms").put("p50", percentile(50)).put("p95", percentile(95)).put("max", percentile(100));
        }
        if (!forms.isEmpty()) {
            json.putArray("forms").addAll(forms);
        }
        json.put("refused_count", refusals.size());
        json.put("problem_count", problems.size());
        json.putArray("refused").addAll(refusals.subList(0, Math.min(MAX_LISTED, refusals.size())));
        ArrayNode listed = json.putArray("problems");
        problems.stream().limit(MAX_LISTED).forEach(listed::add);
        return Disk.JSON.writeValueAsString(json);
    }

    private long percentile(int p) {
        return postMillis.get(Math.min(postMillis.size() - 1, postMillis.size() * p / 100));
    }
}
