package dev.sluice.policy;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One configuration file on its way from bytes to sections.
 *
 * @param problems gathers everything that is found wrong in the file
 * @param root the top of the file; empty if it can't be read or is no HOCON
 */
record Source(Problems problems, Optional<Section> root) {
    static Source read(Path file) {
        return of(file.toString(), Content.read(file, Content.FILE_BYTES_MAX));
    }

    static Source of(String file, Content content) {
        if (content instanceof Content.Unreadable unreadable) {
            return failed(file, 1, unreadable.message(), unreadable.hint());
        }
        ByteBuffer bytes = ((Content.Bytes) content).buffer();
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

    private static Source parse(String file, String text) {
        KeyIndex index = KeyScanner.scan(text);
        Problems problems = new Problems(file, index);
        Optional<Section> root =
                Hocon.parse(text, index, problems).map(object -> Section.root(object, index, problems));
        for (KeyIndex.Conflict conflict : index.conflicts()) {
            String earlier = "line " + conflict.first().line();
            if (Problems.isSecret(conflict.path())) {
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
        return new Source(problems, root);
    }

    private static Source failed(String file, int line, String message, String hint) {
        Problems problems = new Problems(file, KeyScanner.scan(""));
        problems.error(List.of(), line, message, hint);
        return new Source(problems, Optional.empty());
    }
}
