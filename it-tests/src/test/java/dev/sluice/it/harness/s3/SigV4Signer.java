package dev.sluice.it.harness.s3;

import java.io.ByteArrayOutputStream;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs raw requests of forms that no SDK sends. Each character of a text is a byte. */
public final class SigV4Signer {
    /** The target of a request line and the header lines after it, without line ends. */
    public record Signed(String target, List<String> lines, byte[] body) {}

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final String ALGORITHM = "AWS4-HMAC-SHA256";
    private static final String CHECKSUM = "x-amz-checksum-crc32";
    private static final int CHUNK = 8192;

    private final S3Credentials keys;
    private final String time;
    private final String scope;
    private final byte[] signingKey;

    public SigV4Signer(S3Credentials keys, Instant now) {
        this.keys = keys;
        time = TIME.format(now);
        var day = time.substring(0, 8);
        scope = day + "/default/s3/aws4_request";
        var key = hmac(("AWS4" + keys.secretKey()).getBytes(StandardCharsets.UTF_8), day);
        signingKey = hmac(hmac(hmac(key, "default"), "s3"), "aws4_request");
    }

    /** Signs in the Authorization header; covers all given header lines. */
    public Signed inHeader(String method, String path, String query, List<String> lines, byte[] body) {
        var all = new ArrayList<>(lines);
        all.add("x-amz-date: " + time);
        all.add("x-amz-content-sha256: " + TestBytes.sha256(body));
        authorize(method, path, query, all, TestBytes.sha256(body));
        return new Signed(target(path, query), all, body);
    }

    /** How an aws-chunked body is signed; the value of {@code x-amz-content-sha256}. */
    public enum Chunks {
        SIGNED("STREAMING-AWS4-HMAC-SHA256-PAYLOAD"),
        /** Signed chunks, and a checksum in a signed trailer. */
        SIGNED_WITH_TRAILER("STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"),
        /** Only a checksum in the trailer. */
        UNSIGNED_WITH_TRAILER("STREAMING-UNSIGNED-PAYLOAD-TRAILER");

        final String payload;

        Chunks(String payload) {
            this.payload = payload;
        }
    }

    /** Encodes a body in aws-chunked form, as SDKs do. */
    public Signed inChunks(Chunks form, String method, String path, String query, List<String> lines, byte[] body) {
        var all = new ArrayList<>(lines);
        all.add("x-amz-date: " + time);
        all.add("x-amz-content-sha256: " + form.payload);
        all.add("x-amz-decoded-content-length: " + body.length);
        all.add("content-encoding: aws-chunked");
        if (form != Chunks.SIGNED) {
            all.add("x-amz-trailer: " + CHECKSUM);
        }
        var previous = authorize(method, path, query, all, form.payload);
        var out = new ByteArrayOutputStream();
        for (int from = 0; from < body.length; from += CHUNK) {
            var data = Arrays.copyOfRange(body, from, Math.min(body.length, from + CHUNK));
            previous = chunk(form, out, data, previous);
            out.writeBytes(bytes("\r\n"));
        }
        previous = chunk(form, out, new byte[0], previous);
        if (form != Chunks.SIGNED) {
            trailer(form, out, body, previous);
        }
        out.writeBytes(bytes("\r\n"));
        return new Signed(target(path, query), all, out.toByteArray());
    }

    private String chunk(Chunks form, ByteArrayOutputStream out, byte[] data, String previous) {
        var text = String.join(
                "\n",
                ALGORITHM + "-PAYLOAD",
                time,
                scope,
                previous,
                TestBytes.sha256(new byte[0]),
                TestBytes.sha256(data));
        var signature = HexFormat.of().formatHex(hmac(signingKey, text));
        var extension = form == Chunks.UNSIGNED_WITH_TRAILER ? "" : ";chunk-signature=" + signature;
        out.writeBytes(bytes(Integer.toHexString(data.length) + extension + "\r\n"));
        out.writeBytes(data);
        return signature;
    }

    private void trailer(Chunks form, ByteArrayOutputStream out, byte[] body, String previous) {
        var crc = new CRC32();
        crc.update(body);
        var line = CHECKSUM + ":"
                + Base64.getEncoder()
                        .encodeToString(ByteBuffer.allocate(Integer.BYTES)
                                .putInt((int) crc.getValue())
                                .array());
        out.writeBytes(bytes(line + "\r\n"));
        if (form == Chunks.SIGNED_WITH_TRAILER) {
            var text = String.join(
                    "\n", ALGORITHM + "-TRAILER", time, scope, previous, TestBytes.sha256(bytes(line + "\n")));
            out.writeBytes(
                    bytes("x-amz-trailer-signature:" + HexFormat.of().formatHex(hmac(signingKey, text)) + "\r\n"));
        }
    }

    /** Signs in the query; covers only the Host header. */
    public Signed presigned(String method, String path, String query, List<String> lines, byte[] body) {
        var full = (query.isEmpty() ? "" : query + "&") + "X-Amz-Algorithm=" + ALGORITHM + "&X-Amz-Credential="
                + encode(keys.accessKey() + "/" + scope) + "&X-Amz-Date=" + time
                + "&X-Amz-Expires=600&X-Amz-SignedHeaders=host";
        var host = lines.stream()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("host:"))
                .toList();
        var signature = sign(method, path, full, host, "UNSIGNED-PAYLOAD");
        return new Signed(target(path, full) + "&X-Amz-Signature=" + signature, lines, body);
    }

    private String authorize(String method, String path, String query, List<String> lines, String payload) {
        var signature = sign(method, path, query, lines, payload);
        lines.add("Authorization: " + ALGORITHM + " Credential=" + keys.accessKey() + "/" + scope + ", SignedHeaders="
                + String.join(";", headers(lines).keySet()) + ", Signature=" + signature);
        return signature;
    }

    private String sign(String method, String path, String query, List<String> lines, String payload) {
        var headers = headers(lines);
        var canonical = String.join(
                "\n",
                method,
                encodePath(path),
                canonicalQuery(query),
                headers.entrySet().stream()
                        .map(e -> e.getKey() + ":" + e.getValue() + "\n")
                        .collect(Collectors.joining()),
                String.join(";", headers.keySet()),
                payload);
        return HexFormat.of()
                .formatHex(hmac(
                        signingKey, String.join("\n", ALGORITHM, time, scope, TestBytes.sha256(bytes(canonical)))));
    }

    private static TreeMap<String, String> headers(List<String> lines) {
        var headers = new TreeMap<String, String>();
        for (var line : lines) {
            int colon = line.indexOf(':');
            var value = line.substring(colon + 1).strip().replaceAll(" +", " ");
            headers.merge(line.substring(0, colon).toLowerCase(Locale.ROOT), value, (a, b) -> a + "," + b);
        }
        return headers;
    }

    private static String canonicalQuery(String query) {
        return Arrays.stream(query.split("&"))
                .filter(part -> !part.isEmpty())
                .map(part -> part.split("=", 2))
                .map(pair -> encode(decode(pair[0])) + "=" + (pair.length < 2 ? "" : encode(decode(pair[1]))))
                .sorted()
                .collect(Collectors.joining("&"));
    }

    private static String target(String path, String query) {
        return query.isEmpty() ? path : path + "?" + query;
    }

    private static String encodePath(String path) {
        return encode(decode(path)).replace("%2F", "/");
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.ISO_8859_1);
    }

    private static String encode(String text) {
        var out = new StringBuilder();
        for (var c : text.toCharArray()) {
            if ((c < 0x80 && Character.isLetterOrDigit(c)) || "-._~".indexOf(c) >= 0) {
                out.append(c);
            } else {
                out.append('%').append(HexFormat.of().withUpperCase().toHexDigits((byte) c));
            }
        }
        return out.toString();
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(bytes(text));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
