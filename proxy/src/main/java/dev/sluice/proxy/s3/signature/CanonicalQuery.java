package dev.sluice.proxy.s3.signature;

import dev.sluice.proxy.http1.OctetClasses;
import dev.sluice.proxy.s3.signature.SignatureFields.Field;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A query in RGW's canonical form: each parameter decoded and encoded again, sorted by name. Where a name occurs more than
 * once, release 18 keeps all in the order sent, and release 16 the last. Reused from request to request; belongs to one
 * thread.
 */
final class CanonicalQuery {
    /** More parameters are not checked: S3 has some thirty. */
    static final int PARAMETERS_MAX = 128;

    private static final byte[] SIGNATURE = "x-amz-signature".getBytes(StandardCharsets.US_ASCII);

    private final CanonicalText pool = new CanonicalText();
    private final CanonicalText values = new CanonicalText();
    /** Places in the pool, sorted by name: where a parameter begins, where its name ends, where it ends. */
    private final int[] starts = new int[PARAMETERS_MAX];

    private final int[] nameEnds = new int[PARAMETERS_MAX];
    private final int[] ends = new int[PARAMETERS_MAX];
    private int count;
    private boolean hasDuplicates;
    /** Whether the parameters came in order: the pool is the canonical form then. */
    private boolean isInOrder = true;

    void clear() {
        pool.clear();
        values.clear();
        count = 0;
        hasDuplicates = false;
        isInOrder = true;
    }

    /** Whether a name occurs more than once. */
    boolean hasDuplicates() {
        return hasDuplicates;
    }

    /**
     * Reads a query, {@code query[from, to)}.
     *
     * @return false: it is too large or too odd to be checked
     */
    boolean read(byte[] query, int from, int to) {
        int at = from;
        while (at < to) {
            int end = OctetClasses.indexOf((byte) '&', query, at, to);
            if (end > at && !add(query, at, OctetClasses.indexOf((byte) '=', query, at, end), end)) {
                return false;
            }
            at = end + 1;
        }
        return true;
    }

    /**
     * As {@link #read}, of a presigned request: its signature is left out, and what it says of the signature goes to the
     * fields.
     */
    boolean readPresigned(byte[] query, int from, int to, SignatureFields fields) {
        int at = from;
        while (at < to) {
            int end = OctetClasses.indexOf((byte) '&', query, at, to);
            if (end > at) {
                int equals = OctetClasses.indexOf((byte) '=', query, at, end);
                // RGW skips a second ? before it looks for names, but not in the canonical form.
                int name = at == from && query[at] == '?' ? at + 1 : at;
                if (OctetClasses.indexOf((byte) '%', query, name, equals) < equals && mayBeField(query, name, equals)) {
                    return false;
                }
                Field field = SignatureFields.ofParameter(query, name, equals);
                if (field != null) {
                    keep(query, Math.min(equals + 1, end), end, field, fields);
                }
                if (!isSignature(query, at, equals) && !add(query, at, equals, end)) {
                    return false;
                }
            }
            at = end + 1;
        }
        return true;
    }

    /** Whether an encoded name is that of a field, or hides an equals sign: RGW decodes before it cuts. */
    private boolean mayBeField(byte[] query, int from, int to) {
        int start = values.length();
        if (!values.putDecoded(query, from, to)) {
            return false;
        }
        byte[] name = values.bytes();
        int end = values.length();
        return OctetClasses.indexOf((byte) '=', name, start, end) < end
                || SignatureFields.ofParameter(name, start, end) != null;
    }

    private void keep(byte[] query, int from, int to, Field field, SignatureFields fields) {
        boolean isPlain = OctetClasses.indexOf((byte) '%', query, from, to) == to
                && OctetClasses.indexOf((byte) '+', query, from, to) == to;
        if (isPlain) {
            fields.set(field, query, from, to);
            return;
        }
        int start = values.length();
        if (values.putDecoded(query, from, to)) {
            // An array that is outgrown later keeps what is in it.
            fields.set(field, values.bytes(), start, values.length());
        }
    }

    /** Compared as it was sent, in any case. */
    private static boolean isSignature(byte[] query, int from, int to) {
        if (to - from != SIGNATURE.length) {
            return false;
        }
        for (int i = 0; i < SIGNATURE.length; i++) {
            byte octet = query[from + i];
            if ((octet >= 'A' && octet <= 'Z' ? octet + ('a' - 'A') : octet) != SIGNATURE[i]) {
                return false;
            }
        }
        return true;
    }

    private boolean add(byte[] query, int from, int equals, int to) {
        if (count == PARAMETERS_MAX) {
            return false;
        }
        if (count > 0) {
            pool.put('&');
        }
        int start = pool.length();
        pool.putParameter(query, from, equals);
        int nameEnd = pool.length();
        pool.put('=');
        pool.putParameter(query, Math.min(equals + 1, to), to);
        insert(start, nameEnd, pool.length());
        return true;
    }

    /** Behind all that are not greater, from the end: SDKs send parameters in order. */
    private void insert(int start, int nameEnd, int end) {
        byte[] bytes = pool.bytes();
        int at = count;
        while (at > 0) {
            int order = Arrays.compareUnsigned(bytes, start, nameEnd, bytes, starts[at - 1], nameEnds[at - 1]);
            hasDuplicates |= order == 0;
            if (order >= 0) {
                break;
            }
            isInOrder = false;
            starts[at] = starts[at - 1];
            nameEnds[at] = nameEnds[at - 1];
            ends[at] = ends[at - 1];
            at--;
        }
        starts[at] = start;
        nameEnds[at] = nameEnd;
        ends[at] = end;
        count++;
    }

    /**
     * Puts the canonical form.
     *
     * @param keepsAll whether all of one name are kept; else the last alone
     */
    void putTo(CanonicalText text, boolean keepsAll) {
        byte[] bytes = pool.bytes();
        if (isInOrder && keepsAll) {
            text.put(bytes, 0, pool.length());
            return;
        }
        boolean isFirst = true;
        for (int i = 0; i < count; i++) {
            boolean isLast = i + 1 == count
                    || !Arrays.equals(bytes, starts[i], nameEnds[i], bytes, starts[i + 1], nameEnds[i + 1]);
            if (keepsAll || isLast) {
                if (!isFirst) {
                    text.put('&');
                }
                text.put(bytes, starts[i], ends[i]);
                isFirst = false;
            }
        }
    }
}
