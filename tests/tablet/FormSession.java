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
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** One form being filled in on one tablet. JavaRosa keeps global state: only one session may be open at a time. */
final class FormSession {
    static final String LAST_SAVED = "last-saved.xml";

    private static final String ENTITIES_NAMESPACE = "http://www.opendatakit.org/xforms/entities";
    private static final List<String> ENTITY_SPEC_VERSIONS = List.of("2022.1", "2023.1", "2024.1", "2025.1");

    final StoredForm form;
    final FormDef definition;
    final FormEntryController controller;
    final FormEntryModel model;
    final Map<String, ConstraintHints> hints;
    final SubmissionRules rules;
    final AuditLog audit;

    private FormSession(StoredForm form, FormDef definition, Document document, AuditLog audit) {
        this.form = form;
        this.definition = definition;
        this.hints = ConstraintHints.of(document);
        this.rules = SubmissionRules.of(document);
        this.audit = audit;
        this.model = new FormEntryModel(definition);
        this.controller = new FormEntryController(model);
    }

    /** Opens a form to fill it in from the start. */
    static FormSession start(StoredForm form, Device device, Random random) throws Exception {
        FormSession session = load(form, device, random);
        session.begin(true, device.options.language);
        return session;
    }

    /** Opens a form on what was saved of it before: nothing that happens only once happens again. */
    static FormSession resume(StoredForm form, Path savedXml, Device device, Random random) throws Exception {
        FormSession session = load(form, device, random);
        session.restore(Files.readAllBytes(savedXml));
        session.begin(false, device.options.language);
        return session;
    }

    private void begin(boolean isNew, String language) {
        definition.initialize(isNew, new InstanceInitializationFactory());
        if (language != null) {
            controller.setLanguage(language);
        }
    }

    private void restore(byte[] savedXml) {
        TreeElement saved = XFormParser.restoreDataModel(savedXml, null).getRoot();
        TreeElement root = instance().getRoot().deepCopy(true);
        root.populate(saved, definition);
        instance().setRoot(root);
    }

    private static FormSession load(StoredForm form, Device device, Random random) throws Exception {
        byte[] xml = Files.readAllBytes(form.xml());
        Document document = Xml.parse(xml);
        checkSupported(document);

        Path lastSaved = form.media().resolve(LAST_SAVED);
        if (!Files.exists(lastSaved)) {
            Files.writeString(lastSaved, "<?xml version='1.0' ?><stub />");
        }
        Supplier<String> location = () -> {
            double[] point = Improviser.randomPoint(device.options.box, random);
            return point[0] + " " + point[1] + " " + point[2] + " " + point[3];
        };
        Engine.use(form.media(), device, location);
        XFormParser parser = new XFormParserFactory()
            .getXFormParser(new InputStreamReader(new ByteArrayInputStream(xml), StandardCharsets.UTF_8));
        FormDef definition = parser.parse(form.xml().toString(), "jr://file/" + LAST_SAVED);

        AuditLog audit = new AuditLog(AuditWishes.of(document), device.options.dataCollector(), location);
        FormSession session = new FormSession(form, definition, document, audit);
        session.controller.addFunctionHandler(new PullDataFunction(form.media(), device.entities));
        return session;
    }

    private static void checkSupported(Document document) throws TabletException {
        String entitiesVersion = Xml.first(document, "model").getAttributeNS(ENTITIES_NAMESPACE, "entities-version");
        if (!entitiesVersion.isEmpty() && ENTITY_SPEC_VERSIONS.stream().noneMatch(entitiesVersion::startsWith)) {
            throw new TabletException("unrecognised entity specification version " + entitiesVersion);
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

    /** Writes the audit log into the instance's folder and names it in the XML, when the form asks for one. */
    void attachAudit(Path instanceDir) throws IOException {
        TreeElement element = meta("audit");
        if (element != null) {
            audit.save(instanceDir);
            element.setAnswer(new StringData(AuditLog.FILE));
        }
    }

    void finish() {
        controller.finalizeFormEntry();
    }

    /** Gives an edit its own instance ID, and names the one it replaces. */
    void deprecate() throws TabletException {
        String old = instanceId();
        TreeElement deprecated = meta("deprecatedID");
        if (deprecated == null) {
            deprecated = new TreeElement("deprecatedID");
            instance().getRoot().getFirstChild("meta").addChild(deprecated);
        }
        deprecated.setAnswer(new StringData(old));
        meta("instanceID").setAnswer(new StringData("uuid:" + UUID.randomUUID()));
    }

    /** What is sent: without the questions that are not relevant. */
    byte[] submissionXml() throws IOException {
        SubmissionProfile profile = definition.getSubmissionProfile();
        IDataReference root = profile == null || profile.getRef() == null ? new XPathReference("/") : profile.getRef();
        return new XFormSerializingVisitor().serializeInstance(instance(), root);
    }

    /** What is kept of a form that is not finished: also the questions that are not relevant just now. */
    byte[] draftXml() throws IOException {
        return new XFormSerializingVisitor(false).serializeInstance(instance());
    }

    void writeLastSaved() throws IOException {
        Files.write(form.media().resolve(LAST_SAVED), draftXml());
    }

    String submissionUrl() {
        SubmissionProfile profile = definition.getSubmissionProfile();
        return profile == null || profile.getAction() == null || profile.getAction().isBlank() ? null : profile.getAction();
    }

    String instanceId() throws TabletException {
        TreeElement id = meta("instanceID");
        if (id == null || id.getValue() == null) {
            throw new TabletException("the form has no meta/instanceID");
        }
        return id.getValue().getDisplayText();
    }

    private TreeElement meta(String name) {
        TreeElement meta = instance().getRoot().getFirstChild("meta");
        return meta == null ? null : meta.getFirstChild(name);
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
