package dev.sluice.policy.limitsfile;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Limits files as nobody should write them, one after the other from a seed: mutated, cut, deep, doubling, long, huge. */
public final class HostileLimits {
    private static final List<String> SPLINTERS = List.of(
            "{",
            "}",
            "[",
            "]",
            "\"",
            "=",
            ":",
            ",",
            ".",
            "$",
            "${a0}",
            "${?b}",
            "\\",
            "\n",
            "#",
            "//",
            "-",
            "0",
            "é",
            "null",
            "\"\"\"",
            "+=",
            "include \"x\"",
            "include url(\"http://127.0.0.1:1/\")",
            "limits",
            "users",
            "\u0000",
            "64",
            "/s");

    private final Random random;
    private final int bytesMax;
    private final byte[] good;

    /**
     * Begins with a seed.
     *
     * @param good a file that is as it should be
     */
    public HostileLimits(long seed, int bytesMax, String good) {
        this.random = new Random(seed);
        this.bytesMax = bytesMax;
        this.good = good.getBytes(StandardCharsets.UTF_8);
    }

    public byte[] next() {
        byte[] made = switch (random.nextInt(12)) {
            case 0, 1, 2 -> mutated();
            case 3 -> Arrays.copyOf(good, random.nextInt(good.length));
            case 4 -> deep();
            case 5 -> doubling();
            case 6 -> repeated();
            case 7 -> entries();
            case 8 -> splinters();
            case 9 -> bytes();
            case 10 -> chain();
            default -> comments();
        };
        return made.length > bytesMax ? Arrays.copyOf(made, bytesMax) : made;
    }

    /** Mostly small, sometimes as large as may be. */
    private int size() {
        return random.nextInt(20) == 0 ? bytesMax : 1 + random.nextInt(1 << random.nextInt(17));
    }

    private String any(List<String> of) {
        return of.get(random.nextInt(of.size()));
    }

    private byte[] utf8(CharSequence text) {
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private byte[] mutated() {
        StringBuilder text = new StringBuilder(new String(good, StandardCharsets.UTF_8));
        for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(3)) {
                case 0 -> text.insert(at, any(SPLINTERS));
                case 1 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(20)));
                default -> text.setCharAt(at, (char) (' ' + random.nextInt(95)));
            }
        }
        return utf8(text);
    }

    private byte[] repeat(String part, int size) {
        byte[] once = utf8(part);
        byte[] made = new byte[Math.max(once.length, size)];
        for (int i = 0; i < made.length; i++) {
            made[i] = once[i % once.length];
        }
        return made;
    }

    private byte[] deep() {
        String part = any(List.of("{", "[", "a{", "a=[", "a.", "a={", "[{a=", "\"a\".", "${", "${a", "a=${"));
        return joined(utf8("limits " + any(List.of("", "{", "= "))), repeat(part, size()));
    }

    private byte[] repeated() {
        String part = random.nextBoolean() ? any(SPLINTERS) : String.valueOf((char) random.nextInt(300));
        return joined(utf8(any(List.of("", "limits {", "limits = ", "\"", "a = \""))), repeat(part, size()));
    }

    private byte[] joined(byte[] first, byte[] second) {
        byte[] made = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, made, first.length, second.length);
        return made;
    }

    private byte[] doubling() {
        String form = any(List.of(
                "a%2$d = ${a%1$d}${a%1$d}\n",
                "a%2$d = ${a%1$d} ${a%1$d}\n",
                "a%2$d { x = ${a%1$d}, y = ${a%1$d} }\n",
                "a%2$d = [${a%1$d}, ${a%1$d}]\n",
                "a%2$d = ${?a%1$d} ${?b%1$d}\n",
                "limits.users.a%2$d = ${limits.users.a%1$d} ${limits.users.a%1$d} { read-ops = 1/s }\n"));
        StringBuilder text =
                new StringBuilder(any(List.of("a0 = x\n", "a0 { k = v }\n", "a0 = [1]\n", "limits.users.a0 { }\n")));
        for (int i = 1; i <= 5 + random.nextInt(60); i++) {
            text.append(form.formatted(i - 1, i));
        }
        return utf8(text.append("limits { }\n"));
    }

    private byte[] chain() {
        String form = any(List.of(
                "a = ${a}x\n",
                "a += 1\n",
                "a = ${?a} [1]\n",
                "a%1$d = ${a%2$d}\n",
                "a%1$d { b = ${a%2$d} }\n",
                "limits.users.u%1$d = ${limits.each-user}\n",
                "a.b = ${a}\n",
                "a { b = ${a.b} { c = 1 } }\n"));
        StringBuilder text = new StringBuilder("limits { each-user { read-ops = 5/s } }\n");
        int size = size() / 4;
        for (int i = 0; text.length() < size; i++) {
            text.append(form.formatted(i, i + 1));
        }
        return utf8(text);
    }

    /** Many good entries, up to more than are allowed, perhaps with a mistake in one. */
    private byte[] entries() {
        String form = any(List.of(
                "  u%1$d { read-ops = %1$d/s, write-ops = 5/s }\n",
                "  u%1$d { read-ops = 100/s }\n",
                "  \"t$u%1$d\" = { read-bytes = %1$d MiB/s, concurrent-requests = 6 }\n",
                "  u%1$d { read-opps = 5/s }\n",
                "  u%1$d.read-ops = %1$d/s\n"));
        boolean areKeys = random.nextInt(3) == 0;
        StringBuilder text = new StringBuilder(areKeys ? "limits { access-keys {\n" : "limits { users {\n");
        int size = Math.min(size(), 8 << 20);
        for (int i = 0; text.length() < size; i++) {
            text.append(areKeys ? "AKIA" + i + "EXAMPLEKEY = user" + i + "\n" : form.formatted(i));
        }
        return utf8(text.append(random.nextInt(5) > 0 ? "} }\n" : ""));
    }

    private byte[] splinters() {
        StringBuilder text = new StringBuilder();
        int size = size() / 4;
        while (text.length() < size) {
            text.append(any(SPLINTERS)).append(random.nextInt(3) == 0 ? " " : "");
        }
        return utf8(text);
    }

    private byte[] bytes() {
        byte[] made = new byte[size()];
        random.nextBytes(made);
        return made;
    }

    private byte[] comments() {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        byte[] line = repeat(any(List.of("# x", "//", "#\"{", "   ")), 1 + random.nextInt(100_000));
        int size = size();
        while (text.size() < size) {
            text.writeBytes(line);
            text.write('\n');
        }
        text.writeBytes(utf8("limits { }\n"));
        return text.toByteArray();
    }
}
