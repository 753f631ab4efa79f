package dev.sluice.policy.rgw.client;

import dev.sluice.common.KeyedHash;
import dev.sluice.policy.identity.SecretKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;

/**
 * Signs GET requests without a body, by AWS's Signature Version 4. All headers that releases of RGW want signed are: Host
 * and every {@code x-amz-*}. RGW takes any region and checks the signature with the one that is written.
 */
final class RgwRequestSigner {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int DATE_CHARS = 8;
    private static final String ALGORITHM = "AWS4-HMAC-SHA256";
    private static final String REGION = "default";
    private static final String SERVICE = "s3";
    private static final String SIGNED_HEADERS = "host;x-amz-content-sha256;x-amz-date";
    private static final byte[] PREFIX = "AWS4".getBytes(StandardCharsets.US_ASCII);
    private static final String NO_BODY = HexFormat.of().formatHex(sha256(""));

    private final String accessKey;
    private final SecretKey secret;
    private final String host;

    RgwRequestSigner(String accessKey, SecretKey secret, String host) {
        this.accessKey = accessKey;
        this.secret = secret;
        this.host = host;
    }

    /** The whole head of a request, with the empty line behind it. */
    String head(String path, RgwQuery query, long nowWallMillis) {
        String time = TIME.format(Instant.ofEpochMilli(nowWallMillis));
        String date = time.substring(0, DATE_CHARS);
        String scope = date + "/" + REGION + "/" + SERVICE + "/aws4_request";
        String canonical = "GET\n" + path + "\n" + query + "\nhost:" + host + "\nx-amz-content-sha256:" + NO_BODY
                + "\nx-amz-date:" + time + "\n\n" + SIGNED_HEADERS + "\n" + NO_BODY;
        String toSign =
                ALGORITHM + "\n" + time + "\n" + scope + "\n" + HexFormat.of().formatHex(sha256(canonical));
        String signature = HexFormat.of().formatHex(hmac(signingKey(date), toSign));
        String target = query.toString().isEmpty() ? path : path + "?" + query;
        return "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\nx-amz-content-sha256: " + NO_BODY
                + "\r\nx-amz-date: " + time + "\r\nAuthorization: " + ALGORITHM + " Credential=" + accessKey + "/"
                + scope + ", SignedHeaders=" + SIGNED_HEADERS + ", Signature=" + signature
                + "\r\nUser-Agent: sluice\r\nAccept: application/json\r\n\r\n";
    }

    private byte[] signingKey(String date) {
        byte[] first = new byte[PREFIX.length + secret.length()];
        System.arraycopy(PREFIX, 0, first, 0, PREFIX.length);
        secret.copyTo(first, PREFIX.length);
        byte[] ofDate = hmac(first, date);
        Arrays.fill(first, (byte) 0);
        return hmac(hmac(hmac(ofDate, REGION), SERVICE), "aws4_request");
    }

    private static byte[] hmac(byte[] key, String text) {
        return new KeyedHash(key).of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
