import org.javarosa.core.model.CoreModelModule;
import org.javarosa.core.model.actions.setgeopoint.SetGeopointAction;
import org.javarosa.core.model.actions.setgeopoint.SetGeopointActionHandler;
import org.javarosa.core.model.condition.EvaluationContext;
import org.javarosa.core.model.condition.IFunctionHandler;
import org.javarosa.core.model.data.StringData;
import org.javarosa.core.model.instance.TreeElement;
import org.javarosa.core.model.instance.TreeReference;
import org.javarosa.core.reference.Reference;
import org.javarosa.core.reference.ReferenceFactory;
import org.javarosa.core.reference.ReferenceManager;
import org.javarosa.core.services.IPropertyManager;
import org.javarosa.core.services.PropertyManager;
import org.javarosa.core.services.PrototypeManager;
import org.javarosa.core.services.properties.IPropertyRules;
import org.javarosa.core.util.JavaRosaCoreModule;
import org.javarosa.model.xform.XFormsModule;
import org.javarosa.xform.parse.ExternalInstanceParser;
import org.javarosa.xform.parse.XFormParser;
import org.javarosa.xform.util.XFormUtils;
import org.javarosa.xpath.expr.XPathFuncExpr;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** Points JavaRosa's global services at one form on one tablet. */
final class Engine {
    private static Supplier<String> location;
    private static boolean started;

    static void use(Path media, Device device, Supplier<String> locationSource) {
        if (!started) {
            PrototypeManager.registerPrototypes(JavaRosaCoreModule.classNames);
            PrototypeManager.registerPrototypes(CoreModelModule.classNames);
            new XFormsModule().registerModule();
            XFormParser.registerActionHandler(SetGeopointActionHandler.ELEMENT_NAME, new SetGeopointHandler());
            started = true;
        }
        location = locationSource;
        PropertyManager.setPropertyManager(new DeviceProperties(device));
        ReferenceManager.instance().reset();
        ReferenceManager.instance().addReferenceFactory(new MediaReferences(media));
        XFormUtils.setExternalInstanceParserFactory(() -> {
            ExternalInstanceParser parser = new ExternalInstanceParser();
            parser.addInstanceProvider(new EntityInstances(device.entities, media));
            return parser;
        });
    }

    /** The odk:setgeopoint action, also used for start-geopoint. */
    static final class SetGeopointHandler extends SetGeopointActionHandler {
        @Override
        public SetGeopointAction getSetGeopointAction() {
            return new SetGeopoint(null);
        }
    }

    static final class SetGeopoint extends SetGeopointAction {
        SetGeopoint(TreeReference target) {
            super(target);
        }

        @Override
        public void requestLocationUpdates() {
            saveLocationValue(location.get());
        }
    }
}

/** Device metadata for preloads such as deviceid, username and phonenumber. */
final class DeviceProperties implements IPropertyManager {
    private static final Map<String, String> URI_SCHEMES =
        Map.of("username", "username", "phonenumber", "tel", "email", "mailto", "deviceid", "");

    private final Map<String, String> properties = new HashMap<>();

    DeviceProperties(Device device) {
        Map<String, String> values = new HashMap<>(device.options.metadata);
        values.put("deviceid", device.deviceId);
        if (device.options.user != null) {
            values.putIfAbsent("username", device.options.user);
        }
        values.forEach((name, value) -> {
            properties.put(name, value);
            properties.put("uri:" + name, URI_SCHEMES.get(name) + ":" + value);
        });
    }

    @Override
    public String getSingularProperty(String name) {
        return properties.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    @Override
    public List<String> getProperty(String name) {
        return List.of();
    }

    @Override
    public void setProperty(String name, String value) {
    }

    @Override
    public void setProperty(String name, List<String> value) {
    }

    @Override
    public void addRules(IPropertyRules rules) {
    }

    @Override
    public List<IPropertyRules> getRules() {
        return List.of();
    }
}

/** Resolves jr://images/x, jr://file-csv/x and the like to the form's media folder. */
record MediaReferences(Path media) implements ReferenceFactory {
    @Override
    public boolean derives(String uri) {
        return uri.startsWith("jr://");
    }

    @Override
    public Reference derive(String uri) {
        return new MediaReference(uri, media.resolve(uri.substring(uri.indexOf('/', "jr://".length()) + 1)));
    }

    @Override
    public Reference derive(String uri, String context) {
        return derive(context.substring(0, context.lastIndexOf('/') + 1) + uri);
    }
}

record MediaReference(String uri, Path path) implements Reference {
    @Override
    public boolean doesBinaryExist() {
        return Files.exists(path);
    }

    @Override
    public InputStream getStream() throws IOException {
        return Files.newInputStream(path);
    }

    @Override
    public String getURI() {
        return uri;
    }

    @Override
    public String getLocalURI() {
        return path.toAbsolutePath().toString();
    }

    @Override
    public boolean isReadOnly() {
        return true;
    }

    @Override
    public OutputStream getOutputStream() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void remove() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Reference[] probeAlternativeReferences() {
        return new Reference[0];
    }
}

/** Serves the tablet's entity lists as secondary instances. A plain CSV of the same name wins. */
record EntityInstances(EntityStore entities, Path media) implements ExternalInstanceParser.InstanceProvider {
    @Override
    public boolean isSupported(String instanceId, String source) {
        boolean csvAttached = Files.exists(media.resolve(source.substring(source.lastIndexOf('/') + 1)));
        return !csvAttached && entities.has(instanceId);
    }

    @Override
    public TreeElement get(String instanceId, String source) {
        TreeElement root = new TreeElement("root", 0);
        int index = 0;
        for (Map<String, String> row : entities.rows(instanceId)) {
            TreeElement item = new TreeElement("item", index++);
            row.forEach((column, value) -> {
                TreeElement element = new TreeElement(column);
                element.setValue(new StringData(value));
                item.addChild(element);
            });
            root.addChild(item);
        }
        return root;
    }
}

/** pulldata(file, column to read, key column, key), which ODK Collect adds to JavaRosa. */
final class PullDataFunction implements IFunctionHandler {
    private final Path media;
    private final EntityStore entities;
    private final Map<String, List<Map<String, String>>> tables = new HashMap<>();

    PullDataFunction(Path media, EntityStore entities) {
        this.media = media;
        this.entities = entities;
    }

    @Override
    public String getName() {
        return "pulldata";
    }

    @Override
    @SuppressWarnings("rawtypes")
    public List<Class[]> getPrototypes() {
        return List.of();
    }

    @Override
    public boolean rawArgs() {
        return true;
    }

    @Override
    public boolean realTime() {
        return false;
    }

    @Override
    public Object eval(Object[] args, EvaluationContext context) {
        if (args.length != 4) {
            return "";
        }
        String key = XPathFuncExpr.toString(args[3]);
        String keyColumn = XPathFuncExpr.toString(args[2]);
        return table(XPathFuncExpr.toString(args[0])).stream()
            .filter(row -> key.equals(row.get(keyColumn)))
            .map(row -> row.getOrDefault(XPathFuncExpr.toString(args[1]), ""))
            .findFirst().orElse("");
    }

    private List<Map<String, String>> table(String name) {
        return tables.computeIfAbsent(name.replaceFirst("\\.csv$", ""), list -> {
            try {
                Path csv = media.resolve(list + ".csv");
                if (Files.exists(csv)) {
                    return Csv.read(Files.readAllBytes(csv));
                }
                return entities.has(list) ? entities.rows(list) : List.of();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
