package dev.sluice.proxy.http1;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes small changes to good messages, of the kinds that parsers disagree about. */
public final class HeadMutations {
    private static final List<byte[]> WORDS = List.of(
                    "\r",
                    "\n",
                    "\r\n",
                    "\r\n\r\n",
                    " ",
                    "  ",
                    "\t",
                    "\0",
                    "\u000b",
                    "\f",
                    "\u007f",
                    "\u0080",
                    "\u00ff",
                    ":",
                    ",",
                    ";",
                    "=",
                    "\"",
                    "\\",
                    "#",
                    "?",
                    "*",
                    "+",
                    "-",
                    "_",
                    "0",
                    "5",
                    "0x",
                    "00",
                    "f",
                    "g",
                    "/",
                    "http://",
                    "HTTP/1.0",
                    "HTTP/1.1",
                    "HTTP/1.2",
                    "GET ",
                    "OPTIONS * ",
                    "chunked",
                    "chunked, ",
                    "gzip",
                    "close",
                    "keep-alive",
                    "100-continue",
                    "Host: a\r\n",
                    "Host: b\r\n",
                    "Content-Length: 5\r\n",
                    "content-length: 0\r\n",
                    "Content_Length: 7\r\n",
                    "Transfer-Encoding: chunked\r\n",
                    "transfer-encoding:chunked\r\n",
                    "TE: trailers\r\n",
                    "Expect: 100-continue\r\n",
                    "Connection: close\r\n",
                    "Connection: x, content-length\r\n",
                    "Connection: keep-alive\r\n",
                    "\r\n folded",
                    "5\r\nhello\r\n",
                    "0\r\n\r\n",
                    ";a=b",
                    ";a=\"b\"",
                    "a: b\r\n")
            .stream()
            .map(word -> word.getBytes(StandardCharsets.ISO_8859_1))
            .toList();
    private static final int CHANGES_MAX = 3;
    private static final int LONGEST_CUT = 40;

    private final List<byte[]> seeds;
    private final Random random;

    public HeadMutations(List<byte[]> seeds, Random random) {
        this.seeds = new ArrayList<>(seeds);
        this.random = random;
    }

    public byte[] next() {
        byte[] bytes = seed();
        int changes = 1 + random.nextInt(CHANGES_MAX);
        for (int i = 0; i < changes; i++) {
            bytes = change(bytes);
        }
        return bytes;
    }

    private byte[] seed() {
        return seeds.get(random.nextInt(seeds.size()));
    }

    private byte[] change(byte[] bytes) {
        int at = random.nextInt(bytes.length + 1);
        int to = Math.min(bytes.length, at + 1 + random.nextInt(LONGEST_CUT));
        return switch (random.nextInt(7)) {
            case 0 -> splice(bytes, at, at, word());
            case 1 -> splice(bytes, at, Math.min(bytes.length, at + 1), word());
            case 2 -> splice(bytes, at, Math.min(bytes.length, at + 1), new byte[] {(byte) random.nextInt(256)});
            case 3 -> splice(bytes, at, to, new byte[0]);
            case 4 -> splice(bytes, at, at, java.util.Arrays.copyOfRange(bytes, at, to));
            case 5 -> {
                int line = afterCrlf(bytes, at);
                yield splice(bytes, line, line, word());
            }
            default -> {
                byte[] other = seed();
                int from = afterCrlf(other, random.nextInt(other.length + 1));
                yield splice(
                        bytes,
                        afterCrlf(bytes, at),
                        bytes.length,
                        java.util.Arrays.copyOfRange(other, from, other.length));
            }
        };
    }

    private byte[] word() {
        return WORDS.get(random.nextInt(WORDS.size()));
    }

    private static int afterCrlf(byte[] bytes, int from) {
        for (int at = from; at + 1 < bytes.length; at++) {
            if (bytes[at] == '\r' && bytes[at + 1] == '\n') {
                return at + 2;
            }
        }
        return bytes.length;
    }

    private static byte[] splice(byte[] bytes, int from, int to, byte[] with) {
        byte[] out = new byte[bytes.length - (to - from) + with.length];
        System.arraycopy(bytes, 0, out, 0, from);
        System.arraycopy(with, 0, out, from, with.length);
        System.arraycopy(bytes, to, out, from + with.length, bytes.length - to);
        return out;
    }
}
