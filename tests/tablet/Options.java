import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

final class Options {
    static final String USAGE = String.join("\n",
        "Usage: LC_ALL=C.UTF-8 java -cp ODK_Validate.jar Tablet.java COMMAND --server URL [options]",
        "",
        "Commands",
        "  forms   list the forms offered by the server",
        "  pull    download or update forms, attachments and entity lists on every tablet",
        "  fill    fill in and finalise submissions, without using the network",
        "  draft   fill in the first questions and save a draft",
        "  finalise  resume every draft, answer the rest and finalise it",
        "  edit    edit finalised or sent submissions of forms that allow it",
        "  send    upload every finalised submission that has not been sent yet",
        "  run     pull, then fill, then send",
        "",
        "Server",
        "  --server URL            base URL; may hold an app user token (.../key/TOKEN/projects/1)",
        "  --servers FILE          a base URL for each tablet, one a line, instead of --server",
        "  --settings CODE         text of a settings QR code, instead of --server",
        "  --mode MODE             match_exactly (default), previously_downloaded or manual",
        "  --trusting              take files whose MD5 is not the announced one, as ODK Collect does",
        "  --user NAME             user name for Digest authentication, or Basic over https",
        "  --password TEXT         password (default: environment variable TABLET_PASSWORD)",
        "  --basic-over-http       also answer Basic challenges over plain http, which ODK Collect does not do",
        "",
        "Fleet",
        "  --home DIR              where the tablets keep their state (default: ./tablets)",
        "  --tablets N             number of tablets (default 1)",
        "  --submissions M         submissions per tablet and form (default 1)",
        "  --form ID               only this form; may be repeated",
        "  --senders N             tablets that use the network at the same time (default: all)",
        "  --resend P              share of submissions sent again as if the response had been lost (0..1)",
        "  --race P                share of submissions sent twice at the same time (0..1)",
        "",
        "Repeating",
        "  --auto                  send only what auto-send takes; go on after an authentication error",
        "  --retries N             tries after the first that failed, for pull and send (default 0)",
        "  --back-off MS           wait before the first of them; doubled for each next (default 60000)",
        "  --longest-back-off MS   longest wait (default 18000000)",
        "",
        "Drafts and edits",
        "  --questions N           questions answered before a draft is saved (default 5)",
        "  --instance ID           edit this submission; may be repeated",
        "  --share P               share of the editable submissions that are edited (default 1)",
        "  --reason TEXT           why a form was changed, if it asks",
        "  --encrypted-namespace URI   namespace of encrypted submissions",
        "",
        "Answers",
        "  --answers FILE          JSON object: question path -> answer (see README.md)",
        "  --seed S                seed of the random answers (default 1)",
        "  --blank P               share of optional questions left blank (default 0.1)",
        "  --max-repeats N         most random instances of a repeat (default 3)",
        "  --media-bytes N         size of generated photos and recordings (default 20000)",
        "  --box S,W,N,E           bounding box of random locations (default 10.3,105.5,21.5,107.0)",
        "  --language NAME         form language, as named in the form",
        "  --username, --phone, --email TEXT   form metadata of the data collector",
        "  --trace                 print every question and answer",
        "  --print-xml             print every finalised submission");

    private static final Set<String> OFFLINE = Set.of("fill", "draft", "finalise", "edit");
    private static final Set<String> COMMANDS =
        Set.of("forms", "pull", "fill", "draft", "finalise", "edit", "send", "run");

    String command = "run";
    private List<String> servers = List.of();
    UpdateMode mode = UpdateMode.MATCH_EXACTLY;
    boolean trusting;
    boolean auto;
    boolean autoSend = true;
    int retries;
    private long backOff = 60_000;
    private long longestBackOff = 18_000_000;
    int questions = 5;
    final Set<String> instances = new LinkedHashSet<>();
    double share = 1;
    String reason = "Sửa lỗi";
    String encryptedNamespace = "http://opendatakit.org/submissions";
    String user;
    String password = System.getenv("TABLET_PASSWORD");
    boolean basicOverHttp;
    Path home = Path.of("tablets");
    int tablets = 1;
    int submissions = 1;
    final Set<String> forms = new LinkedHashSet<>();
    int senders;
    double resend;
    double race;
    Path answers;
    long seed = 1;
    double blank = 0.1;
    int maxRepeats = 3;
    int mediaBytes = 20_000;
    double[] box = {10.3, 105.5, 21.5, 107.0};
    String language;
    final Map<String, String> metadata = new HashMap<>();
    boolean trace;
    boolean printXml;

    static Options parse(String[] args) {
        Options options = new Options();
        Deque<String> rest = new ArrayDeque<>(List.of(args));
        if (!rest.isEmpty() && !rest.peek().startsWith("-")) {
            options.command = rest.pop();
        }
        if (!COMMANDS.contains(options.command)) {
            throw new IllegalArgumentException("Unknown command: " + options.command);
        }
        while (!rest.isEmpty()) {
            options.set(rest.pop(), rest);
        }
        if (options.servers.isEmpty() && !OFFLINE.contains(options.command)) {
            throw new IllegalArgumentException("--server is missing");
        }
        return options;
    }

    private void set(String name, Deque<String> rest) {
        switch (name) {
            case "--basic-over-http" -> basicOverHttp = true;
            case "--trusting" -> trusting = true;
            case "--auto" -> auto = true;
            case "--trace" -> trace = true;
            case "--print-xml" -> printXml = true;
            default -> {
                if (rest.isEmpty()) {
                    throw new IllegalArgumentException("Unknown option, or no value given: " + name);
                }
                set(name, rest.pop());
            }
        }
    }

    private void set(String name, String value) {
        switch (name) {
            case "--server" -> setServer(value);
            case "--servers" -> servers = lines(Path.of(value));
            case "--settings" -> Settings.scan(value).apply(this);
            case "--mode" -> mode = UpdateMode.valueOf(value.toUpperCase(Locale.ROOT));
            case "--retries" -> retries = Integer.parseInt(value);
            case "--back-off" -> backOff = Long.parseLong(value);
            case "--longest-back-off" -> longestBackOff = Long.parseLong(value);
            case "--questions" -> questions = Integer.parseInt(value);
            case "--instance" -> instances.add(value);
            case "--share" -> share = Double.parseDouble(value);
            case "--reason" -> reason = value;
            case "--encrypted-namespace" -> encryptedNamespace = value;
            case "--user" -> user = value;
            case "--password" -> password = value;
            case "--home" -> home = Path.of(value);
            case "--tablets" -> tablets = Integer.parseInt(value);
            case "--submissions" -> submissions = Integer.parseInt(value);
            case "--form" -> forms.add(value);
            case "--senders" -> senders = Integer.parseInt(value);
            case "--resend" -> resend = Double.parseDouble(value);
            case "--race" -> race = Double.parseDouble(value);
            case "--answers" -> answers = Path.of(value);
            case "--seed" -> seed = Long.parseLong(value);
            case "--blank" -> blank = Double.parseDouble(value);
            case "--max-repeats" -> maxRepeats = Integer.parseInt(value);
            case "--media-bytes" -> mediaBytes = Integer.parseInt(value);
            case "--box" -> box = Stream.of(value.split(",")).mapToDouble(Double::parseDouble).toArray();
            case "--language" -> language = value;
            case "--username" -> metadata.put("username", value);
            case "--phone" -> metadata.put("phonenumber", value);
            case "--email" -> metadata.put("email", value);
            default -> throw new IllegalArgumentException("Unknown option: " + name);
        }
    }

    void setServer(String url) {
        servers = List.of(url);
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read " + file);
        }
    }

    /** The base URL in the settings of one tablet; null when it has none. */
    String server(int tablet) {
        if (servers.isEmpty()) {
            return null;
        }
        String url = servers.get((tablet - 1) % servers.size());
        return url.replaceAll("/+$", "");
    }

    /** Whether a form is among those asked for; all are when none is named. */
    boolean wants(String formId) {
        return forms.isEmpty() || forms.contains(formId);
    }

    /** How long to wait before a try after the first, in milliseconds. */
    long backOff(int retry) {
        return Math.min(longestBackOff, backOff << Math.min(retry, 30));
    }

    Random random(long of) {
        return new Random(seed * 1_000_003 * 1_000_003 + of);
    }

    /** The name of whoever holds the tablet. */
    String dataCollector() {
        return metadata.getOrDefault("username", user == null ? "" : user);
    }
}
