package dev.sluice.proxy.quota.server;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A path in which a name in braces takes one segment, percent-decoded. Immutable. */
final class PathPattern {
    private static final int ESCAPE_CHARS = 3;

    private final String[] segments;

    private PathPattern(String[] segments) {
        this.segments = segments;
    }

    static boolean isPattern(String path) {
        return path.contains("{");
    }

    static PathPattern of(String path) {
        return new PathPattern(path.split("/", -1));
    }

    /**
     * What stands in the place of each name; empty: another path, or a segment that is empty or no UTF-8.
     *
     * @param path as it was sent; a char is a byte
     */
    Optional<Map<String, String>> match(String path) {
        String[] given = path.split("/", -1);
        if (given.length != segments.length) {
            return Optional.empty();
        }
        Map<String, String> parameters = new HashMap<>();
        for (int i = 0; i < segments.length; i++) {
            if (!segments[i].startsWith("{")) {
                if (!segments[i].equals(given[i])) {
                    return Optional.empty();
                }
                continue;
            }
            Optional<String> value = decode(given[i]);
            if (value.isEmpty() || value.get().isEmpty()) {
                return Optional.empty();
            }
            parameters.put(segments[i].substring(1, segments[i].length() - 1), value.get());
        }
        return Optional.of(parameters);
    }

    private static Optional<String> decode(String segment) {
        ByteBuffer bytes = ByteBuffer.allocate(segment.length());
        for (int i = 0; i < segment.length(); i++) {
            char c = segment.charAt(i);
            if (c != '%') {
                bytes.put((byte) c);
                continue;
            }
            if (segment.length() - i < ESCAPE_CHARS) {
                return Optional.empty();
            }
            int high = Character.digit(segment.charAt(i + 1), 16);
            int low = Character.digit(segment.charAt(i + 2), 16);
            if (high < 0 || low < 0) {
                return Optional.empty();
            }
            bytes.put((byte) (high << 4 | low));
            i += 2;
        }
        try {
            return Optional.of(
                    StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
