import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** One tablet: its identity, its storage, and its line to the server. */
final class Device {
    final Options options;
    final Report report;
    final int number;
    final String name;
    final Path dir;
    final String deviceId;
    final EntityStore entities;
    final FormShelf forms;
    final InstanceShelf instances;
    private final OpenRosaClient client;

    Device(int number, Options options, Report report) {
        this.number = number;
        this.options = options;
        this.report = report;
        this.name = String.format("tablet-%03d", number);
        this.dir = options.home.resolve(name);
        this.forms = new FormShelf(dir.resolve("forms"));
        this.instances = new InstanceShelf(dir);
        try {
            Files.createDirectories(dir);
            this.deviceId = deviceId(dir.resolve("device-id"));
            this.entities = new EntityStore(dir.resolve("entities.json"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String server = options.server(number);
        this.client = server == null ? null
            : new OpenRosaClient(new Wire(options, deviceId, dir.resolve("cache"), report), server);
    }

    private static String deviceId(Path file) throws IOException {
        if (!Files.exists(file)) {
            Files.writeString(file, "collect:" + UUID.randomUUID().toString().replace("-", "").substring(0, 16));
        }
        return Files.readString(file).trim();
    }

    void listForms() {
        try {
            for (FormListing form : client.formList()) {
                report.form(Disk.JSON.createObjectNode().put("formID", form.formId()).put("name", form.name())
                    .put("version", form.version()).put("hash", form.hash())
                    .put("attachments", client.manifest(form).size()));
            }
        } catch (Exception e) {
            report.problem(name + " forms", e);
        }
    }

    void pull() throws Exception {
        new FormSync(this, client).run();
    }

    void sendAll() throws Exception {
        new Sender(this, client).run();
    }
}
