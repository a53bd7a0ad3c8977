import com.fasterxml.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** The answers file: question path -> answer. Paths may name one repeat instance (/data/child[2]/age) or all. */
final class Answers {
    private final JsonNode answers;
    private final Set<String> used = new HashSet<>();

    private Answers(JsonNode answers) {
        this.answers = answers;
    }

    static Answers read(Path file) throws IOException {
        return new Answers(file == null ? Disk.JSON.createObjectNode() : Disk.JSON.readTree(Files.readAllBytes(file)));
    }

    /** The answer for a path: a JSON value (null to leave the question blank), or Java null if there is none. */
    JsonNode find(String exactPath, Random random) {
        for (String path : List.of(exactPath, exactPath.replaceAll("\\[\\d+]", ""))) {
            JsonNode answer = answers.get(path);
            if (answer != null) {
                used.add(path);
                return answer.isArray() ? answer.get(random.nextInt(answer.size())) : answer;
            }
        }
        return null;
    }

    int unused() {
        return answers.size() - used.size();
    }
}
