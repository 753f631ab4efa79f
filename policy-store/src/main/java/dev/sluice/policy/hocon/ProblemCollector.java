package dev.sluice.policy.hocon;

import com.typesafe.config.ConfigUtil;
import dev.sluice.policy.hocon.ConfigProblem.Severity;
import dev.sluice.policy.hocon.KeyPositions.TextPosition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Collects the problems of one file. Only this class turns paths into text, so it hides access keys in one place. */
public final class ProblemCollector {
    /** A file of 100,000 bad lines must not become 100,000 problems. */
    private static final int KEPT_MAX = 1000;

    private static final List<String> ACCESS_KEYS = List.of("limits", "access-keys");

    private final String file;
    private final KeyPositions positions;
    private final List<ConfigProblem> kept = new ArrayList<>();
    private int dropped;
    private Severity worstDropped = Severity.WARNING;

    ProblemCollector(String file, KeyPositions positions) {
        this.file = file;
        this.positions = positions;
    }

    /**
     * Adds an error.
     *
     * @param fallbackLine the line that the HOCON library knows, for a key that isn't written in the file; less than 1:
     *     unknown
     */
    public void error(List<String> path, int fallbackLine, String message, String hint) {
        add(Severity.ERROR, place(path, fallbackLine), display(path), message, hint);
    }

    void warn(List<String> path, int fallbackLine, String message, String hint) {
        add(Severity.WARNING, place(path, fallbackLine), display(path), message, hint);
    }

    void errorAt(TextPosition place, List<String> path, String message, String hint) {
        add(Severity.ERROR, place, display(path), message, hint);
    }

    void warnAt(TextPosition place, List<String> path, String message, String hint) {
        add(Severity.WARNING, place, display(path), message, hint);
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

    /** Where the key is written, else the object that it would be in, else the fallback line. */
    private TextPosition place(List<String> path, int fallbackLine) {
        for (int depth = path.size(); depth > 0; depth--) {
            Optional<TextPosition> found = positions.place(path.subList(0, depth));
            boolean isKeyItself = depth == path.size();
            if (found.isPresent()
                    && (isKeyItself || fallbackLine < 1 || found.get().line() == fallbackLine)) {
                return found.get();
            }
        }
        return fallbackLine < 1 ? TextPosition.START : new TextPosition(fallbackLine, 1);
    }

    private static String display(List<String> path) {
        if (path.isEmpty()) {
            return "";
        }
        return isSecret(path)
                ? ConfigUtil.joinPath(ACCESS_KEYS) + ".<hidden>"
                : ProblemTexts.visible(ConfigUtil.joinPath(path));
    }

    private void add(Severity severity, TextPosition place, String path, String message, String hint) {
        if (kept.size() >= KEPT_MAX) {
            dropped++;
            worstDropped = severity == Severity.ERROR ? severity : worstDropped;
            return;
        }
        kept.add(new ConfigProblem(severity, file, place.line(), place.column(), path, message, hint));
    }
}
