package dev.sluice.policy.hocon;

import dev.sluice.policy.hocon.ConfigProblem.Severity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects the problems of one file. Only this class turns paths into text, so it hides access keys in one place. */
public final class ProblemCollector {
    /** A file of 100,000 bad lines must not become 100,000 problems. */
    private static final int KEPT_MAX = 1000;

    private static final List<String> ACCESS_KEYS = List.of("limits", "access-keys");

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

    /** Whether the last part of the path and the values under it are secret. */
    static boolean isSecret(List<String> path) {
        return path.size() > ACCESS_KEYS.size()
                && path.subList(0, ACCESS_KEYS.size()).equals(ACCESS_KEYS);
    }

    private static String display(List<String> path) {
        if (path.isEmpty()) {
            return "";
        }
        return isSecret(path)
                ? String.join(".", ACCESS_KEYS) + ".<hidden>"
                : ProblemTexts.visible(ProblemTexts.joinPath(path));
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
