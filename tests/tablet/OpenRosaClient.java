import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** An entry of the form list. */
record FormListing(String formId, String name, String version, String hash, String downloadUrl, String manifestUrl) {
}

/** An entry of a form's manifest. */
record Attachment(String fileName, String hash, String downloadUrl, String type, String integrityUrl) {
    boolean isEntityList() {
        return type.equals("entityList") || type.equals("approvalEntityList");
    }

    boolean needsApproval() {
        return type.equals("approvalEntityList");
    }
}

/** The download side of the OpenRosa API, as strict as ODK Collect. */
final class OpenRosaClient {
    private static final String LIST_NAMESPACE = "http://openrosa.org/xforms/xformsList";
    private static final String MANIFEST_NAMESPACE = "http://openrosa.org/xforms/xformsManifest";

    final Wire wire;
    final String server;

    OpenRosaClient(Wire wire, String server) {
        this.wire = wire;
        this.server = server;
    }

    List<FormListing> formList() throws Exception {
        Element root = document(server + "/formList", "xforms", LIST_NAMESPACE);
        List<FormListing> forms = new ArrayList<>();
        for (Element form : Xml.children(root, LIST_NAMESPACE, "xform")) {
            FormListing listing = new FormListing(Xml.text(form, "formID"), Xml.text(form, "name"),
                emptyIfNull(Xml.text(form, "version")), md5Hash(Xml.text(form, "hash")),
                Xml.text(form, "downloadUrl"), Xml.text(form, "manifestUrl"));
            if (listing.formId() == null || listing.name() == null || listing.downloadUrl() == null) {
                throw new TabletException("form list: an xform lacks formID, name or downloadUrl");
            }
            forms.add(listing);
        }
        return forms;
    }

    List<Attachment> manifest(FormListing form) throws Exception {
        if (form.manifestUrl() == null) {
            return List.of();
        }
        Element root = document(form.manifestUrl(), "manifest", MANIFEST_NAMESPACE);
        List<Attachment> attachments = new ArrayList<>();
        for (Element file : Xml.children(root, MANIFEST_NAMESPACE, "mediaFile")) {
            String fileName = Xml.text(file, "filename");
            Attachment attachment = new Attachment(
                fileName == null ? null : Path.of(fileName).getFileName().toString(), md5Hash(Xml.text(file, "hash")),
                Xml.text(file, "downloadUrl"), file.getAttribute("type"), Xml.text(file, "integrityUrl"));
            if (attachment.fileName() == null || attachment.hash() == null || attachment.downloadUrl() == null) {
                throw new TabletException("manifest: a mediaFile lacks filename, md5 hash or downloadUrl");
            }
            attachments.add(attachment);
        }
        return attachments;
    }

    byte[] download(String url) throws Exception {
        Answer response = wire.get(wire.withDeviceId(url));
        if (response.status() != 200) {
            throw new TabletException("GET " + url + " answered " + response.status());
        }
        return response.body();
    }

    /** Asks which entities created on this tablet have since been deleted on the server. */
    Set<String> deletedEntities(String integrityUrl, Set<String> ids) throws Exception {
        String separator = integrityUrl.contains("?") ? "&" : "?";
        String query = separator + "id=" + URLEncoder.encode(String.join(",", ids), StandardCharsets.UTF_8);
        Element root = document(integrityUrl + query, "data", null);
        Set<String> deleted = new HashSet<>();
        NodeList found = root.getElementsByTagNameNS("*", "entity");
        for (int i = 0; i < found.getLength(); i++) {
            Element entity = (Element) found.item(i);
            if ("true".equals(Xml.text(entity, "deleted"))) {
                deleted.add(entity.getAttribute("id"));
            }
        }
        return deleted;
    }

    private Element document(String url, String rootName, String namespace) throws Exception {
        Answer response = wire.get(wire.withDeviceId(url));
        if (response.status() != 200) {
            throw new TabletException("GET " + url + " answered " + response.status());
        }
        String contentType = response.headers().firstValue("Content-Type").orElse("text/xml");
        if (!contentType.toLowerCase(Locale.ROOT).contains("text/xml")) {
            throw new TabletException("GET " + url + " answered with content type " + contentType + ", not text/xml");
        }
        if (response.headers().firstValue("X-OpenRosa-Version").isEmpty()) {
            throw new TabletException("GET " + url + " answered without an X-OpenRosa-Version header");
        }
        Element root = Xml.parse(response.body()).getDocumentElement();
        if (!root.getLocalName().equals(rootName) || (namespace != null && !namespace.equals(root.getNamespaceURI()))) {
            throw new TabletException("GET " + url + " answered with a <" + root.getNodeName() + "> document");
        }
        return root;
    }

    private static String md5Hash(String hash) {
        return hash != null && hash.startsWith("md5:") ? hash.substring(4) : null;
    }

    private static String emptyIfNull(String text) {
        return text == null ? "" : text;
    }
}
