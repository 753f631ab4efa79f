package dev.sluice.policy.hocon;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Helps to word problems: quotes values, escapes control characters, suggests known words. */
public final class ProblemTexts {
    private static final int QUOTED_CHARS_MAX = 60;

    private static final Pattern PLAIN_NAME = Pattern.compile("[\\p{L}\\p{N}_-]+");

    private ProblemTexts() {}

    /** A value in quotes, without control characters, cut to 60 characters. */
    public static String quote(String value) {
        boolean isShort = value.length() <= QUOTED_CHARS_MAX;
        return "\"" + visible(isShort ? value : value.substring(0, QUOTED_CHARS_MAX)) + (isShort ? "\"" : "...\"");
    }

    /** The text with control characters escaped, so that a terminal shows them. */
    public static String visible(String text) {
        if (!hasControl(text)) {
            return text;
        }
        StringBuilder visible = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            visible.append(isControl(c) ? String.format("\\u%04x", (int) c) : String.valueOf(c));
        }
        return visible.toString();
    }

    /** A path as a file would write it: names that need quotes have them. */
    static String joinPath(List<String> path) {
        StringBuilder joined = new StringBuilder();
        for (String name : path) {
            joined.append(joined.length() > 0 ? "." : "");
            if (PLAIN_NAME.matcher(name).matches()) {
                joined.append(name);
            } else {
                joined.append('"')
                        .append(name.replace("\\", "\\\\").replace("\"", "\\\""))
                        .append('"');
            }
        }
        return joined.toString();
    }

    /** Whether a text has control characters. */
    public static boolean hasControl(String text) {
        return text.chars().anyMatch(c -> isControl((char) c));
    }

    private static boolean isControl(char c) {
        return Character.isISOControl(c) || Character.getType(c) == Character.FORMAT;
    }

    /** What to write instead of an unknown word: the closest known one, else all of them. */
    public static String suggest(String unknown, Collection<String> known, String noun) {
        return closest(unknown, known)
                .map(word -> "did you mean " + word + "?")
                .orElseGet(() -> noun + ": " + String.join(", ", known));
    }

    /** The known word that {@code unknown} is probably a typing error of. */
    public static Optional<String> closest(String unknown, Collection<String> known) {
        String best = "";
        int bestDistance = Math.max(2, unknown.length() / 3) + 1;
        for (String word : known) {
            int distance = distance(unknown, word);
            // a distance of the whole word would suggest "a" for "b"
            if (distance < bestDistance && distance < word.length() && distance < unknown.length()) {
                best = word;
                bestDistance = distance;
            }
        }
        return best.isEmpty() ? Optional.empty() : Optional.of(best);
    }

    /** The edit distance of two words (Damerau-Levenshtein: a swap of neighbours counts as one edit). */
    private static int distance(String a, String b) {
        if (Math.abs(a.length() - b.length()) > QUOTED_CHARS_MAX) {
            return Integer.MAX_VALUE;
        }
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(row[j - 1], last[j]) + 1, last[j - 1] + change);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            int[] spare = beforeLast;
            beforeLast = last;
            last = row;
            row = spare;
        }
        return last[b.length()];
    }
}
