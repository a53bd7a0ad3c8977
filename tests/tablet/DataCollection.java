import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;

/** What the user of one tablet does offline: fills forms in, leaves drafts and returns to them, edits what is finished. */
final class DataCollection {
    private final Device device;
    private final Options options;
    private final Report report;
    private final Answers answers;

    DataCollection(Device device, Answers answers) {
        this.device = device;
        this.options = device.options;
        this.report = device.report;
        this.answers = answers;
    }

    private interface Work {
        void run() throws Exception;
    }

    /** Fills in and finalises so many instances of each form. */
    void fillAll() throws IOException {
        eachForm((form, random, dir) -> {
            FormSession session = FormSession.start(form, device, random);
            new FormFiller(session, FormFiller.Visit.FIRST, device, answers, random, dir).fill();
            finalise(session, dir, null);
        });
    }

    /** Begins so many instances of each form and saves them as drafts. */
    void draftAll() throws IOException {
        eachForm((form, random, dir) -> {
            FormSession session = FormSession.start(form, device, random);
            new FormFiller(session, FormFiller.Visit.FIRST, device, answers, random, dir).fillSome(options.questions);
            session.attachAudit(dir);
            Files.write(StoredInstance.xmlIn(dir), session.draftXml());
            write(dir, metadata(session));
            report.count("drafted");
        });
    }

    /** Opens each draft with the form version it was begun with, answers the rest, and finalises it. */
    void finaliseDrafts() throws IOException {
        for (StoredInstance draft : device.instances.in(InstanceShelf.DRAFTS)) {
            if (options.wants(draft.formId())) {
                attempt(draft.dir().getFileName(), () -> {
                    Random random = options.random(draft.instanceId().hashCode());
                    StoredForm form = device.forms.definition(draft.formId(), draft.version());
                    FormSession session = FormSession.resume(form, draft.xml(), device, random);
                    new FormFiller(session, FormFiller.Visit.RESUMED, device, answers, random, draft.dir()).fill();
                    finalise(session, draft.dir(), null);
                });
            }
        }
    }

    /** Edits finished instances, sent or not: those named in the options, or a share of all that may be edited. */
    void editAll() throws IOException {
        for (StoredInstance instance : device.instances.all()) {
            Random random = options.random(instance.instanceId().hashCode());
            boolean isNamed = options.instances.contains(instance.instanceId());
            boolean isDrawn = options.instances.isEmpty() && options.wants(instance.formId())
                && random.nextDouble() < options.share && mayBeEdited(instance);
            if (isNamed || isDrawn) {
                attempt(instance.dir().getFileName(), () -> edit(instance, random));
            }
        }
    }

    private boolean mayBeEdited(StoredInstance instance) throws IOException {
        try {
            checkEditable(instance);
            return true;
        } catch (TabletException e) {
            return false;
        }
    }

    private void checkEditable(StoredInstance instance) throws IOException, TabletException {
        SubmissionRules rules = SubmissionRules.of(device.forms.definition(instance.formId(), instance.version()));
        if (instance.dir().getParent().endsWith(InstanceShelf.DRAFTS)) {
            throw new TabletException("a draft is resumed, not edited");
        }
        if (instance.isEncrypted()) {
            throw new TabletException("an encrypted submission cannot be edited");
        }
        if (!rules.editable() || !rules.entire()) {
            throw new TabletException("form " + instance.formId() + " does not allow edits");
        }
        for (StoredInstance other : device.instances.all()) {
            if (instance.instanceId().equals(other.deprecatedId())) {
                throw new TabletException("there is a later edit of " + instance.instanceId());
            }
        }
    }

    /** An edit is a copy with a new instance ID; the original stays, and keeps its form version and its files. */
    private void edit(StoredInstance original, Random random) throws Exception {
        checkEditable(original);
        StoredForm form = device.forms.definition(original.formId(), original.version());
        Path dir = device.instances.copy(original, form);
        try {
            FormSession session = FormSession.resume(form, StoredInstance.xmlIn(dir), device, random);
            new FormFiller(session, FormFiller.Visit.EDIT, device, answers, random, dir).fill();
            finalise(session, dir, original);
            report.count("edited");
        } catch (Exception e) {
            Disk.deleteTree(dir);
            throw e;
        }
    }

    private interface FormWork {
        void run(StoredForm form, Random random, Path dir) throws Exception;
    }

    private void eachForm(FormWork work) throws IOException {
        for (StoredForm form : device.forms.offered()) {
            for (int i = 0; options.wants(form.formId()) && i < options.submissions; i++) {
                Path dir = device.instances.create(form);
                // Mixed so that neighbouring tablets do not start with similar random numbers.
                Random random = options.random((device.number * 1_000_003L) + i * 7919L + form.formId().hashCode());
                attempt(form.formId() + " #" + (i + 1), () -> {
                    try {
                        work.run(form, random, dir);
                    } catch (Exception | StackOverflowError e) {
                        Disk.deleteTree(dir);
                        throw e;
                    }
                });
            }
        }
    }

    private void attempt(Object what, Work work) {
        try {
            work.run();
        } catch (Exception | StackOverflowError e) {
            report.problem(device.name + " " + what, e);
        }
    }

    /** original: the instance that this one is an edit of, or null. */
    private void finalise(FormSession session, Path draft, StoredInstance original) throws Exception {
        session.attachAudit(draft);
        session.finish();
        if (original == null) {
            device.entities.apply(session.entityChanges());
        } else {
            // ODK Collect leaves its entities as they are when a form is edited.
            session.deprecate();
        }
        byte[] xml = session.submissionXml();
        Files.write(StoredInstance.xmlIn(draft), xml);
        session.writeLastSaved();
        if (options.printXml) {
            System.err.println(new String(xml, StandardCharsets.UTF_8));
        }
        ObjectNode metadata = metadata(session);
        if (!session.rules.publicKey().isEmpty()) {
            Map<String, String> plain = Encryption.encrypt(StoredInstance.xmlIn(draft), session.form, session.instanceId(),
                session.rules.publicKey(), options.encryptedNamespace);
            metadata.set("plain", Disk.JSON.valueToTree(plain));
        }
        record(device.instances.move(draft, InstanceShelf.FINALISED), metadata, original);
    }

    private ObjectNode metadata(FormSession session) throws TabletException {
        return Disk.JSON.createObjectNode().put("tablet", device.name).put("deviceId", device.deviceId)
            .put("formId", session.form.formId()).put("version", session.form.version())
            .put("instanceId", session.instanceId()).put("submissionUrl", session.submissionUrl());
    }

    /** Writes down what must be sent, in the instance's folder and in the ledger of all tablets. */
    private void record(Path dir, ObjectNode metadata, StoredInstance original) throws IOException {
        Path xml = StoredInstance.xmlIn(dir);
        metadata.put("deprecatedId", original == null ? null : original.instanceId());
        metadata.put("finalisedAt", Disk.moment()).put("xmlMd5", Disk.md5(xml));
        ObjectNode media = metadata.putObject("media");
        for (Path file : Disk.children(dir)) {
            if (!file.equals(xml) && !file.getFileName().toString().startsWith(".")) {
                media.put(file.getFileName().toString(), Disk.md5(file));
            }
        }
        write(dir, metadata);
        Disk.appendLine(options.home.resolve("ledger.jsonl"), Disk.JSON.writeValueAsString(metadata));
        report.count("finalised");
    }

    private static void write(Path dir, ObjectNode metadata) throws IOException {
        Files.write(dir.resolve(StoredInstance.METADATA), Disk.JSON.writeValueAsBytes(metadata));
    }
}
