package dev.sluice.policy.rgw.client;

import dev.sluice.policy.hocon.FileContent;
import dev.sluice.policy.hocon.ParsedValue;
import dev.sluice.policy.hocon.ProblemTexts;
import dev.sluice.policy.identity.SecretKey;
import java.nio.file.Path;
import java.util.List;

/** A file with the secret key of RGW's admin user: one line, besides empty lines and lines that begin with {@code #}. */
public record SecretKeyFile(Path path) {
    private static final int BYTES_MAX = 4096;

    /** Reads the file. Blocks on the disk. What is wrong names the file and never what it holds. */
    public ParsedValue<SecretKey> read() {
        FileContent content = FileContent.read(path, BYTES_MAX);
        String file = ProblemTexts.quote(path.toString());
        if (content instanceof FileContent.Unreadable unreadable) {
            return ParsedValue.bad(file + ": " + unreadable.message(), unreadable.hint());
        }
        List<String> lines = ((FileContent.Bytes) content)
                .text()
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
        boolean isSecret = lines.size() == 1 && lines.get(0).chars().allMatch(c -> c > ' ' && c < 0x7f);
        return isSecret
                ? ParsedValue.good(SecretKey.of(lines.get(0)))
                : ParsedValue.bad(
                        file + " doesn't hold a secret key: one line of visible ASCII characters",
                        "\"sluice rgw-user\" makes the user and writes the file");
    }
}
