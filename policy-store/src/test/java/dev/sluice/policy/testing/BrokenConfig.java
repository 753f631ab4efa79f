package dev.sluice.policy.testing;

import dev.sluice.policy.hocon.ConfigProblem;
import java.util.List;

/**
 * A configuration text with mistakes, and all problems that are to be reported, word for word.
 *
 * @param what names the case
 * @param problems without the file's name, in order
 */
public record BrokenConfig(String what, String text, List<String> problems) {
    public static BrokenConfig of(String what, String text, String... problems) {
        return new BrokenConfig(what, text, List.of(problems));
    }

    @Override
    public String toString() {
        return what;
    }

    /** The texts of problems without what stands before the line number. */
    public static List<String> withoutFile(List<ConfigProblem> problems) {
        return problems.stream()
                .map(p -> p.text().substring(p.file().length() + 1))
                .toList();
    }
}
