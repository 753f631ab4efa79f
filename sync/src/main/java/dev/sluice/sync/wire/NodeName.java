package dev.sluice.sync.wire;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Checks the name of a node. The name is for people only and identifies nothing. */
public final class NodeName {
    static final int BYTES_MAX = 255;

    private NodeName() {}

    /**
     * The reason why the name can't be used; empty: it is valid. Called for each report, mostly with the same few
     * names.
     */
    public static Optional<String> problemOf(String name) {
        return isPlain(name) && name.length() <= BYTES_MAX ? Optional.empty() : problemOfOthers(name);
    }

    /** Whether the name has only visible ASCII characters. */
    private static boolean isPlain(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c <= ' ' || c >= 0x7F) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    private static Optional<String> problemOfOthers(String name) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > BYTES_MAX) {
            return Optional.of("a node name has 1 to " + BYTES_MAX + " bytes, not " + bytes);
        }
        // The name is shown in logs and tables, where a line break or an escape sequence could forge lines.
        if (name.codePoints().anyMatch(NodeName::isUnprintable)) {
            return Optional.of("a node name must not have control characters");
        }
        return Optional.empty();
    }

    private static boolean isUnprintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }
}
