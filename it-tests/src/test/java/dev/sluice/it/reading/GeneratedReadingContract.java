package dev.sluice.it.reading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.it.harness.net.WireHttpClient;
import dev.sluice.it.harness.s3.RgwOpsLog;
import dev.sluice.it.harness.s3.RgwOpsLog.OpsLogEntry;
import dev.sluice.it.harness.s3.RgwRelease;
import dev.sluice.it.harness.s3.RgwTestBed;
import dev.sluice.it.harness.s3.S3Backend;
import dev.sluice.it.harness.s3.S3Credentials;
import dev.sluice.it.harness.s3.SigV4Signer;
import dev.sluice.it.reading.RequestGenerator.GeneratedRequest;
import dev.sluice.limits.model.Identity;
import dev.sluice.proxy.http1.HeadParseResult;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.s3.ExemptRequest;
import dev.sluice.proxy.s3.FormRequest;
import dev.sluice.proxy.s3.GatewayLayout;
import dev.sluice.proxy.s3.GatewayRequest;
import dev.sluice.proxy.s3.S3HeadParser;
import dev.sluice.proxy.s3.S3InSwiftPath;
import dev.sluice.proxy.s3.S3Request;
import dev.sluice.proxy.s3.SwiftRequest;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * What a radosgw serves of generated requests is what Sluice charges: the same user, bucket and class as in its ops log.
 * {@code -Dsluice.reading.requests=} sets their number, {@code -Dsluice.reading.seed=} repeats a run.
 */
abstract class GeneratedReadingContract {
    private static final int REQUESTS = Integer.getInteger("sluice.reading.requests", 250);
    private static final String NOT_LOGGED = " is not in the ops log";
    private static final Duration LOGGED_WITHIN = Duration.ofSeconds(5);
    private static final List<S3Credentials> KEYS = List.of(
            new S3Credentials("ALICEKEY1", "alicesecret1"),
            new S3Credentials("ALICEKEY2", "alicesecret2"),
            new S3Credentials("BOBKEY1", "bobsecret1"),
            new S3Credentials("BOBSUBKEY1", "bobsubsecret1"),
            new S3Credentials("CAROLKEY1", "carolsecret1"));
    private static final Map<String, String> USERS = Map.of(
            "", "anonymous",
            "ALICEKEY1", "alice",
            "ALICEKEY2", "alice",
            "BOBKEY1", "bob",
            "BOBSUBKEY1", "bob",
            "CAROLKEY1", "acme$carol");

    private final RgwRelease release;
    private final S3HeadParser parser = new S3HeadParser(new GatewayLayout(List.of(S3Backend.DOMAIN)));

    GeneratedReadingContract(RgwRelease release) {
        this.release = release;
    }

    /** What a gateway answers; the id is that of its ops log. */
    private record GatewayAnswer(int status, String id) {}

    /** What is charged. */
    private record ChargedRequest(String user, String bucket, String operation) {}

    @Test
    void servedRequests_areReadAsInTheOpsLog() throws Exception {
        long seed = Long.getLong("sluice.reading.seed", System.nanoTime());
        RgwTestBed bed = RgwTestBed.require(release);
        URI gateway = S3Backend.rgw(release).endpoints().get(0);
        List<String> differences = new ArrayList<>();
        int served = 0;
        try (RgwOpsLog log = RgwOpsLog.of(bed)) {
            prepare(gateway);
            RequestGenerator requests = new RequestGenerator(seed);
            for (int i = 0; i < REQUESTS; i++) {
                GeneratedRequest request = requests.next();
                SigV4Signer.Signed signed = signed(request);
                byte[] head = head(request, signed);
                GatewayAnswer response = send(gateway, head, signed.body());
                if (response.status() < 200 || response.status() >= 300) {
                    continue;
                }
                served++;
                Optional<String> difference = difference(head, response, log);
                if (difference.filter(text -> text.endsWith(NOT_LOGGED)).isPresent()) {
                    // Lost entries happen: the gateway drops what its reader doesn't take in time.
                    difference = difference(head, send(gateway, head, signed.body()), log);
                }
                difference.ifPresent(text -> differences.add(
                        request.method() + " " + signed.target() + " Host: " + request.host() + ": " + text));
            }
        }

        System.out.printf("%s: seed %d, %d of %d requests served%n", release, seed, served, REQUESTS);
        assertThat(differences).as("seed %d", seed).isEmpty();
        assertThat(served).as("seed %d", seed).isGreaterThan(REQUESTS / 5);
    }

    private Optional<String> difference(byte[] bytes, GatewayAnswer response, RgwOpsLog log)
            throws InterruptedException {
        RequestHead head = new RequestHead();
        if (head.parse(bytes, bytes.length, bytes.length) != HeadParseResult.COMPLETE) {
            return Optional.empty();
        }
        GatewayRequest read = parser.parse(head);
        // Release 16 logs no request without a bucket.
        Optional<OpsLogEntry> logged = log.entry(response.id(), isLogged(read) ? LOGGED_WITHIN : Duration.ofMillis(50));
        if (read instanceof ExemptRequest) {
            boolean isProbe = logged.isEmpty() || logged.get().bucket().isEmpty();
            return isProbe ? Optional.empty() : Optional.of("a probe is " + logged.get());
        }
        ChargedRequest charged = charged(read);
        if (logged.isEmpty()) {
            return charged.bucket().isEmpty() ? Optional.empty() : Optional.of(charged + NOT_LOGGED);
        }
        OpsLogEntry entry = logged.get();
        boolean isSame = charged.user().equals(entry.user())
                && charged.bucket().equals(entry.bucket())
                && classes(entry.operation(), head).contains(charged.operation());
        return isSame ? Optional.empty() : Optional.of(charged + " is " + entry);
    }

    private static boolean isLogged(GatewayRequest read) {
        return !(read instanceof ExemptRequest) && !charged(read).bucket().isEmpty();
    }

    private static ChargedRequest charged(GatewayRequest read) {
        if (read instanceof S3InSwiftPath either) {
            return charged(either.swift());
        }
        if (read instanceof FormRequest form) {
            return charged(form.unread());
        }
        if (read instanceof SwiftRequest swift) {
            return new ChargedRequest(
                    swift.user().isEmpty() ? "anonymous" : swift.user(), swift.bucketKey(""), name(swift.operation()));
        }
        S3Request s3 = (S3Request) read;
        String user = USERS.getOrDefault(s3.accessKey(), s3.accessKey());
        String bucket = s3.bucketKey(Identity.ofUser(user).tenant());
        return new ChargedRequest(user, bucket.replace(':', '/'), name(s3.operation()));
    }

    private static String name(Enum<?> operation) {
        return operation.name().toLowerCase(Locale.ROOT);
    }

    /** The classes that are right for an operation of RGW; the differences on purpose of docs/http.md are among them. */
    private static List<String> classes(String operation, RequestHead head) {
        return switch (operation) {
            case "list_buckets" -> head.method().name().equals("HEAD") ? List.of("read") : List.of("list");
            case "list_bucket", "list_bucket_multiparts", "get_bucket_encryption" -> List.of("list");
            case "list_multipart" -> List.of("read");
            case "multi_object_delete", "bulk_delete" -> List.of("delete");
            default -> {
                if (operation.startsWith("get_") || operation.startsWith("stat_") || operation.startsWith("options_")) {
                    yield List.of("read");
                }
                if (operation.startsWith("pubsub_") && operation.contains("_get")) {
                    yield List.of("read");
                }
                yield operation.startsWith("delete_") || operation.startsWith("abort_")
                        ? List.of("delete")
                        : List.of("write");
            }
        };
    }

    private static SigV4Signer.Signed signed(GeneratedRequest request) {
        List<String> lines = new ArrayList<>(List.of("Host: " + request.host()));
        if (request.method().equals("OPTIONS")) {
            lines.add("Origin: http://a");
            lines.add("Access-Control-Request-Method: GET");
        }
        byte[] body = SigV4Signer.bytes(request.body());
        String target = request.query().isEmpty() ? request.path() : request.path() + "?" + request.query();
        if (request.signer() > 0) {
            SigV4Signer signer = new SigV4Signer(KEYS.get(request.signer() - 1), Instant.now());
            try {
                return request.isPresigned()
                        ? signer.presigned(request.method(), request.path(), request.query(), lines, body)
                        : signer.inHeader(request.method(), request.path(), request.query(), lines, body);
            } catch (IllegalArgumentException e) {
                // A broken escape: this signer can't encode it, and RGW would not agree.
                return new SigV4Signer.Signed(target, lines, body);
            }
        }
        return new SigV4Signer.Signed(target, lines, body);
    }

    private static byte[] head(GeneratedRequest request, SigV4Signer.Signed signed) {
        return SigV4Signer.bytes(request.method() + " " + signed.target() + " HTTP/1.1\r\n"
                + String.join("\r\n", signed.lines()) + "\r\nContent-Length: " + signed.body().length
                + "\r\nConnection: close\r\n\r\n");
    }

    private static GatewayAnswer send(URI gateway, byte[] head, byte[] body) throws IOException {
        try (WireHttpClient http = WireHttpClient.connect(gateway)) {
            byte[] all = new byte[head.length + body.length];
            System.arraycopy(head, 0, all, 0, head.length);
            System.arraycopy(body, 0, all, head.length, body.length);
            http.send(all);
            return answer(http.head());
        }
    }

    /** Some refusals of radosgw have two status lines, of which the last one is right. */
    private static GatewayAnswer answer(String head) {
        int status = 0;
        String id = "";
        for (String line : head.lines().toList()) {
            if (line.startsWith("HTTP/1.1 ")) {
                status = Integer.parseInt(line.substring(9, 12));
            } else if (line.regionMatches(true, 0, "x-amz-request-id: ", 0, 18)) {
                id = line.substring(18).strip();
            } else if (id.isEmpty() && line.regionMatches(true, 0, "x-trans-id: ", 0, 12)) {
                id = line.substring(12).strip();
            }
        }
        return new GatewayAnswer(status, id);
    }

    /** Buckets of alice, one for everybody, and a public one of a tenant, each with an object that stays. */
    private static void prepare(URI gateway) throws IOException {
        put(gateway, 0, "/bkt", "", "");
        put(gateway, 0, "/pub", "x-amz-acl: public-read-write", "");
        put(gateway, 4, "/carolpub", "x-amz-acl: public-read", "");
        put(gateway, 0, "/bkt/o", "", "hello");
        put(gateway, 0, "/pub/o", "x-amz-acl: public-read", "hello");
        put(gateway, 4, "/carolpub/o", "x-amz-acl: public-read", "hello");
        put(
                gateway,
                0,
                "/pub?cors",
                "",
                "<CORSConfiguration><CORSRule><AllowedMethod>GET</AllowedMethod>"
                        + "<AllowedOrigin>*</AllowedOrigin></CORSRule></CORSConfiguration>");
    }

    private static void put(URI gateway, int key, String target, String line, String body) throws IOException {
        List<String> lines = new ArrayList<>(List.of("Host: " + S3Backend.DOMAIN));
        if (!line.isEmpty()) {
            lines.add(line);
        }
        int question = target.indexOf('?');
        String path = question < 0 ? target : target.substring(0, question);
        String query = question < 0 ? "" : target.substring(question + 1);
        SigV4Signer.Signed signed = new SigV4Signer(KEYS.get(key), Instant.now())
                .inHeader("PUT", path, query, lines, SigV4Signer.bytes(body));
        byte[] head = head(new GeneratedRequest("PUT", path, query, S3Backend.DOMAIN, body, 1, false), signed);
        int status = send(gateway, head, signed.body()).status();
        assertThat(status).as("PUT " + target).isEqualTo(200);
    }
}
