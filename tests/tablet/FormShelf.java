import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A form as stored on a tablet. */
record StoredForm(Path dir, String formId, String version, String name, String hash) {
    Path xml() {
        return dir.resolve("form.xml");
    }

    Path media() {
        return dir.resolve("media");
    }

    static StoredForm read(Path dir) {
        Path file = dir.resolve("form.json");
        if (!Files.exists(file)) {
            return null;
        }
        try {
            JsonNode json = Disk.JSON.readTree(file.toFile());
            return new StoredForm(dir, json.get("formId").asText(), json.get("version").asText(""),
                json.get("name").asText(), json.get("hash").asText());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void write() throws IOException {
        ObjectNode json = Disk.JSON.createObjectNode().put("formId", formId).put("version", version)
            .put("name", name).put("hash", hash);
        Files.write(dir.resolve("form.json"), Disk.JSON.writeValueAsBytes(json));
    }
}
