package dev.sluice.proxy.http1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line of a table of cases.
 *
 * @param expected words, see requests.txt
 * @param bytes what is parsed
 * @param end where the message ends in them, if it is a good one
 */
public record SyntaxCase(String name, List<String> expected, byte[] bytes, int end) {
    private static final Pattern REPEAT = Pattern.compile("<(\\d+)\\*(.+?)>");
    private static final String END = "<end>";
    private static final int FIELDS = 3;

    public static List<SyntaxCase> read(String table) {
        try (InputStream in = SyntaxCase.class.getResourceAsStream(table)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(SyntaxCase::of)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SyntaxCase of(String line) {
        String[] fields = line.split(" \\| ?", FIELDS);
        String text = REPEAT.matcher(fields[2])
                .replaceAll(match -> Matcher.quoteReplacement(match.group(2).repeat(Integer.parseInt(match.group(1)))));
        int end = text.indexOf(END);
        byte[] bytes = bytes(text.replace(END, ""));
        return new SyntaxCase(
                fields[0],
                List.of(fields[1].split(" ")),
                bytes,
                end < 0 ? bytes.length : bytes(text.substring(0, end)).length);
    }

    private static byte[] bytes(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '⏎') {
                out.write('\r');
                out.write('\n');
            } else if (c != '\\') {
                out.write(c);
            } else {
                i++;
                switch (text.charAt(i)) {
                    case 'r' -> out.write('\r');
                    case 'n' -> out.write('\n');
                    case 't' -> out.write('\t');
                    case '0' -> out.write(0);
                    case '\\' -> out.write('\\');
                    case 'x' -> {
                        out.write(Integer.parseInt(text.substring(i + 1, i + 3), 16));
                        i += 2;
                    }
                    default -> throw new IllegalArgumentException(text);
                }
            }
        }
        return out.toByteArray();
    }

    public boolean isGood() {
        return expected.get(0).equals("ok");
    }

    public boolean isUnfinished() {
        return expected.get(0).equals("more");
    }

    @Override
    public String toString() {
        return name;
    }
}
