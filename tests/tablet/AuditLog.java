import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/** What a form wants to know of how it was filled in, from the attributes of its audit bind. */
record AuditWishes(boolean wanted, boolean location, boolean changes, boolean user, boolean reasons) {

    static AuditWishes of(Document form) {
        NodeList binds = form.getElementsByTagNameNS("*", "bind");
        for (int i = 0; i < binds.getLength(); i++) {
            Element bind = (Element) binds.item(i);
            if (bind.getAttribute("nodeset").endsWith("/meta/audit")) {
                return new AuditWishes(true, !Xml.attribute(bind, "location-priority").isEmpty(),
                    "true".equals(Xml.attribute(bind, "track-changes")), "true".equals(Xml.attribute(bind, "identify-user")),
                    "on-form-edit".equals(Xml.attribute(bind, "track-changes-reasons")));
            }
        }
        return new AuditWishes(false, false, false, false, false);
    }
}

/** The log of one visit to a form, added to what earlier visits left in audit.csv. */
final class AuditLog {
    static final String FILE = "audit.csv";

    private final AuditWishes wishes;
    private final String user;
    private final Supplier<String> location;
    private final StringBuilder rows = new StringBuilder();
    private boolean changed;

    /** location: latitude, longitude, altitude and accuracy, with spaces between. */
    AuditLog(AuditWishes wishes, String user, Supplier<String> location) {
        this.wishes = wishes;
        this.user = user;
        this.location = location;
    }

    /** Something that has no length, such as opening the form. */
    void moment(String event) {
        row(event, "", Disk.moment(), "", "", "", "");
    }

    /** A question shown and left; an answer that was not changed leaves no values. */
    void question(String node, long start, String before, String after) {
        boolean isChange = !Objects.equals(before, after);
        changed |= isChange;
        row("question", node, start, String.valueOf(Disk.moment()), isChange ? before : "", isChange ? after : "", "");
    }

    /** Why an instance that had been saved before was changed; asked for only if it was. */
    void reason(String reason) {
        if (wishes.reasons() && changed) {
            row("change reason", "", Disk.moment(), "", "", "", reason);
        }
    }

    void save(Path instanceDir) throws IOException {
        if (!wishes.wanted()) {
            return;
        }
        Path file = instanceDir.resolve(FILE);
        if (!Files.exists(file)) {
            Files.writeString(file, header());
        }
        Files.writeString(file, rows, StandardOpenOption.APPEND);
        rows.setLength(0);
    }

    private String header() {
        return "event,node,start,end" + (wishes.location() ? ",latitude,longitude,accuracy" : "")
            + (wishes.changes() ? ",old-value,new-value" : "") + (wishes.user() ? ",user" : "")
            + (wishes.reasons() ? ",change-reason" : "") + "\n";
    }

    private void row(String event, String node, long start, String end, String before, String after, String reason) {
        List<String> cells = new ArrayList<>(List.of(event, node, String.valueOf(start), end));
        if (wishes.location()) {
            String[] point = location.get().split(" ");
            cells.addAll(List.of(point[0], point[1], point[3]));
        }
        if (wishes.changes()) {
            cells.addAll(List.of(quoted(before), quoted(after)));
        }
        if (wishes.user()) {
            cells.add(quoted(user));
        }
        if (wishes.reasons()) {
            cells.add(quoted(reason));
        }
        rows.append(String.join(",", cells)).append('\n');
    }

    private static String quoted(String text) {
        return text.contains(",") || text.contains("\n") ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }
}
