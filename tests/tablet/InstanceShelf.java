import com.fasterxml.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.text.SimpleDateFormat;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Date;
import java.util.List;

/** A filled form on a tablet: a folder with its XML, its media files, and what the tablet remembers of it. */
record StoredInstance(Path dir, JsonNode metadata) {
    static final String METADATA = ".instance.json";

    static Path xmlIn(Path dir) {
        return dir.resolve(dir.getFileName() + ".xml");
    }

    Path xml() {
        return xmlIn(dir);
    }

    String instanceId() {
        return metadata.get("instanceId").asText();
    }

    String formId() {
        return metadata.get("formId").asText();
    }

    String version() {
        return metadata.get("version").asText();
    }

    /** The instance that this one is an edit of; null for one that is no edit. */
    String deprecatedId() {
        return metadata.path("deprecatedId").asText(null);
    }

    long finalisedAt() {
        return metadata.path("finalisedAt").asLong();
    }

    boolean isEncrypted() {
        return metadata.has("plain");
    }
}

/** The filled forms on one tablet, in a folder for each state they can be in. */
final class InstanceShelf {
    static final String DRAFTS = "drafts";
    static final String FINALISED = "instances";
    static final String SENT = "sent";
    private static final List<String> STATES = List.of(DRAFTS, FINALISED, SENT);

    private final Path root;

    InstanceShelf(Path root) {
        this.root = root;
    }

    List<StoredInstance> all() throws IOException {
        List<StoredInstance> instances = new ArrayList<>();
        for (String state : STATES) {
            instances.addAll(in(state));
        }
        return instances;
    }

    /** Those in one state, the first finalised first. */
    List<StoredInstance> in(String state) throws IOException {
        List<StoredInstance> instances = new ArrayList<>();
        for (Path dir : Disk.children(root.resolve(state))) {
            Path metadata = dir.resolve(StoredInstance.METADATA);
            if (Files.exists(metadata)) {
                instances.add(new StoredInstance(dir, Disk.JSON.readTree(metadata.toFile())));
            }
        }
        instances.sort(Comparator.comparingLong(StoredInstance::finalisedAt));
        return instances;
    }

    boolean hasOf(StoredForm form) throws IOException {
        return all().stream().anyMatch(instance ->
            instance.formId().equals(form.formId()) && instance.version().equals(form.version()));
    }

    /** An empty folder for a new instance, named by form and time. */
    Path create(StoredForm form) throws IOException {
        String base = Disk.safeFileName(form.name()) + "_" + new SimpleDateFormat("yyyy-MM-dd_HH-mm-ss").format(new Date());
        for (int i = 1; ; i++) {
            String candidate = i == 1 ? base : base + "_" + i;
            if (STATES.stream().noneMatch(state -> Files.exists(root.resolve(state).resolve(candidate)))) {
                return Files.createDirectories(root.resolve(DRAFTS).resolve(candidate));
            }
        }
    }

    /** A copy with all its files, in a folder of its own. */
    Path copy(StoredInstance instance, StoredForm form) throws IOException {
        Path dir = create(form);
        Disk.copyInto(instance.dir(), dir);
        Files.move(dir.resolve(instance.xml().getFileName()), StoredInstance.xmlIn(dir));
        Files.delete(dir.resolve(StoredInstance.METADATA));
        return dir;
    }

    Path move(Path dir, String state) throws IOException {
        Files.createDirectories(root.resolve(state));
        return Files.move(dir, root.resolve(state).resolve(dir.getFileName()), StandardCopyOption.ATOMIC_MOVE);
    }
}
