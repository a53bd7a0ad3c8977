import com.fasterxml.jackson.databind.JsonNode;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.zip.InflaterInputStream;

/** The text of a settings QR code: JSON, compressed (zlib), in base64. Refused as ODK Collect refuses it. */
final class Settings {
    private static final Set<String> SWITCHES = Set.of("automatic_update", "delete_send", "external_app_recording",
        "hide_old_form_versions", "high_resolution", "instance_sync", "analytics", "background_location",
        "background_recording");
    private static final Map<String, String> METADATA = Map.of("metadata_username", "username",
        "metadata_phonenumber", "phonenumber", "metadata_email", "email");

    private final JsonNode general;

    private Settings(JsonNode general) {
        this.general = general;
    }

    static Settings scan(String code) {
        JsonNode json;
        try (InflaterInputStream stream = new InflaterInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(code)))) {
            json = Disk.JSON.readTree(stream.readAllBytes());
        } catch (IOException | IllegalArgumentException e) {
            throw invalid("it is not compressed JSON in base64");
        }
        if (!json.path("general").isObject() || !json.path("admin").isObject()) {
            throw invalid("general or admin is missing");
        }
        checkTypes(json.get("general"));
        json.get("admin").fields().forEachRemaining(field -> check(field.getKey(), field.getValue(), !field.getKey().equals("admin_pw")));
        String protocol = json.get("general").path("protocol").asText("odk_default");
        if (!protocol.equals("odk_default")) {
            throw invalid("protocol " + protocol + " is obsolete");
        }
        return new Settings(json.get("general"));
    }

    private static void checkTypes(JsonNode general) {
        general.fields().forEachRemaining(field -> check(field.getKey(), field.getValue(), SWITCHES.contains(field.getKey())));
    }

    private static void check(String key, JsonNode value, boolean isSwitch) {
        if (isSwitch ? !value.isBoolean() : !value.isTextual()) {
            throw invalid(key + " has the wrong type");
        }
    }

    private static IllegalArgumentException invalid(String why) {
        return new IllegalArgumentException("invalid QR code: " + why);
    }

    /** Sets what the code says; what it does not say goes back to ODK Collect's default. */
    void apply(Options options) {
        options.setServer(general.path("server_url").asText("https://demo.getodk.org"));
        options.user = general.path("username").asText(null);
        options.password = general.path("password").asText(null);
        options.mode = mode(general.path("form_update_mode").asText("manual"));
        options.autoSend = !general.path("autosend").asText("off").equals("off");
        METADATA.forEach((key, name) -> {
            if (general.has(key)) {
                options.metadata.put(name, general.get(key).asText());
            }
        });
    }

    /** A value that no setting has is passed over. */
    private static UpdateMode mode(String text) {
        return switch (text) {
            case "match_exactly" -> UpdateMode.MATCH_EXACTLY;
            case "previously_downloaded" -> UpdateMode.PREVIOUSLY_DOWNLOADED;
            default -> UpdateMode.MANUAL;
        };
    }
}
