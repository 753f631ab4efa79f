package dev.sluice.policy;

import java.util.List;

/**
 * A configuration text with mistakes, and all that is to be said about it, word for word.
 *
 * @param what names the case
 * @param problems without the file's name, in order
 */
record Broken(String what, String text, List<String> problems) {
    static Broken of(String what, String text, String... problems) {
        return new Broken(what, text, List.of(problems));
    }

    @Override
    public String toString() {
        return what;
    }

    /** The texts of problems without what stands before the line number. */
    static List<String> withoutFile(List<Problem> problems) {
        return problems.stream()
                .map(p -> p.text().substring(p.file().length() + 1))
                .toList();
    }
}
