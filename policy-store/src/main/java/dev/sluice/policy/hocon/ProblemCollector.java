package dev.sluice.policy.hocon;

import dev.sluice.policy.hocon.ConfigProblem.Severity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/** Collects the problems of one file. Only this class turns paths into text, so it hides access keys in one place. */
public final class ProblemCollector {
    /** A file of 100,000 bad lines must not become 100,000 problems. */
    private static final int KEPT_MAX = 1000;

    private static final String LIMITS = "limits";
    private static final String ACCESS_KEYS = "access-keys";
    /** Under {@value #LIMITS}: what holds entries by name. No name has a plain value there. */
    private static final List<String> NAMED = List.of("users", "buckets", "tenants");

    private static final String HIDDEN = "<hidden>";
    /** A key that the readers of files may know looks like this. An access key mostly doesn't. */
    private static final Pattern KNOWN_WORD = Pattern.compile("[a-z]+(-[a-z]+)*");

    private static final Pattern ONE_WORD = Pattern.compile("[A-Za-z0-9_-]+");

    private final String file;
    private final List<ConfigProblem> kept = new ArrayList<>();
    private int dropped;
    private Severity worstDropped = Severity.WARNING;

    ProblemCollector(String file) {
        this.file = file;
    }

    /** The file's name, as problems show it. */
    public String file() {
        return file;
    }

    /** Adds an error about a line. */
    public void error(List<String> path, int line, String message, String hint) {
        add(Severity.ERROR, line, 1, display(path), message, hint);
    }

    void errorAt(int line, int column, List<String> path, String message, String hint) {
        add(Severity.ERROR, line, column, display(path), message, hint);
    }

    void warnAt(int line, int column, List<String> path, String message, String hint) {
        add(Severity.WARNING, line, column, display(path), message, hint);
    }

    void error(HoconException why) {
        ConfigProblem problem = why.problem(file);
        add(problem.severity(), problem.line(), problem.column(), problem.path(), problem.message(), problem.hint());
    }

    /** The problems in line order. */
    public List<ConfigProblem> sorted() {
        List<ConfigProblem> sorted = new ArrayList<>(kept);
        sorted.sort(Comparator.comparingInt(ConfigProblem::line).thenComparingInt(ConfigProblem::column));
        if (dropped > 0) {
            sorted.add(new ConfigProblem(
                    worstDropped, file, 1, 1, "", dropped + " more problems are not shown", "mend these first"));
        }
        return List.copyOf(sorted);
    }

    /**
     * Whether a part of the path is an access key, and the values under it are secret: that is so below {@code access-keys},
     * wherever a file has it, and however it is misspelt.
     */
    static boolean isSecret(List<String> path) {
        return shownParts(path) < path.size();
    }

    private static int shownParts(List<String> path) {
        for (int i = 0; i < path.size() - 1; i++) {
            String name = path.get(i);
            if (name.contains(ACCESS_KEYS)
                    || ProblemTexts.closest(name, List.of(ACCESS_KEYS)).isPresent()) {
                return i + 1;
            }
        }
        return path.size();
    }

    /**
     * Whether the last part of the path may be an access key, if its value is plain: one that a missing brace has put where
     * no plain value is right. A word of small letters is a misspelt key, and is shown.
     */
    static boolean mayBeAccessKey(List<String> path) {
        if (isSecret(path)) {
            return true;
        }
        boolean isInLimits = path.size() > 1 && path.get(0).equals(LIMITS);
        boolean isOfKey = path.size() == 1
                || (isInLimits && path.size() == 2)
                || (isInLimits && path.size() == 3 && NAMED.contains(path.get(1)));
        return isOfKey && !isKnownWord(path.get(path.size() - 1));
    }

    /** Whether a key looks like one that a reader could know. */
    static boolean isKnownWord(String key) {
        return KNOWN_WORD.matcher(key).matches();
    }

    /** Whether a key has no blanks and marks, as where a brace was forgotten. */
    static boolean isOneWord(String key) {
        return ONE_WORD.matcher(key).matches();
    }

    /** The path for a message in which its last part is not to be shown. */
    static List<String> hidden(List<String> path) {
        List<String> hidden = new ArrayList<>(path);
        hidden.set(path.size() - 1, HIDDEN);
        return hidden;
    }

    private static String display(List<String> path) {
        int shown = shownParts(path);
        boolean isLastHidden =
                shown == path.size() && shown > 0 && path.get(shown - 1).equals(HIDDEN);
        List<String> parts = path.subList(0, isLastHidden ? shown - 1 : shown);
        String joined = ProblemTexts.visible(ProblemTexts.joinPath(parts));
        if (shown == path.size() && !isLastHidden) {
            return joined;
        }
        return joined.isEmpty() ? HIDDEN : joined + "." + HIDDEN;
    }

    private void add(Severity severity, int line, int column, String path, String message, String hint) {
        if (kept.size() >= KEPT_MAX) {
            dropped++;
            worstDropped = severity == Severity.ERROR ? severity : worstDropped;
            return;
        }
        kept.add(new ConfigProblem(severity, file, line, column, path, message, hint));
    }
}
