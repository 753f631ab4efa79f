package dev.sluice.proxy.s3.signature;

import dev.sluice.proxy.s3.signature.SignatureFields.Field;
import java.util.Arrays;

/** What was read from an Authorization header. Reused; belongs to one thread. */
final class AuthorizationForm {
    private static final int SIGNATURE_CHARS = 2 * HmacSha256.HASH_BYTES;

    private final SignatureFields fields = new SignatureFields();
    private final CanonicalHeaders headers = new CanonicalHeaders();
    private SignatureResult result = SignatureResult.UNCHECKED;
    private byte[] copy = new byte[256];
    /** How many bytes of the copy are before its signature; 0: it can't be continued by another signature. */
    private int prefixBytes;

    /** What the header says. */
    SignatureFields fields() {
        return fields;
    }

    /** The names of the signed headers. */
    CanonicalHeaders headers() {
        return headers;
    }

    /** PROVEN if all is there that a signature needs. */
    SignatureResult result() {
        return result;
    }

    /**
     * Whether {@code header[from, to)} is the header that was copied, with another signature. If so, the signature is taken. Sixty-four
     * characters of anything else than a signature match no hash.
     */
    boolean isContinuedBy(byte[] header, int from, int to) {
        int length = prefixBytes;
        boolean isSame = length > 0
                && to - from == length + SIGNATURE_CHARS
                && Arrays.equals(header, from, from + length, copy, 0, length);
        if (isSame) {
            fields.set(Field.SIGNATURE, header, from + length, to);
        }
        return isSame;
    }

    /** Reads a copy of {@code header[from, to)}. */
    void readCopy(byte[] header, int from, int behindAlgorithm, int to) {
        int length = to - from;
        if (length > copy.length) {
            copy = new byte[length + copy.length];
        }
        System.arraycopy(header, from, copy, 0, length);
        read(copy, behindAlgorithm - from, length);
        boolean isLast = result == SignatureResult.PROVEN
                && fields.end(Field.SIGNATURE) == length
                && length - fields.start(Field.SIGNATURE) == SIGNATURE_CHARS;
        prefixBytes = isLast ? fields.start(Field.SIGNATURE) : 0;
    }

    /** Reads {@code header[from, to)}, behind the algorithm, where it is. */
    void read(byte[] header, int from, int to) {
        fields.clear();
        result = fields.readHeader(header, from, to) ? fields.whole(headers) : SignatureResult.MISMATCHED;
    }
}
