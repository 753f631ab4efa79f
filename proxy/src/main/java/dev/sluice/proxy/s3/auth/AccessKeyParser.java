package dev.sluice.proxy.s3.auth;

import dev.sluice.proxy.http1.OctetClasses;
import dev.sluice.proxy.s3.uri.QueryString;
import java.nio.charset.StandardCharsets;

/**
 * Finds the access key that a request claims, where RGW's {@code rgw_auth_s3.cc} looks for it: an Authorization header
 * that is not empty wins over the query, even if it is of an unknown kind. A claim is not proof: the signature is RGW's
 * to check.
 */
public final class AccessKeyParser {
    /** No key was found. */
    public static final long NONE = -1;

    private static final byte[] V4 = ascii("AWS4-HMAC-SHA256");
    private static final byte[] V2 = ascii("AWS ");
    private static final byte[] CREDENTIAL = ascii("Credential");

    private AccessKeyParser() {}

    /** The claimed access key; empty: anonymous. */
    public static String find(String authorization, QueryString query) {
        if (!authorization.isEmpty()) {
            byte[] bytes = authorization.getBytes(StandardCharsets.ISO_8859_1);
            long found = find(bytes, 0, bytes.length);
            return found == NONE ? "" : authorization.substring(start(found), end(found));
        }
        return query.accessKey();
    }

    /**
     * Finds it in the value of an Authorization header, {@code bytes[from, to)}.
     *
     * @return {@link #NONE}, or what {@link #start} and {@link #end} read
     */
    public static long find(byte[] bytes, int from, int to) {
        if (startsWith(bytes, from, to, V4)) {
            // RGW skips one byte there, whichever it is.
            return inV4(bytes, from + V4.length + 1, to);
        }
        if (startsWith(bytes, from, to, V2)) {
            return inV2(bytes, from + V2.length, to);
        }
        return NONE;
    }

    public static int start(long found) {
        return (int) (found >>> 32);
    }

    public static int end(long found) {
        return (int) found;
    }

    /** Names and values between commas; RGW keeps the last of several with the same name. */
    private static long inV4(byte[] bytes, int from, int to) {
        long found = NONE;
        int part = from;
        while (part < to) {
            int comma = OctetClasses.indexOf((byte) ',', bytes, part, to);
            int name = OctetClasses.skipBlanks(bytes, part, comma);
            if (startsWith(bytes, name, comma, CREDENTIAL)) {
                int equals = OctetClasses.skipBlanks(bytes, name + CREDENTIAL.length, comma);
                if (equals < comma && bytes[equals] == '=') {
                    int key = OctetClasses.skipBlanks(bytes, equals + 1, comma);
                    found = range(key, OctetClasses.indexOf((byte) '/', bytes, key, comma));
                }
            }
            part = comma + 1;
        }
        return found;
    }

    private static long inV2(byte[] bytes, int from, int to) {
        int colon = to - 1;
        while (colon >= from && bytes[colon] != ':') {
            colon--;
        }
        return colon < from ? NONE : range(from, colon);
    }

    private static long range(int from, int to) {
        return ((long) from << 32) | to;
    }

    private static boolean startsWith(byte[] bytes, int from, int to, byte[] word) {
        if (to - from < word.length) {
            return false;
        }
        for (int i = 0; i < word.length; i++) {
            if (bytes[from + i] != word[i]) {
                return false;
            }
        }
        return true;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
