import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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
        "  send    upload every finalised submission that has not been sent yet",
        "  run     pull, then fill, then send",
        "",
        "Server",
        "  --server URL            base URL; may hold an app user token (.../key/TOKEN/projects/1)",
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

    String command = "run";
    String server;
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
        if (!Set.of("forms", "pull", "fill", "send", "run").contains(options.command)) {
            throw new IllegalArgumentException("Unknown command: " + options.command);
        }
        while (!rest.isEmpty()) {
            options.set(rest.pop(), rest);
        }
        if (options.server == null && !options.command.equals("fill")) {
            throw new IllegalArgumentException("--server is missing");
        }
        return options;
    }

    private void set(String name, Deque<String> rest) {
        switch (name) {
            case "--basic-over-http" -> basicOverHttp = true;
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
            case "--server" -> server = value.replaceAll("/+$", "");
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
}
