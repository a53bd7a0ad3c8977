import org.javarosa.core.model.Constants;
import org.javarosa.core.model.RangeQuestion;
import org.javarosa.core.model.SelectChoice;
import org.javarosa.core.model.data.DateData;
import org.javarosa.core.model.data.DateTimeData;
import org.javarosa.core.model.data.DecimalData;
import org.javarosa.core.model.data.GeoPointData;
import org.javarosa.core.model.data.GeoShapeData;
import org.javarosa.core.model.data.GeoTraceData;
import org.javarosa.core.model.data.IAnswerData;
import org.javarosa.core.model.data.IntegerData;
import org.javarosa.core.model.data.LongData;
import org.javarosa.core.model.data.MultipleItemsData;
import org.javarosa.core.model.data.SelectOneData;
import org.javarosa.core.model.data.StringData;
import org.javarosa.core.model.data.TimeData;
import org.javarosa.core.model.data.helper.Selection;
import org.javarosa.form.api.FormEntryPrompt;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

import javax.imageio.ImageIO;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Literals found in a question's constraint, to guess answers that satisfy it. */
record ConstraintHints(List<Double> numbers, List<String> patterns, List<String> dates) {
    static final ConstraintHints NONE = new ConstraintHints(List.of(), List.of(), List.of());

    private static final Pattern REGEX = Pattern.compile("regex\\(\\s*[^,]+,\\s*(?:'([^']*)'|\"([^\"]*)\")");
    private static final Pattern DATE = Pattern.compile("['\"](\\d{4}-\\d\\d-\\d\\d)['\"]");
    private static final Pattern NUMBER = Pattern.compile("(?<![\\w.'-])-?\\d+(?:\\.\\d+)?");

    /** Hints by the path of the question, for all the binds of a form. */
    static Map<String, ConstraintHints> of(Document form) {
        Map<String, ConstraintHints> hints = new HashMap<>();
        NodeList binds = form.getElementsByTagNameNS("*", "bind");
        for (int i = 0; i < binds.getLength(); i++) {
            Element bind = (Element) binds.item(i);
            String constraint = bind.getAttribute("constraint");
            if (!constraint.isEmpty()) {
                hints.put(bind.getAttribute("nodeset"), of(constraint));
            }
        }
        return hints;
    }

    private static ConstraintHints of(String constraint) {
        List<String> patterns = REGEX.matcher(constraint).results()
            .map(match -> match.group(1) != null ? match.group(1) : match.group(2)).collect(Collectors.toList());
        List<String> dates = DATE.matcher(constraint).results().map(match -> match.group(1)).collect(Collectors.toList());
        String rest = REGEX.matcher(DATE.matcher(constraint).replaceAll("")).replaceAll("");
        List<Double> numbers = NUMBER.matcher(rest).results()
            .map(match -> Double.valueOf(match.group())).collect(Collectors.toList());
        return new ConstraintHints(numbers, patterns, dates);
    }
}

/** Makes up an answer of the right type for any question. */
final class Improviser {
    private static final String[] WORDS = {"Lúa", "Bưởi", "Đất phèn", "Hồ Tây", "Quế", "Nghệ", "Sông Hậu", "Trần & Lê",
        "5 < 7", "\"Mùa khô\"", "Xã Ấm", "d'Or", "café", "水稻"};
    private static final long DAY = 24L * 3600 * 1000;

    private final Random random;
    private final Options options;
    private final Path instanceDir;
    private final List<Double> recentNumbers = new ArrayList<>();
    private final List<Date> recentDates = new ArrayList<>();
    private long clock = System.currentTimeMillis();

    Improviser(Random random, Options options, Path instanceDir) {
        this.random = random;
        this.options = options;
        this.instanceDir = instanceDir;
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    int between(int low, int high) {
        return low + random.nextInt(high - low + 1);
    }

    /** Returns null when no answer is possible, as for a select without choices. */
    IAnswerData improvise(FormEntryPrompt prompt, ConstraintHints hints) throws Exception {
        switch (prompt.getControlType()) {
            case Constants.CONTROL_SELECT_ONE: {
                List<SelectChoice> choices = prompt.getSelectChoices();
                return choices.isEmpty() ? null : new SelectOneData(pick(choices).selection());
            }
            case Constants.CONTROL_SELECT_MULTI: {
                List<Selection> selections = shuffledSelections(prompt);
                int most = selections.size();
                return most == 0 ? null : new MultipleItemsData(new ArrayList<>(selections.subList(0, between(1, most))));
            }
            case Constants.CONTROL_RANK: {
                List<Selection> selections = shuffledSelections(prompt);
                return selections.isEmpty() ? null : new MultipleItemsData(selections);
            }
            case Constants.CONTROL_TRIGGER:
                return new StringData("OK");
            case Constants.CONTROL_IMAGE_CHOOSE:
                return media("jpg");
            case Constants.CONTROL_AUDIO_CAPTURE:
                return media("m4a");
            case Constants.CONTROL_VIDEO_CAPTURE:
                return media("mp4");
            case Constants.CONTROL_FILE_CAPTURE:
            case Constants.CONTROL_UPLOAD:
                return media("pdf");
            case Constants.CONTROL_OSM_CAPTURE:
                return null;
            case Constants.CONTROL_RANGE:
                return range((RangeQuestion) prompt.getQuestion(), prompt.getDataType());
            default:
                return value(prompt, hints);
        }
    }

    private IAnswerData value(FormEntryPrompt prompt, ConstraintHints hints) {
        switch (prompt.getDataType()) {
            case Constants.DATATYPE_INTEGER:
                return new IntegerData((int) Math.rint(number(hints)));
            case Constants.DATATYPE_LONG:
                return new LongData((long) number(hints));
            case Constants.DATATYPE_DECIMAL:
                return new DecimalData(Math.round(number(hints) * 100) / 100.0);
            case Constants.DATATYPE_DATE:
                return new DateData(date(hints));
            case Constants.DATATYPE_TIME:
                return new TimeData(toTheMinute(date(hints)));
            case Constants.DATATYPE_DATE_TIME:
                return new DateTimeData(toTheMinute(date(hints)));
            case Constants.DATATYPE_GEOPOINT:
                return new GeoPointData(randomPoint(options.box, random));
            case Constants.DATATYPE_GEOTRACE:
                return new GeoTraceData(new GeoTraceData.GeoTrace(path(between(2, 6), false)));
            case Constants.DATATYPE_GEOSHAPE:
                return new GeoShapeData(new GeoShapeData.GeoShape(path(between(3, 6), true)));
            default:
                return new StringData(text(prompt, hints));
        }
    }

    private double number(ConstraintHints hints) {
        int strategy = random.nextInt(4);
        if (strategy < 2 && !hints.numbers().isEmpty()) {
            double a = pick(hints.numbers());
            double b = pick(hints.numbers());
            return a == b ? a + between(-1, 1) : a + random.nextDouble() * (b - a);
        }
        if (strategy == 2 && !recentNumbers.isEmpty()) {
            return pick(recentNumbers) + between(-3, 3);
        }
        return random.nextInt(pick(List.of(10, 100, 10_000)));
    }

    private Date date(ConstraintHints hints) {
        int strategy = random.nextInt(4);
        if (strategy < 2 && !hints.dates().isEmpty()) {
            Date hint = java.sql.Date.valueOf(pick(hints.dates()));
            return new Date(hint.getTime() + between(-400, 400) * DAY);
        }
        if (strategy == 2 && !recentDates.isEmpty()) {
            return new Date(pick(recentDates).getTime() + between(-30, 30) * DAY);
        }
        return new Date(System.currentTimeMillis() + between(-1100, strategy == 3 ? 400 : 0) * DAY);
    }

    private Date toTheMinute(Date date) {
        long minutes = date.getTime() / 60_000 + between(-720, 720);
        return new Date(minutes * 60_000);
    }

    private String text(FormEntryPrompt prompt, ConstraintHints hints) {
        if (!hints.patterns().isEmpty()) {
            String sample = new RegexSampler(pick(hints.patterns()), random).sample();
            if (sample != null) {
                return sample;
            }
        }
        String appearance = prompt.getAppearanceHint();
        if (appearance != null && appearance.contains("numbers")) {
            return String.valueOf(Math.round(Math.abs(number(hints))));
        }
        StringBuilder text = new StringBuilder(pick(List.of(WORDS)));
        while (random.nextInt(3) > 0) {
            text.append(' ').append(pick(List.of(WORDS)));
        }
        return text.toString();
    }

    private IAnswerData range(RangeQuestion question, int dataType) {
        double start = question.getRangeStart().doubleValue();
        double end = question.getRangeEnd().doubleValue();
        double step = question.getRangeStep().doubleValue();
        int steps = (int) Math.floor(Math.abs(end - start) / Math.abs(step) + 1e-9);
        double value = start + Math.signum(end - start) * Math.abs(step) * between(0, steps);
        return dataType == Constants.DATATYPE_INTEGER
            ? new IntegerData((int) Math.rint(value)) : new DecimalData(Math.round(value * 1e6) / 1e6);
    }

    /** Latitude, longitude, altitude and accuracy. */
    static double[] randomPoint(double[] box, Random random) {
        return new double[]{round(box[0] + random.nextDouble() * (box[2] - box[0]), 1e6),
            round(box[1] + random.nextDouble() * (box[3] - box[1]), 1e6),
            round(random.nextDouble() * 100, 10), round(2 + random.nextDouble() * 8, 10)};
    }

    private ArrayList<double[]> path(int points, boolean closed) {
        double[] centre = randomPoint(options.box, random);
        ArrayList<double[]> path = new ArrayList<>();
        for (int i = 0; i < points; i++) {
            double angle = 2 * Math.PI * i / points;
            path.add(new double[]{round(centre[0] + 0.001 * Math.sin(angle), 1e6),
                round(centre[1] + 0.001 * Math.cos(angle), 1e6), centre[2], centre[3]});
        }
        if (closed) {
            path.add(path.get(0).clone());
        }
        return path;
    }

    private static double round(double value, double scale) {
        return Math.round(value * scale) / scale;
    }

    private IAnswerData media(String extension) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        if (extension.equals("jpg")) {
            BufferedImage image = new BufferedImage(64, 48, BufferedImage.TYPE_INT_RGB);
            for (int i = 0; i < 64 * 48; i++) {
                image.setRGB(i % 64, i / 64, random.nextInt(0x1000000));
            }
            ImageIO.write(image, "jpg", content);
        }
        byte[] padding = new byte[Math.max(0, options.mediaBytes - content.size())];
        random.nextBytes(padding);
        content.write(padding);
        while (Files.exists(instanceDir.resolve(clock + "." + extension))) {
            clock++;
        }
        String fileName = clock++ + "." + extension;
        Files.write(instanceDir.resolve(fileName), content.toByteArray());
        return new StringData(fileName);
    }

    /** Remembers an accepted answer: constraints often compare with an earlier question. */
    void remember(IAnswerData answer) {
        if (answer.getValue() instanceof Number number) {
            recentNumbers.add(number.doubleValue());
        } else if (answer.getValue() instanceof Date date) {
            recentDates.add(date);
        }
    }

    private List<Selection> shuffledSelections(FormEntryPrompt prompt) {
        List<Selection> selections = prompt.getSelectChoices().stream().map(SelectChoice::selection)
            .collect(Collectors.toCollection(ArrayList::new));
        Collections.shuffle(selections, random);
        return selections;
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }
}
