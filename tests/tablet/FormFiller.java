import com.fasterxml.jackson.databind.JsonNode;
import org.javarosa.core.model.Constants;
import org.javarosa.core.model.FormIndex;
import org.javarosa.core.model.GroupDef;
import org.javarosa.core.model.SelectChoice;
import org.javarosa.core.model.ValidateOutcome;
import org.javarosa.core.model.data.IAnswerData;
import org.javarosa.core.model.data.MultipleItemsData;
import org.javarosa.core.model.data.SelectOneData;
import org.javarosa.core.model.data.StringData;
import org.javarosa.core.model.data.helper.Selection;
import org.javarosa.core.model.instance.TreeReference;
import org.javarosa.form.api.FormEntryController;
import org.javarosa.form.api.FormEntryPrompt;
import org.javarosa.xform.util.XFormAnswerDataParser;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Walks through a form from beginning to end and answers it. */
final class FormFiller {
    private static final int MAX_GUESSES = 200;
    private static final int MAX_CORRECTIONS = 20;
    private static final int MAX_EVENTS = 100_000;

    private final FormSession session;
    private final Device device;
    private final Answers answers;
    private final Random random;
    private final Path instanceDir;
    private final Improviser improviser;
    private final Map<String, Integer> repeatCounts = new HashMap<>();
    private final Visit visit;
    private int answered;

    /** Why the form is open: answers from earlier visits stay unless the answers file says otherwise. */
    enum Visit { FIRST, RESUMED, EDIT }

    FormFiller(FormSession session, Visit visit, Device device, Answers answers, Random random, Path instanceDir) {
        this.visit = visit;
        this.session = session;
        this.device = device;
        this.answers = answers;
        this.random = random;
        this.instanceDir = instanceDir;
        this.improviser = new Improviser(random, device.options, instanceDir);
    }

    /** Walks to the end and makes sure that the form can be finalised. */
    void fill() throws Exception {
        open();
        walk(Integer.MAX_VALUE);
        validate();
        leave(List.of("form save", "form exit", "form finalize"));
    }

    /** Answers some questions and leaves the form as it is. */
    void fillSome(int questions) throws Exception {
        open();
        walk(questions);
        leave(List.of("form save", "form exit"));
    }

    private void open() {
        session.audit.moment(visit == Visit.FIRST ? "form start" : "form resume");
    }

    private void leave(List<String> events) {
        if (visit != Visit.FIRST) {
            session.audit.reason(device.options.reason);
        }
        events.forEach(session.audit::moment);
    }

    private void walk(int questions) throws Exception {
        FormEntryController controller = session.controller;
        int event = controller.jumpToIndex(FormIndex.createBeginningOfFormIndex());
        for (int i = 0; event != FormEntryController.EVENT_END_OF_FORM && answered < questions; i++) {
            if (i > MAX_EVENTS) {
                throw new TabletException("the form does not come to an end");
            }
            switch (event) {
                case FormEntryController.EVENT_QUESTION -> answer();
                case FormEntryController.EVENT_PROMPT_NEW_REPEAT -> {
                    if (repeatPosition() < wantedRepeats()) {
                        controller.newRepeat();
                    }
                }
                case FormEntryController.EVENT_REPEAT -> {
                    if (isUserControlledRepeat() && repeatPosition() >= wantedRepeats()) {
                        controller.jumpToIndex(controller.deleteRepeat());
                    }
                }
                default -> {
                }
            }
            event = controller.stepToNextEvent();
        }
    }

    /** Validates the entire form, correcting made-up answers that have become invalid. */
    private void validate() throws Exception {
        for (int i = 0; ; i++) {
            ValidateOutcome failure = session.definition.validate();
            if (failure == null) {
                return;
            }
            String path = path(failure.failedPrompt);
            if (i == MAX_CORRECTIONS || answers.find(path, random) != null) {
                session.controller.jumpToIndex(failure.failedPrompt);
                String message = message(session.model.getQuestionPrompt(), failure.outcome);
                throw new TabletException("cannot be finalised, " + path + ": " + reason(failure.outcome)
                    + (message.isEmpty() ? "" : " (" + message + ")"));
            }
            session.controller.jumpToIndex(failure.failedPrompt);
            answer();
        }
    }

    // -- questions

    private void answer() throws Exception {
        FormEntryPrompt prompt = session.model.getQuestionPrompt();
        if (prompt.isReadOnly()) {
            return;
        }
        String path = path(session.model.getFormIndex());
        long start = Disk.moment();
        String before = text(prompt.getAnswerValue());
        JsonNode given = answers.find(path, random);
        if (given != null) {
            give(prompt, path, given.isNull() ? "" : given.asText());
        } else if (visit == Visit.FIRST || (visit == Visit.RESUMED && prompt.getAnswerValue() == null)) {
            improvise(prompt, path);
        }
        answered++;
        session.audit.question(path, start, before, text(session.model.getQuestionPrompt().getAnswerValue()));
        if (device.options.trace) {
            IAnswerData value = prompt.getAnswerValue();
            System.err.println(path + " | " + prompt.getQuestionText()
                + " | " + (value == null ? "" : value.getDisplayText()));
        }
    }

    /** Makes up another answer to a question whose own has become invalid. */
    private void correct() throws Exception {
        FormEntryPrompt prompt = session.model.getQuestionPrompt();
        if (!prompt.isReadOnly()) {
            improvise(prompt, path(session.model.getFormIndex()));
        }
    }

    private static String text(IAnswerData value) {
        return value == null ? "" : value.getDisplayText();
    }

    /** Gives an answer from the answers file; the engine may refuse it. */
    private void give(FormEntryPrompt prompt, String path, String text) throws Exception {
        IAnswerData answer;
        try {
            answer = text.isEmpty() ? null : parse(prompt, text);
        } catch (IllegalArgumentException e) {
            device.report.refused(path, text, "value", e.getMessage());
            return;
        }
        int outcome = session.controller.answerQuestion(answer, true);
        if (outcome != FormEntryController.ANSWER_OK) {
            device.report.refused(path, text, reason(outcome), message(prompt, outcome));
        } else if (answer != null) {
            improviser.remember(answer);
        }
    }

    private IAnswerData parse(FormEntryPrompt prompt, String text) throws IOException {
        switch (prompt.getControlType()) {
            case Constants.CONTROL_SELECT_ONE:
                return new SelectOneData(choice(prompt, text));
            case Constants.CONTROL_SELECT_MULTI:
            case Constants.CONTROL_RANK: {
                List<Selection> selections = new ArrayList<>();
                for (String value : text.trim().split("\\s+")) {
                    selections.add(choice(prompt, value));
                }
                return new MultipleItemsData(selections);
            }
            case Constants.CONTROL_IMAGE_CHOOSE:
            case Constants.CONTROL_AUDIO_CAPTURE:
            case Constants.CONTROL_VIDEO_CAPTURE:
            case Constants.CONTROL_FILE_CAPTURE:
            case Constants.CONTROL_UPLOAD: {
                Path source = Path.of(text);
                Files.copy(source, instanceDir.resolve(source.getFileName()), StandardCopyOption.REPLACE_EXISTING);
                return new StringData(source.getFileName().toString());
            }
            default: {
                IAnswerData answer = XFormAnswerDataParser.getAnswerData(text, prompt.getDataType(), prompt.getQuestion());
                if (answer == null) {
                    throw new IllegalArgumentException("not a value of the question's type");
                }
                return answer;
            }
        }
    }

    private static Selection choice(FormEntryPrompt prompt, String value) {
        List<SelectChoice> offered = prompt.getSelectChoices();
        return offered.stream().filter(choice -> choice.getValue().equals(value)).findFirst()
            .orElseThrow(() -> new IllegalArgumentException("not among the " + offered.size() + " choices offered"))
            .selection();
    }

    private void improvise(FormEntryPrompt prompt, String path) throws Exception {
        boolean keepDefault = prompt.getAnswerValue() != null && improviser.chance(0.5);
        boolean leaveBlank = !prompt.isRequired() && improviser.chance(device.options.blank);
        if (leaveBlank || (keepDefault && accepted(prompt.getAnswerValue()))) {
            return;
        }
        ConstraintHints hints = session.hints.getOrDefault(path.replaceAll("\\[\\d+]", ""), ConstraintHints.NONE);
        for (int i = 0; i < MAX_GUESSES; i++) {
            IAnswerData answer = improviser.improvise(prompt, hints);
            if (answer == null) {
                break;
            }
            if (accepted(answer)) {
                improviser.remember(answer);
                return;
            }
            deleteMedia(prompt, answer);
        }
        device.report.count("left_blank_no_valid_answer_found");
        session.controller.answerQuestion((IAnswerData) null, true);
    }

    private boolean accepted(IAnswerData answer) {
        return session.controller.answerQuestion(answer, true) == FormEntryController.ANSWER_OK;
    }

    private void deleteMedia(FormEntryPrompt prompt, IAnswerData answer) throws IOException {
        if (prompt.getDataType() == Constants.DATATYPE_BINARY) {
            Files.deleteIfExists(instanceDir.resolve(answer.getDisplayText()));
        }
    }

    private static String reason(int outcome) {
        return outcome == FormEntryController.ANSWER_REQUIRED_BUT_EMPTY ? "required" : "constraint";
    }

    private static String message(FormEntryPrompt prompt, int outcome) {
        String form = outcome == FormEntryController.ANSWER_REQUIRED_BUT_EMPTY ? "requiredMsg" : "constraintMsg";
        String message = prompt.getSpecialFormQuestionText(form);
        if (message == null && outcome == FormEntryController.ANSWER_CONSTRAINT_VIOLATED) {
            message = prompt.getConstraintText();
        }
        return message == null ? "" : message;
    }

    // -- repeats

    private int repeatPosition() {
        return session.model.getFormIndex().getElementMultiplicity();
    }

    private boolean isUserControlledRepeat() {
        return !((GroupDef) session.definition.getChild(session.model.getFormIndex())).noAddRemove;
    }

    /** How many instances the current repeat shall have, within its parent. */
    private int wantedRepeats() {
        String path = path(session.model.getFormIndex()).replaceFirst("\\[\\d+]$", "");
        return repeatCounts.computeIfAbsent(path, key -> {
            JsonNode given = answers.find(path, random);
            if (given != null) {
                return given.asInt();
            }
            int there = visit == Visit.FIRST ? 0 : session.definition.getNumRepetitions(session.model.getFormIndex());
            int most = device.options.maxRepeats;
            return visit == Visit.EDIT ? there : Math.max(there, improviser.between(Math.min(1, most), most));
        });
    }

    /** The path of a question or repeat; only repeats have positions, counted from 1. */
    private String path(FormIndex index) {
        TreeReference reference = index.getReference();
        StringBuilder path = new StringBuilder();
        for (int level = 0; level < reference.size(); level++) {
            path.append('/').append(reference.getName(level));
            boolean repeat = level > 0 && session.instance().getTemplate(reference.getSubReference(level)) != null;
            if (repeat) {
                path.append('[').append(reference.getMultiplicity(level) + 1).append(']');
            }
        }
        return path.toString();
    }
}
