package dev.sluice.policy.hocon;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The position of each key in the text of a file, and the keys that are written twice. The HOCON library knows lines
 * but no columns, and merges a key that is written twice without a warning.
 */
final class KeyPositions {
    /** A position in a text, both from 1. */
    record TextPosition(int line, int column) {
        static final TextPosition START = new TextPosition(1, 1);
    }

    /** A key that is given two different plain values. */
    record Conflict(List<String> path, TextPosition first, TextPosition second) {}

    private record PlainValue(TextPosition place, String rawValue) {}

    private final Map<List<String>, TextPosition> places = new HashMap<>();
    private final Map<List<String>, PlainValue> plain = new HashMap<>();
    private final List<Conflict> conflicts = new ArrayList<>();
    private final List<TextPosition> includes = new ArrayList<>();
    private Optional<TextPosition> unclosed = Optional.empty();
    private Optional<TextPosition> tooDeep = Optional.empty();

    /** Records a key. {@code a.b.c} is also the position of {@code a} and {@code a.b} if they have none yet. */
    void key(List<String> path, int elements, TextPosition place) {
        for (int depth = path.size() - elements + 1; depth <= path.size(); depth++) {
            places.putIfAbsent(List.copyOf(path.subList(0, depth)), place);
        }
    }

    /** Records that a key has a plain value: neither an object nor a list. */
    void plainValue(List<String> path, TextPosition place, String rawValue) {
        places.put(path, place);
        PlainValue earlier = plain.put(path, new PlainValue(place, rawValue));
        // "key = default" followed by "key = ${?OVERRIDE}" is how HOCON is meant to be used
        if (earlier != null && !earlier.rawValue.equals(rawValue) && !rawValue.contains("${")) {
            conflicts.add(new Conflict(path, earlier.place, place));
        }
    }

    void include(TextPosition place) {
        includes.add(place);
    }

    void unclosed(TextPosition place) {
        unclosed = Optional.of(place);
    }

    void tooDeep(TextPosition place) {
        tooDeep = Optional.of(tooDeep.orElse(place));
    }

    Optional<TextPosition> place(List<String> path) {
        return Optional.ofNullable(places.get(path));
    }

    /** The value as it is written, substitutions and quotes included; empty if it isn't a plain one. */
    String rawValue(List<String> path) {
        PlainValue found = plain.get(path);
        return found == null ? "" : found.rawValue;
    }

    List<Conflict> conflicts() {
        return conflicts;
    }

    List<TextPosition> includes() {
        return includes;
    }

    /** The innermost brace or bracket that is still open at the end of the text. */
    Optional<TextPosition> unclosed() {
        return unclosed;
    }

    /** Where the text is first nested deeper than {@link KeyScanner#DEPTH_MAX}. */
    Optional<TextPosition> tooDeep() {
        return tooDeep;
    }
}
