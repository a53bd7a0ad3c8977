import org.w3c.dom.Element;
import org.w3c.dom.Node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Brings forms, their files and entity lists from the server onto one tablet, by the rules of ODK Collect.
 *
 * <p>Versions of a form are kept side by side. A list that cannot be had changes nothing on the tablet; a list that can
 * be had is believed, however short it is.
 */
final class FormSync {
    /** How a listed form stands to those on the tablet. */
    enum Standing { NEW, ON_DEVICE, UPDATED_VERSION, UPDATED_HASH, UPDATED_MEDIA }

    private final Device device;
    private final Options options;
    private final Report report;
    private final OpenRosaClient client;
    private final FormShelf forms;

    FormSync(Device device, OpenRosaClient client) {
        this.device = device;
        this.options = device.options;
        this.report = device.report;
        this.client = client;
        this.forms = device.forms;
    }

    /** Synchronises, once more after each failure as often as the options say; what fails last is a problem. */
    void run() throws Exception {
        Map<String, Exception> failures = once();
        for (int retry = 0; retry < options.retries && !failures.isEmpty(); retry++) {
            Thread.sleep(options.backOff(retry));
            report.count("syncs_retried");
            failures = once();
        }
        failures.forEach(report::problem);
    }

    /** One synchronisation: what failed, by where it did. */
    private Map<String, Exception> once() throws IOException {
        Map<String, Exception> failures = new LinkedHashMap<>();
        Map<FormListing, List<Attachment>> listed = new LinkedHashMap<>();
        try {
            for (FormListing listing : client.formList()) {
                listed.put(listing, manifest(listing, failures));
            }
        } catch (Exception e) {
            failures.put(device.name + " form list", e);
            return failures;
        }
        if (options.mode == UpdateMode.MATCH_EXACTLY) {
            removeUnlisted(listed.keySet().stream().map(FormListing::formId).collect(Collectors.toSet()));
        }
        for (Map.Entry<FormListing, List<Attachment>> entry : listed.entrySet()) {
            try {
                bring(entry.getKey(), entry.getValue());
            } catch (Exception e) {
                failures.put(device.name + " form " + entry.getKey().formId(), e);
            }
        }
        return failures;
    }

    /** A manifest that cannot be had counts as an empty one: ODK Collect then installs the form without its files. */
    private List<Attachment> manifest(FormListing listing, Map<String, Exception> failures) {
        try {
            return client.manifest(listing);
        } catch (Exception e) {
            failures.put(device.name + " manifest of " + listing.formId(), e);
            return List.of();
        }
    }

    private void removeUnlisted(Set<String> listed) throws IOException {
        for (StoredForm form : forms.all()) {
            if (listed.contains(form.formId()) || form.deleted()) {
                continue;
            }
            if (device.instances.hasOf(form)) {
                form.marked(true);
                report.count("forms_kept_for_instances");
            } else {
                forms.remove(form);
            }
            report.count("forms_removed");
        }
    }

    private void bring(FormListing listing, List<Attachment> attachments) throws Exception {
        Standing standing = standing(listing, attachments);
        boolean wanted = switch (options.mode) {
            case MATCH_EXACTLY -> options.wants(listing.formId());
            case PREVIOUSLY_DOWNLOADED -> standing != Standing.NEW;
            case MANUAL -> options.forms.contains(listing.formId());
        };
        if (!wanted) {
            return;
        }
        if (standing != Standing.ON_DEVICE) {
            download(listing, attachments);
        }
        report.count("forms_" + standing.name().toLowerCase());
    }

    Standing standing(FormListing listing, List<Attachment> attachments) throws IOException {
        boolean isKnown = forms.of(listing.formId()).stream().anyMatch(form -> !form.deleted());
        if (listing.hash() == null) {
            return isKnown ? Standing.ON_DEVICE : Standing.NEW;
        }
        StoredForm same = forms.withHash(listing.hash());
        if (same != null) {
            if (same.deleted()) {
                return Standing.NEW;
            }
            return hasAll(same, attachments) ? Standing.ON_DEVICE : Standing.UPDATED_MEDIA;
        }
        if (!isKnown) {
            return Standing.NEW;
        }
        return forms.of(listing.formId(), listing.version()).isEmpty() ? Standing.UPDATED_VERSION : Standing.UPDATED_HASH;
    }

    /** Entity lists are not kept as files: a form that has one always needs another look. */
    private static boolean hasAll(StoredForm form, List<Attachment> attachments) throws IOException {
        Set<String> hashes = Disk.children(form.media()).stream().map(Disk::md5).collect(Collectors.toSet());
        return attachments.stream().filter(file -> !file.fileName().endsWith(".zip"))
            .allMatch(file -> hashes.contains(file.hash()));
    }

    /**
     * When the server gives other text under a version that the tablet has, the old text goes in the end, even if the
     * new one could not be fetched.
     */
    private void download(FormListing listing, List<Attachment> attachments) throws Exception {
        if (listing.hash() == null) {
            throw new TabletException("the form list gives no md5 hash");
        }
        StoredForm same = forms.withHash(listing.hash());
        if (same != null && same.deleted()) {
            same.marked(false);
        }
        List<StoredForm> replaced = same == null ? forms.of(listing.formId(), listing.version()) : List.of();
        Path fetched = Files.createTempDirectory(device.dir, "download-");
        try {
            install(listing, attachments, fetched);
        } finally {
            Disk.deleteTree(fetched);
            for (StoredForm form : replaced) {
                forms.remove(form);
            }
        }
    }

    private void install(FormListing listing, List<Attachment> attachments, Path fetched) throws Exception {
        byte[] xml = client.download(listing.downloadUrl());
        report.count("form_files_downloaded");
        checkHash("form", listing.hash(), xml);
        checkMetadata(listing, xml);
        List<StoredForm> versions = forms.of(listing.formId());
        for (Attachment attachment : attachments) {
            if (attachment.isEntityList()) {
                bringEntities(attachment);
            } else {
                Files.write(fetched.resolve(attachment.fileName()), media(attachment, versions));
            }
        }
        StoredForm existing = forms.withHash(Disk.md5(xml));
        if (existing != null) {
            Disk.copyInto(fetched, existing.media());
            return;
        }
        StoredForm added = forms.add(listing, xml, fetched);
        if (!versions.isEmpty() && Files.exists(versions.get(0).media().resolve(FormSession.LAST_SAVED))) {
            Files.copy(versions.get(0).media().resolve(FormSession.LAST_SAVED), added.media().resolve(FormSession.LAST_SAVED));
        }
    }

    /** A file that some version of the form on the tablet has is not fetched again. */
    private byte[] media(Attachment attachment, List<StoredForm> versions) throws Exception {
        for (StoredForm form : versions) {
            Path file = form.media().resolve(attachment.fileName());
            if (Files.exists(file) && Disk.md5(file).equals(attachment.hash())) {
                report.count("media_unchanged");
                return Files.readAllBytes(file);
            }
        }
        byte[] body = client.download(attachment.downloadUrl());
        checkHash(attachment.fileName(), attachment.hash(), body);
        report.count("media_downloaded");
        return body;
    }

    /** The hash of an entity list only tells whether it has changed: it need not be the MD5 of the CSV. */
    private void bringEntities(Attachment attachment) throws Exception {
        EntityStore entities = device.entities;
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

    /** ODK Collect does not look: with --trusting, neither does the tablet. */
    private void checkHash(String what, String expected, byte[] body) throws TabletException {
        String actual = Disk.md5(body);
        if (!options.trusting && !actual.equals(expected)) {
            throw new TabletException(what + ": md5 is " + actual + ", the server announced " + expected);
        }
    }
}
