package dev.sluice.proxy.s3.signature;

import dev.sluice.proxy.http1.OctetClasses;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a request says about its signature: places in arrays of bytes. Reused from request to request; belongs to one
 * thread.
 */
final class SignatureFields {
    /** One of the texts that a signature needs. */
    enum Field {
        ALGORITHM("", "x-amz-algorithm"),
        CREDENTIAL("Credential", "x-amz-credential"),
        SIGNED_HEADERS("SignedHeaders", "x-amz-signedheaders"),
        SIGNATURE("Signature", "x-amz-signature"),
        DATE("", "x-amz-date"),
        EXPIRES("", "x-amz-expires"),
        SESSION_TOKEN("", "x-amz-security-token");

        /** Its name in an Authorization header; empty: it is not there. */
        private final String inHeader;
        /** Its name in a query. */
        private final String inQuery;

        Field(String inHeader, String inQuery) {
            this.inHeader = inHeader;
            this.inQuery = inQuery;
        }
    }

    private static final Field[] FIELDS = Field.values();
    /** By field: its name in an Authorization header, and in a query. */
    private static final byte[][] IN_HEADER = names(field -> field.inHeader);

    private static final byte[][] IN_QUERY = names(field -> field.inQuery);

    /** No name in a query is shorter. */
    private static final int NAME_BYTES_MIN = 10;

    private static final int ABSENT = -1;
    private static final int SLASHES = 4;
    private static final byte[] CAPITAL_PREFIX = "X-Amz-".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TERMINATOR = "aws4_request".getBytes(StandardCharsets.US_ASCII);

    private final byte[][] bytes = new byte[FIELDS.length][];
    private final int[] starts = new int[FIELDS.length];
    private final int[] ends = new int[FIELDS.length];
    private int scopeStart;

    void clear() {
        Arrays.fill(starts, ABSENT);
        Arrays.fill(ends, ABSENT);
    }

    /** The array that a field is in. */
    byte[] bytes(Field field) {
        return bytes[field.ordinal()];
    }

    void set(Field field, byte[] in, int start, int end) {
        bytes[field.ordinal()] = in;
        starts[field.ordinal()] = start;
        ends[field.ordinal()] = end;
    }

    boolean has(Field field) {
        return starts[field.ordinal()] != ABSENT;
    }

    int start(Field field) {
        return starts[field.ordinal()];
    }

    int end(Field field) {
        return ends[field.ordinal()];
    }

    /**
     * Reads the fields of an Authorization header, {@code header[from, to)} behind its algorithm. Of several with one name
     * the last counts.
     *
     * @return false: RGW refuses such a header
     */
    boolean readHeader(byte[] header, int from, int to) {
        int part = from;
        while (part < to) {
            int comma = OctetClasses.indexOf((byte) ',', header, part, to);
            if (comma > part) {
                int equals = OctetClasses.indexOf((byte) '=', header, part, comma);
                if (equals == comma) {
                    return false;
                }
                int name = OctetClasses.skipBlanks(header, part, equals);
                int nameEnd = OctetClasses.trimEnd(header, name, equals);
                int value = OctetClasses.skipBlanks(header, equals + 1, comma);
                Field field = ofHeader(header, name, nameEnd);
                if (field != null) {
                    set(field, header, value, OctetClasses.trimEnd(header, value, comma));
                }
            }
            part = comma + 1;
        }
        return true;
    }

    private static @Nullable Field ofHeader(byte[] header, int from, int to) {
        for (Field field : FIELDS) {
            byte[] itsName = IN_HEADER[field.ordinal()];
            if (itsName.length == to - from && startsWith(header, from, itsName)) {
                return field;
            }
        }
        return null;
    }

    /**
     * Which field a parameter of a query is, by its name {@code query[from, to)}: in lower case; or in any case behind a
     * prefix {@code X-Amz-}, as {@code RGWHTTPArgs} reads names.
     *
     * @return null: none
     */
    static @Nullable Field ofParameter(byte[] query, int from, int to) {
        int length = to - from;
        if (length < NAME_BYTES_MIN || (query[from] | 0x20) != 'x') {
            return null;
        }
        boolean isFolded = length > CAPITAL_PREFIX.length && startsWith(query, from, CAPITAL_PREFIX);
        for (Field field : FIELDS) {
            byte[] itsName = IN_QUERY[field.ordinal()];
            if (itsName.length == length && isSame(query, from, itsName, isFolded)) {
                return field;
            }
        }
        return null;
    }

    private static byte[][] names(Function<Field, String> name) {
        return Stream.of(FIELDS)
                .map(field -> name.apply(field).getBytes(StandardCharsets.US_ASCII))
                .toArray(byte[][]::new);
    }

    private static boolean startsWith(byte[] text, int from, byte[] prefix) {
        return Arrays.equals(text, from, from + prefix.length, prefix, 0, prefix.length);
    }

    private static boolean isSame(byte[] text, int from, byte[] lowerCase, boolean isFolded) {
        for (int i = 0; i < lowerCase.length; i++) {
            byte octet = text[from + i];
            boolean isCapital = octet >= 'A' && octet <= 'Z';
            if ((isFolded && isCapital ? octet + ('a' - 'A') : octet) != lowerCase[i]) {
                return false;
            }
        }
        return true;
    }

    /**
     * Looks whether all is there that a signature needs, and reads the names of the signed headers.
     *
     * @return PROVEN: it is; UNCHECKED: these are too many names
     */
    SignatureResult whole(CanonicalHeaders names) {
        boolean isWhole = has(Field.CREDENTIAL) && has(Field.SIGNED_HEADERS) && has(Field.SIGNATURE) && readScope();
        if (!isWhole) {
            return SignatureResult.MISMATCHED;
        }
        return names.read(bytes(Field.SIGNED_HEADERS), start(Field.SIGNED_HEADERS), end(Field.SIGNED_HEADERS))
                ? SignatureResult.PROVEN
                : SignatureResult.UNCHECKED;
    }

    /** Finds the scope in the credential: {@code key/day/region/service/aws4_request}. Returns false: RGW refuses it. */
    boolean readScope() {
        byte[] in = bytes(Field.CREDENTIAL);
        int from = start(Field.CREDENTIAL);
        int to = end(Field.CREDENTIAL);
        scopeStart = OctetClasses.indexOf((byte) '/', in, from, to) + 1;
        int last = scopeStart;
        for (int slashes = 1; slashes < SLASHES && last < to; slashes++) {
            last = OctetClasses.indexOf((byte) '/', in, last, to) + 1;
        }
        // RGW looks for the terminator anywhere; elsewhere than at the end nobody writes it.
        return to - last == TERMINATOR.length && startsWith(in, last, TERMINATOR);
    }

    /** Where the scope begins, behind the access key. */
    int scopeStart() {
        return scopeStart;
    }

    /** Where day, region and service end: at the last slash. */
    int keyScopeEnd() {
        return end(Field.CREDENTIAL) - TERMINATOR.length - 1;
    }
}
