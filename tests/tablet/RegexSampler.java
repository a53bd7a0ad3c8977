import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Makes up a text that matches a simple regular expression. */
final class RegexSampler {
    private static final String ANY = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    private final String regex;
    private final Random random;
    private int at;

    RegexSampler(String regex, Random random) {
        this.regex = regex;
        this.random = random;
    }

    /** Returns null when the expression uses something this class does not know. */
    String sample() {
        try {
            String text = alternatives();
            return at == regex.length() && Pattern.matches(".*(?:" + regex + ").*", text) ? text : null;
        } catch (RuntimeException e) {
            return null;
        }
    }

    private String alternatives() {
        List<String> options = new ArrayList<>(List.of(sequence()));
        while (at < regex.length() && regex.charAt(at) == '|') {
            at++;
            options.add(sequence());
        }
        return options.get(random.nextInt(options.size()));
    }

    private String sequence() {
        StringBuilder text = new StringBuilder();
        while (at < regex.length() && regex.charAt(at) != '|' && regex.charAt(at) != ')') {
            int start = at;
            String once = atom();
            int afterAtom = at;
            int times = quantifier();
            int end = at;
            for (int i = 0; i < times; i++) {
                text.append(i == 0 ? once : again(start, afterAtom));
            }
            at = end;
        }
        return text.toString();
    }

    /** Samples the atom that starts at the given position once more. */
    private String again(int start, int end) {
        at = start;
        String text = atom();
        if (at != end) {
            throw new IllegalStateException();
        }
        return text;
    }

    private String atom() {
        char c = regex.charAt(at++);
        switch (c) {
            case '^', '$':
                return "";
            case '(': {
                if (regex.startsWith("?:", at)) {
                    at += 2;
                }
                String text = alternatives();
                at++;
                return text;
            }
            case '[':
                return oneOf(characterClass());
            case '.':
                return oneOf(ANY);
            case '\\':
                return oneOf(escape(regex.charAt(at++)));
            default:
                return String.valueOf(c);
        }
    }

    private String characterClass() {
        boolean negated = regex.charAt(at) == '^';
        if (negated) {
            at++;
        }
        StringBuilder members = new StringBuilder();
        while (regex.charAt(at) != ']') {
            char c = regex.charAt(at++);
            if (c == '\\') {
                members.append(escape(regex.charAt(at++)));
            } else if (regex.charAt(at) == '-' && regex.charAt(at + 1) != ']') {
                char last = regex.charAt(at + 1);
                at += 2;
                for (char member = c; member <= last; member++) {
                    members.append(member);
                }
            } else {
                members.append(c);
            }
        }
        at++;
        if (!negated) {
            return members.toString();
        }
        return ANY.chars().filter(c -> members.indexOf(String.valueOf((char) c)) < 0)
            .mapToObj(c -> String.valueOf((char) c)).collect(Collectors.joining());
    }

    private String escape(char c) {
        return switch (c) {
            case 'd' -> "0123456789";
            case 'w' -> ANY;
            case 's' -> " ";
            default -> {
                if (Character.isLetterOrDigit(c)) {
                    throw new IllegalArgumentException();
                }
                yield String.valueOf(c);
            }
        };
    }

    private int quantifier() {
        if (at >= regex.length()) {
            return 1;
        }
        int low;
        int high;
        switch (regex.charAt(at)) {
            case '?' -> {
                low = 0;
                high = 1;
                at++;
            }
            case '*' -> {
                low = 0;
                high = 8;
                at++;
            }
            case '+' -> {
                low = 1;
                high = 8;
                at++;
            }
            case '{' -> {
                int end = regex.indexOf('}', at);
                String[] bounds = regex.substring(at + 1, end).split(",", -1);
                low = Integer.parseInt(bounds[0].trim());
                high = bounds.length == 1 ? low : bounds[1].isBlank() ? low + 5 : Integer.parseInt(bounds[1].trim());
                at = end + 1;
            }
            default -> {
                return 1;
            }
        }
        return low + random.nextInt(high - low + 1);
    }

    private String oneOf(String characters) {
        return String.valueOf(characters.charAt(random.nextInt(characters.length())));
    }
}
