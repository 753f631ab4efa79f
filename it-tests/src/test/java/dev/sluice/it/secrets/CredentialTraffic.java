package dev.sluice.it.secrets;

import dev.sluice.it.harness.net.WireHttpClient;
import dev.sluice.it.harness.net.WireHttpClient.WireResponse;
import dev.sluice.it.harness.s3.S3Backend;
import dev.sluice.it.harness.s3.S3Credentials;
import dev.sluice.it.harness.s3.SigV4Signer;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Requests with credentials of every kind, right and wrong, in the places where clients put them and where they put them by
 * mistake. Every credential is told to a {@link SecretScan}, and so is what the sidecar itself responds.
 */
final class CredentialTraffic {
    private static final String HOST = "Host: " + S3Backend.DOMAIN;
    /** In every response that the sidecar writes itself, and in none of RGW. */
    private static final String OWN_RESPONSE = "<HostId>sluice</HostId>";

    private static final Pattern SIGNATURE = Pattern.compile("Signature=([0-9a-f]{64})");
    private static final Pattern CHUNK_SIGNATURE = Pattern.compile("signature[=:]([0-9a-f]{64})");

    private final URI sidecar;
    private final SecretScan scan;

    CredentialTraffic(URI sidecar, SecretScan scan) {
        this.sidecar = sidecar;
        this.scan = scan;
    }

    /** Sends bytes; what the sidecar writes itself is scanned. A connection that is closed without a response is one, too. */
    private WireResponse send(String request) throws IOException {
        try (WireHttpClient http = WireHttpClient.connect(sidecar)) {
            http.send(SigV4Signer.bytes(request));
            WireResponse response = http.readResponse(request.startsWith("HEAD "));
            if (response.body().contains(OWN_RESPONSE)) {
                scan.add("responses of the sidecar", response.headers() + response.body());
            }
            return response;
        } catch (IOException e) {
            return new WireResponse(0, "", Map.of(), "");
        }
    }

    private WireResponse send(String start, List<String> lines, String body) throws IOException {
        return send(start + " HTTP/1.1\r\n" + String.join("\r\n", lines) + "\r\nContent-Length: " + body.length()
                + "\r\nConnection: close\r\n\r\n" + body);
    }

    private void hideSignatures(String text) {
        for (Pattern pattern : List.of(SIGNATURE, CHUNK_SIGNATURE)) {
            Matcher matcher = pattern.matcher(text);
            while (matcher.find()) {
                scan.hide("a signature", matcher.group(1));
            }
        }
    }

    private WireResponse send(String method, SigV4Signer.Signed signed) throws IOException {
        String body = new String(signed.body(), StandardCharsets.ISO_8859_1);
        hideSignatures(signed.target() + signed.lines() + body);
        return send(method + " " + signed.target(), signed.lines(), body);
    }

    /** Version 4 in the header, in the query and over chunks. Returns the last status. */
    int version4(S3Credentials keys, String path) throws IOException {
        SigV4Signer signer = new SigV4Signer(keys, Instant.now());
        byte[] none = new byte[0];
        for (String method : List.of("GET", "HEAD", "DELETE")) {
            send(method, signer.inHeader(method, path, "", List.of(HOST), none));
        }
        send("GET", signer.presigned("GET", path, "", List.of(HOST), none));
        send(
                "PUT",
                signer.inChunks(
                        SigV4Signer.Chunks.SIGNED,
                        "PUT",
                        path,
                        "",
                        List.of(HOST),
                        "some content".getBytes(StandardCharsets.US_ASCII)));
        return send("GET", signer.inHeader("GET", "/", "", List.of(HOST), none)).status();
    }

    /** Version 2 in the header and in the query. Returns the status of the former. */
    int version2(S3Credentials keys, String path) throws IOException {
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(Instant.now().atOffset(ZoneOffset.UTC));
        String signature = hashed(keys, "GET\n\n\n" + date + "\n" + path);
        String expires = Long.toString(Instant.now().getEpochSecond() + 300);
        String inQuery = hashed(keys, "GET\n\n\n" + expires + "\n" + path);
        send(
                "GET " + path + "?AWSAccessKeyId=" + encoded(keys.accessKey()) + "&Expires=" + expires + "&Signature="
                        + encoded(inQuery),
                List.of(HOST),
                "");
        return send(
                        "GET " + path,
                        List.of(HOST, "Date: " + date, "Authorization: AWS " + keys.accessKey() + ":" + signature),
                        "")
                .status();
    }

    private String hashed(S3Credentials keys, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(SigV4Signer.bytes(keys.secretKey()), "HmacSHA1"));
            String signature = Base64.getEncoder().encodeToString(mac.doFinal(SigV4Signer.bytes(text)));
            scan.hide("a signature of version 2", signature);
            return signature;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA1", e);
        }
    }

    /** A browser's form with a policy of version 2. */
    int form(S3Credentials keys, String bucket) throws IOException {
        String policy = Base64.getEncoder()
                .encodeToString(
                        SigV4Signer.bytes("{\"expiration\":\"2099-01-01T00:00:00Z\",\"conditions\":[[\"starts-with\","
                                + "\"$key\",\"\"],{\"bucket\":\"" + bucket + "\"}]}"));
        String signature = hashed(keys, policy);
        StringBuilder body = new StringBuilder();
        for (String field : List.of(
                "key\"\r\n\r\nuploaded",
                "AWSAccessKeyId\"\r\n\r\n" + keys.accessKey(),
                "policy\"\r\n\r\n" + policy,
                "signature\"\r\n\r\n" + signature,
                "file\"; filename=\"a\"\r\n\r\ncontent")) {
            body.append("--limit\r\nContent-Disposition: form-data; name=\"")
                    .append(field)
                    .append("\r\n");
        }
        body.append("--limit--\r\n");
        return send(
                        "POST /" + bucket,
                        List.of(HOST, "Content-Type: multipart/form-data; boundary=limit"),
                        body.toString())
                .status();
    }

    /** A token of Swift by its key, and what is read with it, and with a forged one. Returns the status with the token. */
    int swift(String user, String key) throws IOException {
        WireResponse signedIn = send("GET /auth/v1.0", List.of(HOST, "X-Auth-User: " + user, "X-Auth-Key: " + key), "");
        send("GET /auth/v1.0", List.of(HOST, "X-Auth-User: " + user, "X-Auth-Key: wrong" + key), "");
        String forged = "AUTH_rgwtk" + HexFormat.of().formatHex(SigV4Signer.bytes("\4\0\0\0nobody-at-all-was-here"));
        scan.hide("a forged token of Swift", forged);
        send("GET /swift/v1", List.of(HOST, "X-Auth-Token: " + forged), "");
        String foreign = "gAAAAABkeystone" + key;
        scan.hide("a token of Keystone", foreign);
        send("GET /swift/v1/AUTH_abc/c/o", List.of(HOST, "X-Auth-Token: " + foreign), "");
        String token = signedIn.header("x-auth-token");
        if (token.isEmpty()) {
            return signedIn.status();
        }
        scan.hide("a token of Swift", token);
        return send("GET /swift/v1", List.of(HOST, "X-Auth-Token: " + token), "")
                .status();
    }

    /** Asks STS for a session, and uses it. Returns the status of the latter, or of the refusal. */
    int session(S3Credentials keys, String role) throws IOException {
        String body = "Action=AssumeRole&RoleArn=arn:aws:iam:::role/" + role + "&RoleSessionName=session";
        SigV4Signer.Signed signed = new SigV4Signer(keys, Instant.now())
                .inHeader(
                        "POST",
                        "/",
                        "",
                        List.of(HOST, "Content-Type: application/x-www-form-urlencoded"),
                        SigV4Signer.bytes(body));
        WireResponse response = send("POST", signed);
        String accessKey = element(response.body(), "AccessKeyId");
        if (accessKey.isEmpty()) {
            return response.status();
        }
        S3Credentials session = new S3Credentials(accessKey, element(response.body(), "SecretAccessKey"));
        String token = element(response.body(), "SessionToken");
        scan.hide("the access key of a session", session.accessKey());
        scan.hide("the secret of a session", session.secretKey());
        scan.hide("the token of a session", token);
        SigV4Signer signer = new SigV4Signer(session, Instant.now());
        return send(
                        "GET",
                        signer.inHeader("GET", "/", "", List.of(HOST, "x-amz-security-token: " + token), new byte[0]))
                .status();
    }

    private static String element(String xml, String name) {
        Matcher matcher = Pattern.compile("<" + name + ">([^<]+)</").matcher(xml);
        return matcher.find() ? matcher.group(1) : "";
    }

    /** A token for LDAP as access key: it holds a password. */
    void ldap(String password) throws IOException {
        String token = Base64.getEncoder()
                .encodeToString(SigV4Signer.bytes(
                        "{\"RGW_TOKEN\":{\"version\":1,\"type\":\"ldap\",\"id\":\"somebody\",\"key\":\"" + password
                                + "\"}}"));
        scan.hide("a token for LDAP", token);
        S3Credentials keys = new S3Credentials(token, "anything-goes-here");
        version2(keys, "/");
        version4(keys, "/");
    }

    /** Heads that no reader accepts, with a text in all places where it may be. */
    void malformed(String text) throws IOException {
        List<String> heads = List.of(
                "GET http://user:" + text + "@" + S3Backend.DOMAIN + "/ HTTP/1.1\r\n" + HOST,
                "GET / HTTP/1.1\r\nHost: user:" + text + "@" + S3Backend.DOMAIN,
                "GET / HTTP/1.1\r\n" + HOST + "\r\nAuthorization: AWS " + text + ":a\r\nAuthorization: AWS " + text
                        + ":b",
                "GET / HTTP/1.1\r\n" + HOST + "\r\nAuthorization : AWS " + text + ":a",
                "GET / HTTP/1.1\r\n" + HOST + "\r\nAuthorization: AWS\r\n " + text + ":a",
                "GET / HTTP/1.1\n" + HOST + "\r\nAuthorization: " + text,
                "GET / HTTP/1.1\r\n" + HOST + "\r\n" + text + "\r\nX: y",
                text + " / HTTP/1.1\r\n" + HOST,
                "GET / " + text + "\r\n" + HOST,
                "GET " + text + " HTTP/1.1\r\n" + HOST,
                "GET /?X-Amz-Credential=" + text + "# HTTP/1.1\r\n" + HOST,
                "GET / HTTP/1.1\r\n" + HOST + "\r\nContent-Length: " + text,
                "GET / HTTP/1.1\r\n" + HOST + "\r\nTransfer-Encoding: " + text,
                "GET / HTTP/1.1\r\n" + HOST + "\r\nConnection: \"" + text + "\"",
                "GET / HTTP/1.1\r\n" + HOST + "\r\nX: \u0000" + text,
                "PUT /no-such-bucket/o HTTP/1.1\r\n" + HOST + "\r\nTransfer-Encoding: chunked\r\n\r\n5;chunk-signature="
                        + text + "\u0001\r\nhello\r\n0",
                "\u0016\u0003\u0001" + text);
        for (String head : heads) {
            send(head + "\r\n\r\n");
        }
    }

    /** Requests with a text as object, as prefix and in headers that nobody asked for. */
    void misplaced(S3Credentials by, String bucket, String text) throws IOException {
        List<String> lines =
                List.of(HOST, "x-amz-meta-note: " + text, "User-Agent: client/" + text, "Referer: " + text);
        String path = encoded(text);
        SigV4Signer signer = new SigV4Signer(by, Instant.now());
        send("GET", signer.inHeader("GET", "/" + bucket + "/" + path, "", lines, new byte[0]));
        send("GET", signer.inHeader("GET", "/" + bucket, "prefix=" + path, lines, new byte[0]));
        for (String line : List.of("X-Auth-User: " + text, "X-Auth-Token: " + text, "Cookie: a=" + text)) {
            send("GET /swift/v1", List.of(HOST, line), "");
        }
    }

    /** Requests with an access key where the name of a bucket belongs, and nothing there. */
    void asBucket(S3Credentials by, String accessKey) throws IOException {
        SigV4Signer signer = new SigV4Signer(by, Instant.now());
        for (String target : List.of("/" + accessKey, "/" + accessKey + "/o")) {
            send("GET", signer.inHeader("GET", target, "", List.of(HOST), new byte[0]));
        }
    }

    /** Requests without credentials. */
    void anonymous(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            send("GET /no-such-bucket/o", List.of(HOST), "");
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
