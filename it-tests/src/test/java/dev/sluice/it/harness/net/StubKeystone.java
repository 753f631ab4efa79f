package dev.sluice.it.harness.net;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** As much of Keystone as RGW asks: it checks signatures of version 4 of EC2 credentials, all of one project. */
public final class StubKeystone implements AutoCloseable {
    private static final int OK = 200;
    private static final int UNAUTHORIZED = 401;
    private static final int NOT_FOUND = 404;
    private static final Pattern FIELD = Pattern.compile("\"(access|token|signature)\":\\s*\"([^\"]*)\"");
    private static final String TOKEN = """
            {"token": {"methods": ["ec2credential"], "expires_at": "2099-01-01T00:00:00.000000Z",
             "issued_at": "2026-01-01T00:00:00.000000Z",
             "user": {"id": "u1", "name": "member", "domain": {"id": "default", "name": "Default"}},
             "project": {"id": "%s", "name": "project", "domain": {"id": "default", "name": "Default"}},
             "roles": [{"id": "r1", "name": "member"}], "catalog": []}}
            """;

    private final HttpServer server;
    private final String project;
    private final Map<String, String> secrets;

    private StubKeystone(HttpServer server, String project, Map<String, String> secrets) {
        this.server = server;
        this.project = project;
        this.secrets = Map.copyOf(secrets);
    }

    /** @param secrets by access keys */
    public static StubKeystone start(String project, Map<String, String> secrets) throws IOException {
        var server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        var stub = new StubKeystone(server, project, secrets);
        server.createContext("/", stub::serve);
        server.start();
        return stub;
    }

    public String uri() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void serve(HttpExchange exchange) throws IOException {
        var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        boolean isQuestion = exchange.getRequestURI().getPath().endsWith("/s3tokens");
        int status = isQuestion ? judge(fields(body)) : NOT_FOUND;
        var answer = (status == OK ? TOKEN.formatted(project) : "{\"error\": {\"code\": " + status + "}}")
                .getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    private static Map<String, String> fields(String body) {
        var fields = new HashMap<String, String>();
        Matcher matcher = FIELD.matcher(body.replace("\\/", "/"));
        while (matcher.find()) {
            fields.put(matcher.group(1), matcher.group(2));
        }
        return fields;
    }

    /** After "not found" RGW asks others, after "unauthorized" nobody. */
    private int judge(Map<String, String> fields) {
        var secret = secrets.get(fields.get("access"));
        var encoded = fields.getOrDefault("token", "").replace('-', '+').replace('_', '/');
        var toSign = new String(Base64.getMimeDecoder().decode(encoded), StandardCharsets.UTF_8);
        var lines = toSign.split("\n");
        if (secret == null || lines.length < 4) {
            return NOT_FOUND;
        }
        byte[] key = ("AWS4" + secret).getBytes(StandardCharsets.UTF_8);
        for (var part : lines[2].split("/")) {
            key = hmac(key, part);
        }
        var signature = HexFormat.of().formatHex(hmac(key, toSign));
        return signature.equals(fields.get("signature")) ? OK : UNAUTHORIZED;
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
