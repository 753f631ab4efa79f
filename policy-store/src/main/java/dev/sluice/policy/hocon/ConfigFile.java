package dev.sluice.policy.hocon;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A configuration file after parsing: bytes, text, positions of keys, HOCON tree.
 *
 * @param problems collects everything that is wrong with the file, also after parsing
 * @param root the top of the file; empty if it can't be read or isn't HOCON
 */
public record ConfigFile(ProblemCollector problems, Optional<ConfigSection> root) {
    /** Reads and parses a file. */
    public static ConfigFile read(Path file) {
        return of(file.toString(), FileContent.read(file, FileContent.FILE_BYTES_MAX));
    }

    /** Parses a content. */
    public static ConfigFile of(String file, FileContent content) {
        if (content instanceof FileContent.Unreadable unreadable) {
            return failed(file, 1, unreadable.message(), unreadable.hint());
        }
        ByteBuffer bytes = ((FileContent.Bytes) content).buffer();
        CharBuffer chars = CharBuffer.allocate(bytes.remaining());
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CoderResult result = decoder.decode(bytes, chars, true);
        chars.flip();
        String text = chars.toString();
        if (result.isError()) {
            int line = 1 + (int) text.chars().filter(c -> c == '\n').count();
            return failed(file, line, "this isn't UTF-8 text", "save the file as UTF-8");
        }
        return parse(file, text);
    }

    private static ConfigFile parse(String file, String text) {
        KeyPositions positions = KeyScanner.scan(text);
        ProblemCollector problems = new ProblemCollector(file, positions);
        Optional<ConfigSection> root = HoconParser.parse(text, positions, problems)
                .map(object -> ConfigSection.root(object, positions, problems));
        for (KeyPositions.Conflict conflict : positions.conflicts()) {
            String earlier = "line " + conflict.first().line();
            if (ProblemCollector.isSecret(conflict.path())) {
                problems.errorAt(
                        conflict.second(), conflict.path(), "the same key has another user in " + earlier, "keep one");
            } else {
                problems.warnAt(
                        conflict.second(),
                        conflict.path(),
                        "this replaces another value in " + earlier,
                        "keep one of the two");
            }
        }
        return new ConfigFile(problems, root);
    }

    private static ConfigFile failed(String file, int line, String message, String hint) {
        ProblemCollector problems = new ProblemCollector(file, KeyScanner.scan(""));
        problems.error(List.of(), line, message, hint);
        return new ConfigFile(problems, Optional.empty());
    }
}
