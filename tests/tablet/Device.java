import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.text.SimpleDateFormat;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** One tablet: its identity, its storage, and what its user does with it. */
final class Device {
    private static final String INSTANCE_METADATA = ".instance.json";

    final Options options;
    final Report report;
    final String name;
    final String deviceId;
    final EntityStore entities;
    private final int number;
    private final Path dir;
    private final OpenRosaClient client;

    Device(int number, Options options, Report report) {
        this.number = number;
        this.options = options;
        this.report = report;
        this.name = String.format("tablet-%03d", number);
        this.dir = options.home.resolve(name);
        try {
            Files.createDirectories(dir);
            this.deviceId = deviceId(dir.resolve("device-id"));
            this.entities = new EntityStore(dir.resolve("entities.json"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.client = options.server == null ? null : new OpenRosaClient(new Wire(options, deviceId), options.server);
    }

    private static String deviceId(Path file) throws IOException {
        if (!Files.exists(file)) {
            Files.writeString(file, "collect:" + UUID.randomUUID().toString().replace("-", "").substring(0, 16));
        }
        return Files.readString(file).trim();
    }

    // -- download

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

    /** Makes the forms on the tablet exactly match those on the server. */
    void pull() throws IOException {
        List<FormListing> listings;
        try {
            listings = client.formList();
        } catch (Exception e) {
            report.problem(name + " form list", e);
            return;
        }
        Set<Path> wanted = new HashSet<>();
        for (FormListing listing : listings) {
            if (!options.forms.isEmpty() && !options.forms.contains(listing.formId())) {
                continue;
            }
            Path formDir = dir.resolve("forms").resolve(Disk.safeFileName(listing.formId()));
            wanted.add(formDir);
            try {
                pull(listing, formDir);
            } catch (Exception e) {
                report.problem(name + " form " + listing.formId(), e);
            }
        }
        for (Path formDir : Disk.children(dir.resolve("forms"))) {
            if (!wanted.contains(formDir)) {
                Disk.deleteTree(formDir);
                report.count("forms_removed");
            }
        }
    }

    private void pull(FormListing listing, Path formDir) throws Exception {
        if (listing.hash() == null) {
            throw new TabletException("the form list gives no md5 hash");
        }
        StoredForm form = new StoredForm(formDir, listing.formId(), listing.version(), listing.name(), listing.hash());
        StoredForm existing = StoredForm.read(formDir);
        Files.createDirectories(form.media());
        if (existing == null || !existing.hash().equals(listing.hash())) {
            byte[] xml = client.download(listing.downloadUrl());
            checkHash("form", listing.hash(), xml);
            checkMetadata(listing, xml);
            Files.write(form.xml(), xml);
            report.count(existing == null ? "forms_new" : "forms_updated");
        } else {
            report.count("forms_unchanged");
        }

        Set<String> kept = new HashSet<>(Set.of(FormSession.LAST_SAVED));
        for (Attachment attachment : client.manifest(listing)) {
            if (attachment.isEntityList()) {
                pullEntities(attachment);
            } else {
                kept.add(attachment.fileName());
                pullMedia(attachment, form.media().resolve(attachment.fileName()));
            }
        }
        for (Path file : Disk.children(form.media())) {
            if (!kept.contains(file.getFileName().toString())) {
                Files.delete(file);
            }
        }
        form.write();
    }

    private void pullMedia(Attachment attachment, Path file) throws Exception {
        if (Files.exists(file) && Disk.md5(Files.readAllBytes(file)).equals(attachment.hash())) {
            report.count("media_unchanged");
            return;
        }
        byte[] body = client.download(attachment.downloadUrl());
        checkHash(attachment.fileName(), attachment.hash(), body);
        Files.write(file, body);
        report.count("media_downloaded");
    }

    /** The hash of an entity list only tells whether it has changed: it need not be the MD5 of the CSV. */
    private void pullEntities(Attachment attachment) throws Exception {
        String list = attachment.fileName().replaceFirst("\\.csv$", "");
        if (attachment.hash().equals(entities.hash(list))) {
            report.count("entity_lists_unchanged");
        } else {
            byte[] csv = client.download(attachment.downloadUrl());
            entities.merge(list, csv, attachment.hash(), attachment.needsApproval());
            report.count("entity_lists_downloaded");
        }
        Set<String> offline = entities.offlineIds(list);
        if (attachment.integrityUrl() != null && !offline.isEmpty()) {
            entities.remove(list, client.deletedEntities(attachment.integrityUrl(), offline));
        }
    }

    private static void checkMetadata(FormListing listing, byte[] xml) throws Exception {
        Element root = firstElement(Xml.first(Xml.parse(xml), "instance"));
        if (!root.getAttribute("id").equals(listing.formId()) || !root.getAttribute("version").equals(listing.version())) {
            throw new TabletException("the form list says " + listing.formId() + " version '" + listing.version()
                + "', the form says " + root.getAttribute("id") + " version '" + root.getAttribute("version") + "'");
        }
    }

    private static Element firstElement(Node parent) {
        Node child = parent.getFirstChild();
        while (!(child instanceof Element)) {
            child = child.getNextSibling();
        }
        return (Element) child;
    }

    private static void checkHash(String what, String expected, byte[] body) throws TabletException {
        String actual = Disk.md5(body);
        if (!actual.equals(expected)) {
            throw new TabletException(what + ": md5 is " + actual + ", the server announced " + expected);
        }
    }

    // -- data collection

    void fillAll(Answers answers) throws IOException {
        for (Path formDir : Disk.children(dir.resolve("forms"))) {
            StoredForm form = StoredForm.read(formDir);
            if (form == null || (!options.forms.isEmpty() && !options.forms.contains(form.formId()))) {
                continue;
            }
            for (int i = 0; i < options.submissions; i++) {
                String where = name + " " + form.formId() + " #" + (i + 1);
                Path instanceDir = newInstanceDir(form);
                try {
                    // Mixed so that neighbouring tablets do not start with similar random numbers.
                    long seed = (options.seed * 1_000_003 + number) * 1_000_003 + i * 7919L + form.formId().hashCode();
                    fill(form, instanceDir, answers, new Random(seed));
                    report.count("finalised");
                } catch (Exception | StackOverflowError e) {
                    report.problem(where, e);
                    Disk.deleteTree(instanceDir);
                }
            }
        }
    }

    private void fill(StoredForm form, Path instanceDir, Answers answers, Random random) throws Exception {
        FormSession session = FormSession.open(form, this, random);
        FormFiller filler = new FormFiller(session, this, answers, random, instanceDir);
        filler.fill();
        session.attachAudit(filler.auditLog(), instanceDir);
        session.finish();

        byte[] xml = session.submissionXml();
        Path xmlFile = instanceDir.resolve(instanceDir.getFileName() + ".xml");
        Files.write(xmlFile, xml);
        session.writeLastSaved();
        entities.apply(session.entityChanges());

        String instanceId = session.instanceId();
        ObjectNode metadata = Disk.JSON.createObjectNode().put("tablet", name).put("deviceId", deviceId)
            .put("formId", form.formId()).put("version", form.version()).put("instanceId", instanceId)
            .put("submissionUrl", session.submissionUrl()).put("xmlMd5", Disk.md5(xml));
        ObjectNode media = metadata.putObject("media");
        for (Path file : Disk.children(instanceDir)) {
            if (!file.equals(xmlFile)) {
                media.put(file.getFileName().toString(), Disk.md5(Files.readAllBytes(file)));
            }
        }
        Files.write(instanceDir.resolve(INSTANCE_METADATA), Disk.JSON.writeValueAsBytes(metadata));
        Disk.appendLine(options.home.resolve("ledger.jsonl"), Disk.JSON.writeValueAsString(metadata));
        if (options.printXml) {
            System.err.println(new String(xml, StandardCharsets.UTF_8));
        }
    }

    private Path newInstanceDir(StoredForm form) throws IOException {
        String base = Disk.safeFileName(form.name()) + "_" + new SimpleDateFormat("yyyy-MM-dd_HH-mm-ss").format(new Date());
        for (int i = 1; ; i++) {
            String candidate = i == 1 ? base : base + "_" + i;
            Path path = dir.resolve("instances").resolve(candidate);
            if (!Files.exists(path) && !Files.exists(dir.resolve("sent").resolve(candidate))) {
                return Files.createDirectories(path);
            }
        }
    }

    // -- upload

    void sendAll() throws IOException {
        Uploader uploader = new Uploader(client, report);
        for (Path instanceDir : Disk.children(dir.resolve("instances"))) {
            if (!Files.exists(instanceDir.resolve(INSTANCE_METADATA))) {
                continue;
            }
            try {
                JsonNode metadata = Disk.JSON.readTree(instanceDir.resolve(INSTANCE_METADATA).toFile());
                if (!options.forms.isEmpty() && !options.forms.contains(metadata.get("formId").asText())) {
                    continue;
                }
                send(uploader, instanceDir, metadata);
            } catch (Exception e) {
                report.problem(name + " send " + instanceDir.getFileName(), e);
                report.count("send_failed");
            }
        }
    }

    private void send(Uploader uploader, Path instanceDir, JsonNode metadata) throws Exception {
        String url = metadata.get("submissionUrl").isNull() ? null : metadata.get("submissionUrl").asText();
        Random random = new Random(metadata.get("instanceId").asText().hashCode() ^ options.seed);
        boolean race = random.nextDouble() < options.race;
        boolean resend = random.nextDouble() < options.resend;
        if (race) {
            CompletableFuture<Void> twin = CompletableFuture.runAsync(() -> {
                try {
                    uploader.upload(instanceDir, url);
                } catch (Exception e) {
                    throw new CompletionException(e);
                }
            });
            try {
                uploader.upload(instanceDir, url);
            } finally {
                twin.handle((done, error) -> {
                    if (error != null) {
                        report.problem(name + " simultaneous duplicate of " + instanceDir.getFileName(), error.getCause());
                    }
                    return null;
                }).join();
            }
            report.count("sent_twice_at_once");
        } else {
            uploader.upload(instanceDir, url);
        }
        if (resend) {
            uploader.upload(instanceDir, url);
            report.count("sent_again");
        }
        Files.createDirectories(dir.resolve("sent"));
        Files.move(instanceDir, dir.resolve("sent").resolve(instanceDir.getFileName()), StandardCopyOption.ATOMIC_MOVE);
        report.count("sent");
    }
}
