package dev.sluice.benchmarks.bed;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A signature of version 4 in the Authorization header, of a request without a query and with an unsigned body. */
final class RequestSignature {
    private static final String ALGORITHM = "AWS4-HMAC-SHA256";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private RequestSignature() {}

    /** The time of a signature, as its date header has it. */
    static String time(Instant now) {
        return TIME.format(now);
    }

    /**
     * The value of the Authorization header.
     *
     * @param path without anything that has to be encoded
     * @param signed all headers that are signed; with {@code x-amz-date} as {@link #time} has it
     */
    static String of(String method, String path, Map<String, String> signed, String accessKey, String secret) {
        TreeMap<String, String> headers = new TreeMap<>();
        signed.forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
        String time = headers.getOrDefault("x-amz-date", "");
        String day = time.substring(0, 8);
        String scope = day + "/us-east-1/s3/aws4_request";
        String names = String.join(";", headers.keySet());
        String lines = headers.entrySet().stream()
                .map(header -> header.getKey() + ":" + header.getValue() + "\n")
                .collect(Collectors.joining());
        String request = String.join("\n", method, path, "", lines, names, "UNSIGNED-PAYLOAD");
        String text = String.join("\n", ALGORITHM, time, scope, hex(sha256(request)));
        byte[] key = hmac(hmac(hmac(hmac(bytes("AWS4" + secret), day), "us-east-1"), "s3"), "aws4_request");
        return ALGORITHM + " Credential=" + accessKey + "/" + scope + ", SignedHeaders=" + names + ", Signature="
                + hex(hmac(key, text));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String hex(byte[] hash) {
        return HexFormat.of().formatHex(hash);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes(text));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(bytes(text));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
