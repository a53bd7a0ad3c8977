import com.fasterxml.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

/** An entity as known on one tablet. The trunk version is the last server version it derives from. */
final class Entity {
    public String id;
    public String label;
    public int version;
    public Integer trunkVersion;
    public String branchId = UUID.randomUUID().toString();
    public boolean offline;
    public Map<String, String> properties = new LinkedHashMap<>();

    /** A newer local version is kept until the server has caught up with it. */
    void mergeFromServer(String id, String label, int serverVersion, Map<String, String> properties) {
        offline = false;
        boolean isNew = this.id == null;
        boolean changedHere = !isNew && (trunkVersion == null || trunkVersion != version);
        if (isNew || version < serverVersion || (version == serverVersion && changedHere)) {
            this.id = id;
            this.label = label;
            this.version = serverVersion;
            this.trunkVersion = serverVersion;
            this.branchId = UUID.randomUUID().toString();
            this.properties = properties;
        }
    }
}

/** What a finalised form does to an entity list. */
record EntityChange(String list, String id, String label, boolean create, boolean update, Map<String, String> properties) {
}

/** The entity lists of one tablet: downloaded from the server and changed locally by finalised forms. */
final class EntityStore {
    /** One list, with its entities by id in list order. */
    static final class EntityList {
        public String hash;
        public boolean needsApproval;
        public Map<String, Entity> entities = new LinkedHashMap<>();
    }

    private final Path file;
    private final Map<String, EntityList> lists = new TreeMap<>();

    EntityStore(Path file) throws IOException {
        this.file = file;
        if (Files.exists(file)) {
            JsonNode json = Disk.JSON.readTree(file.toFile());
            json.fieldNames().forEachRemaining(list ->
                lists.put(list, Disk.JSON.convertValue(json.get(list), EntityList.class)));
        }
    }

    boolean has(String list) {
        return lists.containsKey(list);
    }

    String hash(String list) {
        return has(list) ? lists.get(list).hash : null;
    }

    Set<String> offlineIds(String list) {
        return lists.get(list).entities.values().stream().filter(entity -> entity.offline)
            .map(entity -> entity.id).collect(Collectors.toCollection(TreeSet::new));
    }

    void remove(String list, Set<String> ids) throws IOException {
        lists.get(list).entities.keySet().removeAll(ids);
        save();
    }

    /** Brings in the server's version of a list, keeping local changes that the server has not seen yet. */
    void merge(String name, byte[] csv, String hash, boolean needsApproval) throws IOException {
        EntityList list = lists.computeIfAbsent(name, key -> new EntityList());
        Set<String> onServer = new HashSet<>();
        for (Map<String, String> row : Csv.read(csv)) {
            String id = row.remove("name");
            String label = row.remove("label");
            String version = row.remove("__version");
            if (id == null || label == null || version == null) {
                throw new IOException("entity list " + name + " lacks name, label or __version");
            }
            onServer.add(id);
            row.keySet().removeIf(column -> column.startsWith("__"));
            list.entities.computeIfAbsent(id, key -> new Entity()).mergeFromServer(id, label, Integer.parseInt(version), row);
        }
        list.entities.values().removeIf(entity -> !entity.offline && !onServer.contains(entity.id));
        list.hash = hash;
        list.needsApproval = needsApproval;
        save();
    }

    /** Applies what a form finalised on this tablet does, so that the next form sees it while still offline. */
    void apply(List<EntityChange> changes) throws IOException {
        for (EntityChange change : changes) {
            EntityList list = lists.get(change.list());
            if (list == null) {
                continue;
            }
            Entity existing = list.entities.get(change.id());
            if (existing != null && change.update()) {
                existing.label = change.label().isBlank() ? existing.label : change.label();
                existing.properties.putAll(change.properties());
                existing.version++;
            } else if (existing == null && change.create() && !change.label().isBlank() && !list.needsApproval) {
                Entity entity = new Entity();
                entity.id = change.id();
                entity.label = change.label();
                entity.version = 1;
                entity.offline = true;
                entity.properties.putAll(change.properties());
                list.entities.put(entity.id, entity);
            }
        }
        save();
    }

    /** The rows of a list as a form sees them. */
    List<Map<String, String>> rows(String list) {
        return lists.get(list).entities.values().stream().map(entity -> {
            Map<String, String> row = new LinkedHashMap<>();
            row.put("name", entity.id);
            row.put("label", entity.label);
            row.put("__version", String.valueOf(entity.version));
            row.put("__trunkVersion", entity.trunkVersion == null ? "" : String.valueOf(entity.trunkVersion));
            row.put("__branchId", entity.branchId);
            row.putAll(entity.properties);
            return row;
        }).collect(Collectors.toList());
    }

    private void save() throws IOException {
        Files.write(file, Disk.JSON.writeValueAsBytes(lists));
    }
}
