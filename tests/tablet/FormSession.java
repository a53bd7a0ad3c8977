import org.javarosa.core.model.FormDef;
import org.javarosa.core.model.IDataReference;
import org.javarosa.core.model.SubmissionProfile;
import org.javarosa.core.model.data.StringData;
import org.javarosa.core.model.instance.FormInstance;
import org.javarosa.core.model.instance.InstanceInitializationFactory;
import org.javarosa.core.model.instance.TreeElement;
import org.javarosa.core.model.instance.TreeReference;
import org.javarosa.form.api.FormEntryController;
import org.javarosa.form.api.FormEntryModel;
import org.javarosa.model.xform.XFormSerializingVisitor;
import org.javarosa.model.xform.XPathReference;
import org.javarosa.xform.parse.XFormParser;
import org.javarosa.xform.parse.XFormParserFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** One form being filled in on one tablet. JavaRosa keeps global state: only one session may be open at a time. */
final class FormSession {
    static final String LAST_SAVED = "last-saved.xml";
    private static final String AUDIT_FILE = "audit.csv";

    private static final String ENTITIES_NAMESPACE = "http://www.opendatakit.org/xforms/entities";
    private static final List<String> ENTITY_SPEC_VERSIONS = List.of("2022.1", "2023.1", "2024.1", "2025.1");

    final StoredForm form;
    final FormDef definition;
    final FormEntryController controller;
    final FormEntryModel model;
    final Map<String, ConstraintHints> hints;

    private FormSession(StoredForm form, FormDef definition, Map<String, ConstraintHints> hints) {
        this.form = form;
        this.definition = definition;
        this.hints = hints;
        this.model = new FormEntryModel(definition);
        this.controller = new FormEntryController(model);
    }

    static FormSession open(StoredForm form, Device device, Random random) throws Exception {
        byte[] xml = Files.readAllBytes(form.xml());
        Document document = Xml.parse(xml);
        checkSupported(document);

        Path lastSaved = form.media().resolve(LAST_SAVED);
        if (!Files.exists(lastSaved)) {
            Files.writeString(lastSaved, "<?xml version='1.0' ?><stub />");
        }
        Engine.use(form.media(), device, () -> {
            double[] point = Improviser.randomPoint(device.options.box, random);
            return point[0] + " " + point[1] + " " + point[2] + " " + point[3];
        });
        XFormParser parser = new XFormParserFactory()
            .getXFormParser(new InputStreamReader(new ByteArrayInputStream(xml), StandardCharsets.UTF_8));
        FormDef definition = parser.parse(form.xml().toString(), "jr://file/" + LAST_SAVED);

        FormSession session = new FormSession(form, definition, ConstraintHints.of(document));
        session.controller.addFunctionHandler(new PullDataFunction(form.media(), device.entities));
        definition.initialize(true, new InstanceInitializationFactory());
        if (device.options.language != null) {
            session.controller.setLanguage(device.options.language);
        }
        return session;
    }

    private static void checkSupported(Document document) throws TabletException {
        String entitiesVersion = Xml.first(document, "model").getAttributeNS(ENTITIES_NAMESPACE, "entities-version");
        if (!entitiesVersion.isEmpty() && ENTITY_SPEC_VERSIONS.stream().noneMatch(entitiesVersion::startsWith)) {
            throw new TabletException("unrecognised entity specification version " + entitiesVersion);
        }
        Element submission = Xml.first(document, "submission");
        if (submission != null && submission.hasAttribute("base64RsaPublicKey")) {
            throw new TabletException("encrypted forms are not supported");
        }
        NodeList elements = Xml.first(document, "body").getElementsByTagNameNS("*", "*");
        for (int i = 0; i < elements.getLength(); i++) {
            Element control = (Element) elements.item(i);
            if (control.getAttribute("appearance").contains("search(") || control.hasAttribute("query")) {
                throw new TabletException("search() and select_one_external are not supported: "
                    + control.getAttribute("ref"));
            }
        }
    }

    FormInstance instance() {
        return definition.getMainInstance();
    }

    /** Attaches the audit log when the form asks for one. */
    void attachAudit(String log, Path instanceDir) throws IOException {
        TreeElement meta = instance().getRoot().getFirstChild("meta");
        TreeElement audit = meta == null ? null : meta.getFirstChild("audit");
        if (audit != null) {
            Files.writeString(instanceDir.resolve(AUDIT_FILE), log);
            audit.setAnswer(new StringData(AUDIT_FILE));
        }
    }

    void finish() {
        controller.finalizeFormEntry();
    }

    /** What is sent: without the questions that are not relevant. */
    byte[] submissionXml() throws IOException {
        SubmissionProfile profile = definition.getSubmissionProfile();
        IDataReference root = profile == null || profile.getRef() == null ? new XPathReference("/") : profile.getRef();
        return new XFormSerializingVisitor().serializeInstance(instance(), root);
    }

    void writeLastSaved() throws IOException {
        Files.write(form.media().resolve(LAST_SAVED), new XFormSerializingVisitor(false).serializeInstance(instance()));
    }

    String submissionUrl() {
        SubmissionProfile profile = definition.getSubmissionProfile();
        return profile == null || profile.getAction() == null || profile.getAction().isBlank() ? null : profile.getAction();
    }

    String instanceId() throws TabletException {
        TreeElement meta = instance().getRoot().getFirstChild("meta");
        TreeElement id = meta == null ? null : meta.getFirstChild("instanceID");
        if (id == null || id.getValue() == null) {
            throw new TabletException("the form has no meta/instanceID");
        }
        return id.getValue().getDisplayText();
    }

    // -- entities declared by the form

    List<EntityChange> entityChanges() {
        List<EntityChange> changes = new ArrayList<>();
        collectEntityChanges(instance().getRoot(), changes);
        return changes;
    }

    private void collectEntityChanges(TreeElement container, List<EntityChange> changes) {
        TreeElement declaration = entityDeclaration(container);
        if (declaration != null) {
            boolean create = isTrue(declaration.getAttributeValue(null, "create"));
            boolean update = isTrue(declaration.getAttributeValue(null, "update"));
            String id = declaration.getAttributeValue("", "id");
            if ((create || update) && id != null && !id.isBlank()) {
                Map<String, String> properties = new LinkedHashMap<>();
                collectProperties(container, properties);
                changes.add(new EntityChange(declaration.getAttributeValue(null, "dataset"), id,
                    textOf(declaration.getFirstChild("label")), create, update, properties));
            }
        }
        for (TreeElement child : childrenOf(container)) {
            collectEntityChanges(child, changes);
        }
    }

    private static void collectProperties(TreeElement container, Map<String, String> properties) {
        for (TreeElement child : childrenOf(container)) {
            String property = child.getBindAttributeValue(ENTITIES_NAMESPACE, "saveto");
            if (property != null && child.isRelevant()) {
                properties.put(property, textOf(child));
            } else if (entityDeclaration(child) == null) {
                collectProperties(child, properties);
            }
        }
    }

    private static TreeElement entityDeclaration(TreeElement container) {
        TreeElement meta = container.getFirstChild("meta");
        return meta == null ? null : meta.getFirstChild("entity");
    }

    private static List<TreeElement> childrenOf(TreeElement element) {
        return IntStream.range(0, element.getNumChildren()).mapToObj(element::getChildAt)
            .filter(child -> child.getMult() != TreeReference.INDEX_TEMPLATE).collect(Collectors.toList());
    }

    private static String textOf(TreeElement element) {
        return element == null || element.getValue() == null ? "" : element.getValue().uncast().getString();
    }

    private static boolean isTrue(String text) {
        return "1".equals(text) || "true".equalsIgnoreCase(text);
    }
}
