import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One version of a form as stored on a tablet.
 *
 * <p>The hash is that of the stored bytes, which need not be the one that the server listed. A form that is deleted
 * while instances of it are still on the tablet stays, marked deleted, so that they can be opened and sent.
 */
record StoredForm(Path dir, String formId, String version, String name, String hash, long date, boolean deleted) {
    Path xml() {
        return dir.resolve("form.xml");
    }

    Path media() {
        return dir.resolve("media");
    }

    static StoredForm read(Path dir) throws IOException {
        JsonNode json = Disk.JSON.readTree(dir.resolve("form.json").toFile());
        return new StoredForm(dir, json.get("formId").asText(), json.path("version").asText(""), json.get("name").asText(),
            json.get("hash").asText(), json.path("date").asLong(), json.path("deleted").asBoolean());
    }

    void write() throws IOException {
        ObjectNode json = Disk.JSON.createObjectNode().put("formId", formId).put("version", version)
            .put("name", name).put("hash", hash).put("date", date).put("deleted", deleted);
        Files.write(dir.resolve("form.json"), Disk.JSON.writeValueAsBytes(json));
    }

    StoredForm marked(boolean deleted) throws IOException {
        StoredForm changed = new StoredForm(dir, formId, version, name, hash, date, deleted);
        changed.write();
        return changed;
    }
}

/** The forms on one tablet: the versions of a form stand side by side, each in a folder of its own. */
final class FormShelf {
    private final Path root;

    FormShelf(Path root) {
        this.root = root;
    }

    /** Every version of every form, those marked deleted among them. */
    List<StoredForm> all() throws IOException {
        List<StoredForm> forms = new ArrayList<>();
        for (Path dir : Disk.children(root)) {
            if (Files.exists(dir.resolve("form.json"))) {
                forms.add(StoredForm.read(dir));
            }
        }
        return forms;
    }

    /** What the list of forms to fill shows: of each form the version that was downloaded last. */
    List<StoredForm> offered() throws IOException {
        Map<String, StoredForm> newest = new TreeMap<>();
        for (StoredForm form : all()) {
            if (!form.deleted()) {
                newest.merge(form.formId(), form, (a, b) -> a.date() > b.date() ? a : b);
            }
        }
        return new ArrayList<>(newest.values());
    }

    /** The versions of one form, the last downloaded first. */
    List<StoredForm> of(String formId) throws IOException {
        return all().stream().filter(form -> form.formId().equals(formId))
            .sorted(Comparator.comparingLong(StoredForm::date).reversed()).collect(Collectors.toList());
    }

    List<StoredForm> of(String formId, String version) throws IOException {
        return of(formId).stream().filter(form -> form.version().equals(version)).collect(Collectors.toList());
    }

    /** The form with exactly these bytes; null when the tablet has none. */
    StoredForm withHash(String hash) throws IOException {
        return all().stream().filter(form -> form.hash().equals(hash)).findFirst().orElse(null);
    }

    /** The definition that an instance is opened with. */
    StoredForm definition(String formId, String version) throws IOException, TabletException {
        List<StoredForm> found = of(formId, version);
        if (found.isEmpty()) {
            throw new TabletException("the tablet no longer has form " + formId + " version '" + version + "'");
        }
        return found.get(0);
    }

    StoredForm add(FormListing listing, byte[] xml, Path media) throws IOException {
        String base = Disk.safeFileName(listing.formId());
        Path dir = root.resolve(base);
        for (int i = 2; Files.exists(dir); i++) {
            dir = root.resolve(base + "_" + i);
        }
        StoredForm form = new StoredForm(dir, listing.formId(), listing.version(), listing.name(), Disk.md5(xml),
            Disk.moment(), false);
        Files.createDirectories(form.media());
        Files.write(form.xml(), xml);
        Disk.copyInto(media, form.media());
        form.write();
        return form;
    }

    void remove(StoredForm form) throws IOException {
        Disk.deleteTree(form.dir());
    }
}
