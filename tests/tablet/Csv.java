import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.javarosa.core.model.instance.SecondaryInstanceCSVParserBuilder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

final class Csv {
    /** Rows as column -> value, read the way JavaRosa reads external CSV files. */
    static List<Map<String, String>> read(byte[] csv) throws IOException {
        Path file = Files.createTempFile("tablet", ".csv");
        try {
            Files.write(file, csv);
            List<Map<String, String>> rows = new ArrayList<>();
            if (csv.length == 0) {
                return rows;
            }
            try (CSVParser parser = new SecondaryInstanceCSVParserBuilder().path(file.toString()).build()) {
                for (CSVRecord record : parser) {
                    rows.add(new LinkedHashMap<>(record.toMap()));
                }
            }
            return rows;
        } finally {
            Files.delete(file);
        }
    }
}
