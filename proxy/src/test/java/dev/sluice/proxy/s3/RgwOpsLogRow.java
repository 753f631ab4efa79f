package dev.sluice.proxy.s3;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.sluice.proxy.http1.HeadParseResult;
import dev.sluice.proxy.http1.RequestHead;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A row of {@code requests-read-by-radosgw.jsonl}: a request, and what it is by the ops logs of the radosgw 16.2.15 and
 * 18.2.7 that served or refused it. The file holds their entries too. Signatures are left out: nothing here reads them.
 */
record RgwOpsLogRow(String id, Config row) {
    static final Map<String, String> USERS = Map.of(
            "ALICEKEY1", "alice",
            "ALICEKEY2", "alice",
            "BOBKEY1", "bob",
            "BOBSUBKEY1", "bob",
            "CAROLKEY1", "acme$carol",
            "ADMINKEY1", "admin");

    private static final Map<String, String> KEYS = Map.of(
            "alice", "ALICEKEY1",
            "alice2", "ALICEKEY2",
            "bob", "BOBKEY1",
            "bobsub", "BOBSUBKEY1",
            "carol", "CAROLKEY1",
            "admin", "ADMINKEY1");

    private static final String SCOPE = "/20260101/default/s3/aws4_request";
    private static final String V4_END = ", SignedHeaders=host, Signature=0";

    static List<RgwOpsLogRow> all() {
        try (InputStream in = RgwOpsLogRow.class.getResourceAsStream("requests-read-by-radosgw.jsonl")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(ConfigFactory::parseString)
                    .map(row -> new RgwOpsLogRow(row.getString("id"), row))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String expected(String key) {
        Config expect = row.getConfig("expect");
        return expect.hasPath(key) ? expect.getString(key) : "";
    }

    /** Whether an ops log names the user; where RGW refused first, it does not. */
    boolean namesUser() {
        return row.getConfig("expect").hasPath("user");
    }

    /** The class, and others that are right too. */
    Set<String> classes() {
        Config expect = row.getConfig("expect");
        Stream<String> also = expect.hasPath("also") ? expect.getStringList("also").stream() : Stream.empty();
        return Stream.concat(Stream.of(expected("class")), also).collect(Collectors.toSet());
    }

    byte[] body() {
        if (!kind().equals("form")) {
            return row.getString("body").getBytes(StandardCharsets.UTF_8);
        }
        Map<String, String> fields = Map.of(
                "key",
                "formobj",
                "policy",
                "e30=",
                "x-amz-algorithm",
                "AWS4-HMAC-SHA256",
                "x-amz-credential",
                key() + SCOPE);
        String parts = fields.entrySet().stream()
                .map(f -> "--BB\r\nContent-Disposition: form-data; name=\"" + f.getKey() + "\"\r\n\r\n" + f.getValue()
                        + "\r\n")
                .collect(Collectors.joining());
        return (parts + "--BB\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nhello\r\n--BB--\r\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    RequestHead head() {
        String target = row.getString("target");
        List<String> lines = new ArrayList<>();
        lines.add("Host: " + row.getString("host"));
        Config headers = row.getConfig("headers");
        headers.root().forEach((name, value) -> lines.add(name + ": " + value.unwrapped()));
        if (!who().equals("anon")) {
            switch (kind()) {
                case "v4" -> lines.add(v4("AWS4-HMAC-SHA256 Credential=" + key() + SCOPE + V4_END));
                case "v4ws" ->
                    lines.add(v4("AWS4-HMAC-SHA256   Credential = " + key() + SCOPE + V4_END.replace(", ", " ,  ")));
                case "v4nospace" ->
                    lines.add(v4("AWS4-HMAC-SHA256 Credential=" + key() + SCOPE + V4_END.replace(", ", ",")));
                case "v4dup" ->
                    lines.add(v4("AWS4-HMAC-SHA256 Credential=ALICEKEY1" + SCOPE + ", Credential=" + key() + SCOPE
                            + V4_END));
                case "v2" -> lines.add(v4("AWS " + key() + ":c2ln"));
                case "p4" -> target = with(target, p4(key()));
                case "p4dup" -> target = with(target, "X-Amz-Credential=ALICEKEY1" + encoded(SCOPE) + "&" + p4(key()));
                case "p2", "p2last" -> target = with(target, "AWSAccessKeyId=" + key() + "&Expires=1&Signature=c2ln");
                case "form" -> lines.add("Content-Type: multipart/form-data; boundary=BB");
                case "swift" -> lines.add("X-Auth-Token: " + swiftToken("bob:swift"));
                case "swiftauth" -> lines.add("X-Auth-User: bob:swift");
                default -> throw new IllegalStateException(kind());
            }
        }
        byte[] bytes = (row.getString("method") + " " + target + " HTTP/1.1\r\n" + String.join("\r\n", lines)
                        + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        RequestHead head = new RequestHead();
        HeadParseResult result = head.parse(bytes, bytes.length, bytes.length);
        if (result != HeadParseResult.COMPLETE) {
            throw new IllegalStateException(id + ": " + head.fault());
        }
        return head;
    }

    static String swiftToken(String name) {
        return "AUTH_rgwtk%02x000000".formatted(name.length())
                + HexFormat.of().formatHex(name.getBytes(StandardCharsets.UTF_8))
                + "0".repeat(80);
    }

    private String kind() {
        return row.getString("kind");
    }

    private String who() {
        return row.getString("who");
    }

    private String key() {
        return KEYS.get(who());
    }

    private static String v4(String value) {
        return "Authorization: " + value;
    }

    private static String p4(String key) {
        return "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" + key + encoded(SCOPE) + "&X-Amz-Signature=0";
    }

    private static String encoded(String scope) {
        return scope.replace("/", "%2F");
    }

    private static String with(String target, String query) {
        return target + (target.contains("?") ? "&" : "?") + query;
    }

    @Override
    public String toString() {
        return id + " " + row.getString("method") + " " + row.getString("target") + " Host: " + row.getString("host");
    }
}
