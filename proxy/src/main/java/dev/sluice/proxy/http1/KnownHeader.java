package dev.sluice.proxy.http1;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The names that mean something to the proxy, matched without regard to case. */
public enum KnownHeader {
    HOST(HeaderPath.END_TO_END),
    CONNECTION(HeaderPath.HOP_BY_HOP),
    CONTENT_LENGTH(HeaderPath.END_TO_END),
    /** Passes: the chunks that it announces pass untouched. */
    TRANSFER_ENCODING(HeaderPath.END_TO_END),
    EXPECT(HeaderPath.END_TO_END),
    AUTHORIZATION(HeaderPath.END_TO_END),
    KEEP_ALIVE(HeaderPath.HOP_BY_HOP),
    PROXY_CONNECTION(HeaderPath.HOP_BY_HOP),
    TE(HeaderPath.HOP_BY_HOP),
    TRAILER(HeaderPath.END_TO_END),
    UPGRADE(HeaderPath.HOP_BY_HOP),
    HTTP2_SETTINGS(HeaderPath.HOP_BY_HOP),
    PROXY_AUTHENTICATE(HeaderPath.HOP_BY_HOP),
    PROXY_AUTHORIZATION(HeaderPath.HOP_BY_HOP),
    /** Also with {@code _} for any {@code -}: RGW folds one to the other. So are the next ones. */
    X_FORWARDED_FOR(HeaderPath.FORWARDING),
    X_FORWARDED_PROTO(HeaderPath.FORWARDING),
    FORWARDED(HeaderPath.FORWARDING),
    X_REAL_IP(HeaderPath.FORWARDING),
    DATE(HeaderPath.END_TO_END),
    /** Any other name. */
    OTHER(HeaderPath.END_TO_END);

    private enum HeaderPath {
        END_TO_END,
        HOP_BY_HOP,
        FORWARDING
    }

    /** As long as the longest name above. */
    static final int NAME_BYTES_MAX = 19;

    private static final byte[][] LOWER_CASE = Stream.of(values())
            .map(header -> header.name().toLowerCase(Locale.ROOT).replace('_', '-'))
            .map(name -> name.getBytes(StandardCharsets.US_ASCII))
            .toArray(byte[][]::new);

    private static final KnownHeader[][] BY_LENGTH = byLength();

    /**
     * For each name length, a bit for each first letter of the names of that length. It excludes most other names with
     * one lookup. RGW's aliases differ only in the separators between words.
     */
    private static final int[] FIRST_LETTERS = firstLetters();

    /** Of a letter, whatever its case, its place in the alphabet. */
    private static final int LETTER = 0x1F;

    private final HeaderPath path;

    KnownHeader(HeaderPath path) {
        this.path = path;
    }

    /** Returns which name stands in [from, to). */
    static KnownHeader of(byte[] bytes, int from, int to) {
        int length = to - from;
        if (length > 0 && length <= NAME_BYTES_MAX && ((FIRST_LETTERS[length] >>> (bytes[from] & LETTER)) & 1) != 0) {
            for (KnownHeader candidate : BY_LENGTH[length]) {
                if (candidate.matches(bytes, from, to)) {
                    return candidate;
                }
            }
        }
        return OTHER;
    }

    /** Whether it claims where a request comes from. */
    public boolean isForwarding() {
        return path == HeaderPath.FORWARDING;
    }

    boolean isHopByHop() {
        return path == HeaderPath.HOP_BY_HOP;
    }

    private boolean matches(byte[] bytes, int from, int to) {
        byte[] lowerCase = LOWER_CASE[ordinal()];
        return path == HeaderPath.FORWARDING
                ? OctetClasses.startsWithFolded(bytes, from, to, lowerCase)
                : OctetClasses.startsWithIgnoreCase(bytes, from, to, lowerCase);
    }

    private static int[] firstLetters() {
        int[] letters = new int[NAME_BYTES_MAX + 1];
        for (KnownHeader header : values()) {
            byte[] name = LOWER_CASE[header.ordinal()];
            if (header != OTHER) {
                letters[name.length] |= 1 << (name[0] & LETTER);
            }
        }
        return letters;
    }

    private static KnownHeader[][] byLength() {
        KnownHeader[][] byLength = new KnownHeader[NAME_BYTES_MAX + 1][];
        for (int length = 0; length < byLength.length; length++) {
            List<KnownHeader> those = new ArrayList<>();
            for (KnownHeader header : values()) {
                if (header != OTHER && LOWER_CASE[header.ordinal()].length == length) {
                    those.add(header);
                }
            }
            byLength[length] = those.toArray(KnownHeader[]::new);
        }
        return byLength;
    }
}
