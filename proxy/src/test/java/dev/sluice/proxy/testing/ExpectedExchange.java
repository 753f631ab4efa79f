package dev.sluice.proxy.testing;

import dev.sluice.proxy.http1.SyntaxCase;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** What is to become of a head, worked out from its text and the rules of docs/http.md, not by the code under test. */
public final class ExpectedExchange {
    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "te",
            "upgrade",
            "http2-settings",
            "proxy-authenticate",
            "proxy-authorization");

    private static final Pattern FORWARDING =
            Pattern.compile("x[-_]forwarded[-_](for|proto)|forwarded|x[-_]real[-_]ip");

    private static final Pattern KEPT_THOUGH_NAMED =
            Pattern.compile("authorization|date|expect|range|content-(type|md5|encoding)|trailer"
                    + "|x[-_]forwarded[-_](for|proto)|forwarded|x[-_]real[-_]ip|x[-_]amz[-_].*|x[-_]auth[-_].*");

    private final List<String> kept = new ArrayList<>();
    private int cut;

    /** @param head with its empty line; each byte a character */
    public ExpectedExchange(String head, boolean request) {
        String[] lines = head.substring(0, head.length() - 4).split("\r\n", -1);
        boolean http10 = request ? lines[0].endsWith("HTTP/1.0") : lines[0].startsWith("HTTP/1.0");
        List<String> named = named(lines);
        kept.add(lines[0]);
        for (String line : Arrays.asList(lines).subList(1, lines.length)) {
            String name = name(line);
            if (HOP_BY_HOP.contains(name) || named.contains(name) || (request && http10 && name.equals("expect"))) {
                cut++;
            } else if (!request || !FORWARDING.matcher(name).matches()) {
                kept.add(line);
            }
        }
    }

    private static List<String> named(String[] lines) {
        return Arrays.stream(lines)
                .skip(1)
                .filter(line -> name(line).equals("connection"))
                .flatMap(line ->
                        Arrays.stream(line.substring(line.indexOf(':') + 1).split(",")))
                .map(option -> option.strip().toLowerCase(Locale.ROOT))
                .filter(option -> !KEPT_THOUGH_NAMED.matcher(option).matches())
                .toList();
    }

    private static String name(String line) {
        return line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT);
    }

    /** How many lines end at the proxy. */
    public int cut() {
        return cut;
    }

    /** The head with one more line, unless that is empty. */
    public String with(String line) {
        return String.join("\r\n", kept) + "\r\n" + (line.isEmpty() ? "" : line + "\r\n") + "\r\n";
    }

    /** The value of {@code name=N} in a table, or -1. */
    public static long number(SyntaxCase one, String name) {
        return one.expected().stream()
                .filter(word -> word.startsWith(name + "="))
                .mapToLong(word -> Long.parseLong(word.substring(name.length() + 1)))
                .findFirst()
                .orElse(-1);
    }

    public static boolean has(SyntaxCase one, String word) {
        return one.expected().contains(word);
    }

    public static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
