package dev.sluice.proxy.http1;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The names that mean something to the proxy, matched without regard to case. */
public enum KnownHeader {
    HOST(Way.END_TO_END),
    CONNECTION(Way.HOP_BY_HOP),
    CONTENT_LENGTH(Way.END_TO_END),
    /** Passes: the chunks that it announces pass untouched. */
    TRANSFER_ENCODING(Way.END_TO_END),
    EXPECT(Way.END_TO_END),
    AUTHORIZATION(Way.END_TO_END),
    KEEP_ALIVE(Way.HOP_BY_HOP),
    PROXY_CONNECTION(Way.HOP_BY_HOP),
    TE(Way.HOP_BY_HOP),
    TRAILER(Way.END_TO_END),
    UPGRADE(Way.HOP_BY_HOP),
    HTTP2_SETTINGS(Way.HOP_BY_HOP),
    PROXY_AUTHENTICATE(Way.HOP_BY_HOP),
    PROXY_AUTHORIZATION(Way.HOP_BY_HOP),
    /** Also with {@code _} for any {@code -}: RGW folds one to the other. So are the next ones. */
    X_FORWARDED_FOR(Way.FORWARDING),
    X_FORWARDED_PROTO(Way.FORWARDING),
    FORWARDED(Way.FORWARDING),
    X_REAL_IP(Way.FORWARDING),
    DATE(Way.END_TO_END),
    /** Any other name. */
    OTHER(Way.END_TO_END);

    private enum Way {
        END_TO_END,
        HOP_BY_HOP,
        FORWARDING
    }

    /** As long as the longest name above. */
    static final int MAX_NAME_BYTES = 19;

    private static final byte[][] LOWER_CASE = Stream.of(values())
            .map(header -> header.name().toLowerCase(Locale.ROOT).replace('_', '-'))
            .map(name -> name.getBytes(StandardCharsets.US_ASCII))
            .toArray(byte[][]::new);

    private static final KnownHeader[][] BY_LENGTH = byLength();

    /**
     * By length, a bit for each letter that a name of that length begins with: tells most other names off by one look.
     * RGW's aliases differ in what stands between the words only.
     */
    private static final int[] FIRST_LETTERS = firstLetters();

    /** Of a letter, whatever its case, its place in the alphabet. */
    private static final int LETTER = 0x1F;

    private final Way way;

    KnownHeader(Way way) {
        this.way = way;
    }

    /** Returns which name stands in [from, to). */
    static KnownHeader of(byte[] bytes, int from, int to) {
        int length = to - from;
        if (length > 0 && length <= MAX_NAME_BYTES && ((FIRST_LETTERS[length] >>> (bytes[from] & LETTER)) & 1) != 0) {
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
        return way == Way.FORWARDING;
    }

    boolean isHopByHop() {
        return way == Way.HOP_BY_HOP;
    }

    private boolean matches(byte[] bytes, int from, int to) {
        byte[] lowerCase = LOWER_CASE[ordinal()];
        return way == Way.FORWARDING
                ? OctetClasses.startsWithFolded(bytes, from, to, lowerCase)
                : OctetClasses.startsWithIgnoreCase(bytes, from, to, lowerCase);
    }

    private static int[] firstLetters() {
        int[] letters = new int[MAX_NAME_BYTES + 1];
        for (KnownHeader header : values()) {
            byte[] name = LOWER_CASE[header.ordinal()];
            if (header != OTHER) {
                letters[name.length] |= 1 << (name[0] & LETTER);
            }
        }
        return letters;
    }

    private static KnownHeader[][] byLength() {
        KnownHeader[][] byLength = new KnownHeader[MAX_NAME_BYTES + 1][];
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
