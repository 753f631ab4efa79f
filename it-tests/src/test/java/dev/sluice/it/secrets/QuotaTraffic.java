package dev.sluice.it.secrets;

import dev.sluice.it.harness.net.WireHttpClient;
import dev.sluice.it.harness.net.WireHttpClient.WireResponse;
import dev.sluice.it.harness.s3.SigV4Signer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Calls of the quota port and of Envoy's, with the right token, with wrong ones, and with credentials in places where nobody
 * expects them. What the quota port responds is added to a {@link SecretScan}.
 */
final class QuotaTraffic {
    /** For {@code sluice.quota}. The second quota is one that Envoy's descriptors mean. */
    static final String QUOTAS = """
            quotas {
              rate.api.search { algorithm = window, unit = hour, requests-per-unit = 1000 }
              rate.edge."generic_key=login" { algorithm = window, unit = hour, requests-per-unit = 1000 }
              alloc.ci.runners { capacity = 10 }
            }
            """;

    private static final String PLACE = "the quota port";
    private static final String CALL = "{\"namespace\":\"api\",\"resource\":\"search\",\"tokens\":1}";
    private static final String ALLOC = "{\"namespace\":\"ci\",\"resource\":\"runners\",\"tokens\":1}";

    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int GO_AWAY = 7;
    private static final int END_HEADERS = 4;
    private static final int END_STREAM = 1;
    private static final int TIMEOUT_MILLIS = 30_000;

    private final URI quota;
    private final URI envoy;
    private final String token;
    private final SecretScan scan;

    /**
     * To two ports.
     *
     * @param token the right one of both
     */
    QuotaTraffic(URI quota, URI envoy, String token, SecretScan scan) {
        this.quota = quota;
        this.envoy = envoy;
        this.token = token;
        this.scan = scan;
    }

    private void call(String start, String authorization, String body) throws IOException {
        try (WireHttpClient http = WireHttpClient.connect(quota)) {
            http.send(SigV4Signer.bytes(start + " HTTP/1.1\r\nHost: quota\r\n" + authorization + "Content-Length: "
                    + body.length() + "\r\nConnection: close\r\n\r\n" + body));
            WireResponse response = http.readResponse();
            scan.add(PLACE, response.status() + " " + response.headers() + response.body());
        }
    }

    private static String bearer(String text) {
        return "Authorization: Bearer " + text + "\r\n";
    }

    /** Calls of the quota port, with a credential that is none of this port. */
    void calls(String credential) throws IOException {
        call("POST /api/v1/allow", bearer(token), CALL);
        call("POST /api/v1/alloc", bearer(token), ALLOC);
        call(
                "PUT /api/v1/quotas/rate/api/other",
                bearer(token),
                "{\"algorithm\": \"window\", \"requests-per-unit\": 5, \"unit\": \"hour\"}");
        call("GET /metrics", bearer(token), "");
        for (String wrong : List.of(
                bearer(credential),
                bearer(token + credential),
                "Authorization: Basic " + credential + "\r\n",
                "Authorization: " + token + "\r\n",
                bearer(token) + bearer(credential),
                "Authorization : Bearer " + token + "\r\n",
                "Authorization: Bearer\r\n " + token + "\r\n",
                "Cookie: token=" + token + "\r\n")) {
            call("POST /api/v1/allow", wrong, CALL);
        }
        call("GET /api/v1/quotas?token=" + token, "", "");
        call("GET /api/v1/quotas?max=" + credential, bearer(token), "");
        for (String body : List.of(
                "{\"namespace\":\"api\",\"resource\":\"search\",\"tokens\":1,\"token\":\"" + credential + "\"}",
                "{\"namespace\":\"api\",\"resource\":\"search\",\"tokens\":\"" + credential + "\"}",
                "{\"namespace\":\"api\",\"tokens\":" + credential + "}",
                "{\"namespace\":\"" + credential,
                credential)) {
            call("POST /api/v1/allow", bearer(token), body);
            call("PUT /api/v1/quotas/rate/api/other", bearer(token), body);
        }
    }

    // --- Envoy's port: HTTP/2 by hand ----------------------------------------------------------------

    /** Calls of Envoy, and what is none. */
    void envoy(String credential) throws IOException {
        Map<String, String> right = Map.of("authorization", "Bearer " + token);
        stream(right, message("generic_key", "login"));
        stream(right, message("header_match", credential));
        stream(right, SigV4Signer.bytes("\0\0\0\0\u0010" + credential));
        stream(Map.of("authorization", "Bearer " + credential), message("generic_key", "login"));
        stream(Map.of("authorization", "Bearer " + token + credential), message("generic_key", "login"));
        stream(Map.of("authorization", "Bearer " + token, "x-note", credential + "\u0000"), message("a", "b"));
        stream(Map.of(":note", credential), message("a", "b"));
        for (String other : List.of(
                "GET /?token=" + token + " HTTP/1.1\r\nHost: a\r\n" + bearer(credential) + "\r\n",
                "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n" + token + credential,
                "\u0016\u0003\u0001" + credential)) {
            exchange(SigV4Signer.bytes(other));
        }
    }

    /** A call with more header fields. */
    private void stream(Map<String, String> more, byte[] message) throws IOException {
        ByteArrayOutputStream fields = new ByteArrayOutputStream();
        field(fields, ":method", "POST");
        field(fields, ":scheme", "http");
        field(fields, ":path", "/envoy.service.ratelimit.v3.RateLimitService/ShouldRateLimit");
        field(fields, ":authority", "sluice");
        field(fields, "content-type", "application/grpc");
        more.forEach((name, value) -> field(fields, name, value));
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(SigV4Signer.bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
        frame(all, SETTINGS, 0, 0, new byte[0]);
        frame(all, HEADERS, END_HEADERS, 1, fields.toByteArray());
        frame(all, 0, END_STREAM, 1, message);
        exchange(all.toByteArray());
    }

    /** A literal that is not indexed (RFC 7541, 6.2.2), without Huffman codes. */
    private static void field(ByteArrayOutputStream to, String name, String value) {
        to.write(0);
        for (String text : List.of(name, value)) {
            byte[] bytes = SigV4Signer.bytes(text);
            if (bytes.length > 126) {
                throw new IllegalArgumentException(bytes.length + " bytes need more than one for their length");
            }
            to.write(bytes.length);
            to.writeBytes(bytes);
        }
    }

    private static void frame(ByteArrayOutputStream to, int type, int flags, int stream, byte[] payload) {
        to.writeBytes(ByteBuffer.allocate(9)
                .putShort((short) (payload.length >> 8))
                .put((byte) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .array());
        to.writeBytes(payload);
    }

    /** A RateLimitRequest with one descriptor, in a frame of gRPC. */
    private static byte[] message(String key, String value) {
        byte[] entry = text(1, key, text(2, value, new byte[0]));
        byte[] request = text(1, "edge", nested(2, nested(1, entry)));
        return ByteBuffer.allocate(5 + request.length)
                .put((byte) 0)
                .putInt(request.length)
                .put(request)
                .array();
    }

    private static byte[] text(int number, String text, byte[] then) {
        byte[] field = nested(number, text.getBytes(StandardCharsets.US_ASCII));
        return ByteBuffer.allocate(field.length + then.length)
                .put(field)
                .put(then)
                .array();
    }

    private static byte[] nested(int number, byte[] content) {
        return ByteBuffer.allocate(2 + content.length)
                .put((byte) (number << 3 | 2))
                .put((byte) content.length)
                .put(content)
                .array();
    }

    /** Sends bytes, and reads until the call has ended, or the connection. */
    private void exchange(byte[] bytes) throws IOException {
        try (Socket socket = new Socket(envoy.getHost(), envoy.getPort())) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write(bytes);
            boolean isOver = false;
            while (!isOver) {
                byte[] head = socket.getInputStream().readNBytes(9);
                if (head.length < 9) {
                    return;
                }
                int length = (head[0] & 0xff) << 16 | (head[1] & 0xff) << 8 | (head[2] & 0xff);
                byte[] payload = socket.getInputStream().readNBytes(length);
                // The reason of a GOAWAY is what this client itself has sent.
                if (head[3] != GO_AWAY) {
                    scan.add("Envoy's port", payload);
                }
                isOver = head[3] == GO_AWAY || head[3] == 3 || (head[3] == HEADERS && (head[4] & END_STREAM) != 0);
            }
        }
    }
}
