package dev.sluice.proxy.s3.signature;

import dev.sluice.policy.identity.SecretKey;
import dev.sluice.proxy.http1.HeaderLines;
import dev.sluice.proxy.http1.HttpMethod;
import dev.sluice.proxy.http1.KnownHeader;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.s3.signature.SignatureFields.Field;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Checks signatures of version 4: in the Authorization header, in the query, and the seed of an aws-chunked body. Bounded
 * time, no allocation but for a signing key that is new, for one event loop.
 *
 * <p>A result {@link SignatureResult#PROVEN} says that somebody who knows the secret signed this head for now. It doesn't
 * say that RGW accepts the request, nor that the body is the one that was signed.
 */
public final class SignatureVerifier {
    /** How far a request's clock may be off: RGW's {@code RGW_AUTH_GRACE}. */
    public static final int SKEW_SECONDS_MAX = 15 * 60;

    private static final int EXPIRES_SECONDS_MAX = 7 * 24 * 3600;
    private static final int EXPIRES_DIGITS_MAX = 9;

    private static final byte[] ALGORITHM = ascii("AWS4-HMAC-SHA256");
    private static final byte[] ALGORITHM_LINE = ascii("AWS4-HMAC-SHA256\n");
    private static final byte[] UNSIGNED = ascii("UNSIGNED-PAYLOAD");
    private static final byte[] CONTENT_HASH = ascii("x-amz-content-sha256");
    private static final byte[] DATE = ascii("x-amz-date");
    private static final byte[] SESSION_TOKEN = ascii("x-amz-security-token");

    private final HmacSha256 hmac = new HmacSha256();
    private final SigningKeys keys = new SigningKeys(hmac);
    private final AuthorizationForms forms = new AuthorizationForms();
    private final SignatureFields queryFields = new SignatureFields();
    private final CanonicalHeaders queryHeaders = new CanonicalHeaders();
    private final CanonicalQuery query = new CanonicalQuery();
    private final CanonicalText text = new CanonicalText();
    private final byte[] hash = new byte[HmacSha256.HASH_BYTES];
    /** Of the request that is being checked. */
    private SignatureFields fields = queryFields;

    private CanonicalHeaders headers = queryHeaders;
    /** Where the date is: a header of its own, or a field of the query. */
    private byte[] dateBytes = ALGORITHM;

    private int dateStart;
    private int dateEnd;

    /**
     * Checks the signature of a request.
     *
     * @param secret of the access key that the request claims
     * @param wallSeconds since 1970
     */
    public SignatureResult check(RequestHead head, SecretKey secret, long wallSeconds) {
        // A preflight's canonical method is another one; STS and IAM sign the hash of a body that is not here yet.
        if (head.method() == HttpMethod.OPTIONS || (head.method() == HttpMethod.POST && !hasContentHash(head))) {
            return SignatureResult.UNCHECKED;
        }
        query.clear();
        int authorization = head.index(KnownHeader.AUTHORIZATION);
        HeaderLines lines = head.headers();
        boolean isInHeader = authorization >= 0 && lines.valueStart(authorization) < lines.valueEnd(authorization);
        SignatureResult read = isInHeader
                ? readHeader(head, secret, lines.valueStart(authorization), lines.valueEnd(authorization), wallSeconds)
                : readQuery(head, wallSeconds);
        return read == SignatureResult.PROVEN ? match(head, secret) : read;
    }

    /** Forgets the keys that were made of secrets. */
    public void wipe() {
        keys.wipe();
    }

    /** Forgets the keys that were made of secrets which were wiped since. To be called now and then. */
    public void sweep() {
        keys.sweep();
    }

    /** How many keys that were made of secrets it holds. */
    public int derivedKeys() {
        return keys.size();
    }

    private static boolean hasContentHash(RequestHead head) {
        return head.headers().lastOf(head.bytes(), CONTENT_HASH) >= 0;
    }

    /** Returns PROVEN if all fields are there and good. */
    private SignatureResult readHeader(RequestHead head, SecretKey secret, int from, int to, long wallSeconds) {
        byte[] bytes = head.bytes();
        HeaderLines lines = head.headers();
        boolean isV4 = to - from > ALGORITHM.length
                && Arrays.equals(bytes, from, from + ALGORITHM.length, ALGORITHM, 0, ALGORITHM.length);
        int token = lines.lastOf(bytes, SESSION_TOKEN);
        if (!isV4 || (token >= 0 && lines.valueStart(token) < lines.valueEnd(token))) {
            return SignatureResult.UNCHECKED;
        }
        // RGW skips one byte behind the algorithm, whichever it is.
        AuthorizationForm form = forms.of(secret, bytes, from, from + ALGORITHM.length + 1, to);
        if (form.result() != SignatureResult.PROVEN) {
            return form.result();
        }
        fields = form.fields();
        headers = form.headers();
        int date = lines.lastOf(bytes, DATE);
        if (date < 0) {
            date = head.index(KnownHeader.DATE);
        }
        if (date < 0) {
            return SignatureResult.MISMATCHED;
        }
        dateBytes = bytes;
        dateStart = lines.valueStart(date);
        dateEnd = lines.valueEnd(date);
        long seconds = AmzTime.seconds(bytes, dateStart, dateEnd);
        if (seconds == AmzTime.NONE) {
            return SignatureResult.UNCHECKED;
        }
        if (Math.abs(wallSeconds - seconds) > SKEW_SECONDS_MAX) {
            return SignatureResult.STALE;
        }
        if (head.queryStart() >= 0 && !query.read(bytes, head.queryStart(), head.targetEnd())) {
            return SignatureResult.UNCHECKED;
        }
        return SignatureResult.PROVEN;
    }

    private SignatureResult readQuery(RequestHead head, long wallSeconds) {
        fields = queryFields;
        headers = queryHeaders;
        fields.clear();
        if (head.queryStart() < 0
                || !query.readPresigned(head.bytes(), head.queryStart(), head.targetEnd(), fields)
                || !isV4()
                || fields.has(Field.SESSION_TOKEN)) {
            return SignatureResult.UNCHECKED;
        }
        if (!fields.has(Field.DATE) || !fields.has(Field.EXPIRES)) {
            return SignatureResult.MISMATCHED;
        }
        dateBytes = fields.bytes(Field.DATE);
        dateStart = fields.start(Field.DATE);
        dateEnd = fields.end(Field.DATE);
        long seconds = AmzTime.seconds(dateBytes, dateStart, dateEnd);
        long expires = expires();
        if (seconds == AmzTime.NONE || expires < 0) {
            return SignatureResult.UNCHECKED;
        }
        if (expires < 1 || expires > EXPIRES_SECONDS_MAX) {
            return SignatureResult.MISMATCHED;
        }
        return wallSeconds >= seconds + expires ? SignatureResult.STALE : fields.whole(headers);
    }

    private boolean isV4() {
        return fields.has(Field.ALGORITHM)
                && Arrays.equals(
                        fields.bytes(Field.ALGORITHM),
                        fields.start(Field.ALGORITHM),
                        fields.end(Field.ALGORITHM),
                        ALGORITHM,
                        0,
                        ALGORITHM.length);
    }

    /** Seconds; below 0: this is no number that clients write. */
    private long expires() {
        int from = fields.start(Field.EXPIRES);
        int to = fields.end(Field.EXPIRES);
        if (from == to || to - from > EXPIRES_DIGITS_MAX) {
            return -1;
        }
        long seconds = 0;
        for (int i = from; i < to; i++) {
            byte digit = fields.bytes(Field.EXPIRES)[i];
            if (digit < '0' || digit > '9') {
                return -1;
            }
            seconds = 10 * seconds + digit - '0';
        }
        return seconds;
    }

    private SignatureResult match(RequestHead head, SecretKey secret) {
        byte[] key = keys.of(secret, fields.bytes(Field.CREDENTIAL), fields.scopeStart(), fields.keyScopeEnd());
        if (key == null) {
            return SignatureResult.UNCHECKED;
        }
        boolean isSame = matches(head, key, true) || (query.hasDuplicates() && matches(head, key, false));
        return isSame && !secret.isWiped() ? SignatureResult.PROVEN : SignatureResult.MISMATCHED;
    }

    private boolean matches(RequestHead head, byte[] key, boolean keepsAllParameters) {
        putRequest(head, keepsAllParameters);
        hmac.hash(text.bytes(), 0, text.length(), hash);
        text.clear();
        text.put(ALGORITHM_LINE);
        text.put(dateBytes, dateStart, dateEnd);
        text.put('\n');
        text.put(fields.bytes(Field.CREDENTIAL), fields.scopeStart(), fields.end(Field.CREDENTIAL));
        text.put('\n');
        text.putHex(hash);
        hmac.mac(key, text.bytes(), 0, text.length(), hash);
        return CanonicalText.isHex(
                hash, fields.bytes(Field.SIGNATURE), fields.start(Field.SIGNATURE), fields.end(Field.SIGNATURE));
    }

    private void putRequest(RequestHead head, boolean keepsAllParameters) {
        byte[] bytes = head.bytes();
        text.clear();
        text.put(bytes, 0, head.methodEnd());
        text.put('\n');
        text.putPath(bytes, head.targetStart(), head.queryStart() < 0 ? head.targetEnd() : head.queryStart() - 1);
        text.put('\n');
        query.putTo(text, keepsAllParameters);
        text.put('\n');
        headers.putTo(text, fields.bytes(Field.SIGNED_HEADERS), head);
        text.put('\n');
        text.put(
                fields.bytes(Field.SIGNED_HEADERS),
                fields.start(Field.SIGNED_HEADERS),
                fields.end(Field.SIGNED_HEADERS));
        text.put('\n');
        int content = head.headers().lastOf(bytes, CONTENT_HASH);
        if (content < 0) {
            text.put(UNSIGNED);
        } else {
            text.put(bytes, head.headers().valueStart(content), head.headers().valueEnd(content));
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
