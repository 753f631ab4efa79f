package dev.sluice.it.reading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.it.harness.net.WireHttpClient;
import dev.sluice.it.harness.net.WireHttpClient.WireResponse;
import dev.sluice.it.harness.s3.RgwRelease;
import dev.sluice.it.harness.s3.RgwTestBed;
import dev.sluice.it.harness.s3.S3Backend;
import dev.sluice.it.harness.s3.S3Credentials;
import dev.sluice.it.harness.s3.SigV4Signer;
import dev.sluice.policy.identity.SecretKey;
import dev.sluice.proxy.http1.HeadParseResult;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.s3.signature.SignatureResult;
import dev.sluice.proxy.s3.signature.SignatureVerifier;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * A radosgw accepts a signature if and only if Sluice does, over generated requests: odd paths and queries, signed as they
 * are or changed in one place afterwards. {@code -Dsluice.reading.requests=} sets their number, {@code
 * -Dsluice.reading.seed=} repeats a run.
 */
abstract class SignatureContract {
    private static final int REQUESTS = Integer.getInteger("sluice.reading.requests", 250);
    private static final S3Credentials ALICE = new S3Credentials("ALICEKEY1", "alicesecret1");
    private static final List<String> PATHS = List.of(
            "/sigs/o",
            "/sigs/a+b",
            "/sigs/a%2Bb",
            "/sigs/a%20b",
            "/sigs//o",
            "/sigs/./o",
            "/sigs/../o",
            "/sigs/a%2Fb",
            "/sigs/%6F",
            "/sigs/%c3%A4",
            "/sigs/~a",
            "/sigs/%7Ea",
            "/sigs/a%00b",
            "/sigs/a=b&c",
            "/sigs/a*b",
            "/sigs/a:b;c",
            "/%73igs/o",
            "/sigs",
            "/sigs/",
            "/",
            "//sigs/o",
            "/sigs/a%2",
            "/sigs/a%",
            "/sigs/%zz",
            "/sigs/a'b(c)!",
            "/sigs/\u00e4",
            "/sigs/a%ff",
            "/sigs/a@b,c$d");
    private static final List<String> PARAMETERS = List.of(
            "acl",
            "acl=",
            "prefix=a",
            "prefix=a+b",
            "prefix=a%20b",
            "prefix=a%2Bb",
            "prefix=a/b",
            "prefix=a%2Fb",
            "prefix",
            "prefix=",
            "prefix=b",
            "max-keys=3",
            "list-type=2",
            "delimiter=%2F",
            "=",
            "=a",
            "a=b=c",
            "a%3Db",
            "%61=b",
            "versionId=null",
            "X-Amz-Signature=a",
            "x-amz-foo=1",
            "response-content-type=a%2Fb",
            "a=%zz",
            "a=%4",
            "%zz=a",
            "a=\u00e4",
            "~=~",
            "a=*'()!",
            "?b",
            "B=1",
            "b=1",
            "b-=1",
            "marker=%00");
    private static final List<String> LINES = List.of(
            "x-amz-meta-a: 1",
            "x-amz-meta-a:  1   2 ",
            "x-amz-meta-a: 1\t 2",
            "x-amz-meta-a:",
            "Content-Type: a/b",
            "X-AMZ-META-B: x",
            "Range: bytes=0-1",
            "x-amz-meta-a: \u00e4");

    private final RgwRelease release;
    private final SignatureVerifier verifier = new SignatureVerifier();
    private final SecretKey secret = SecretKey.of(ALICE.secretKey());

    SignatureContract(RgwRelease release) {
        this.release = release;
    }

    @Test
    void generatedRequests_areProvenWhereTheGatewayAcceptsThem() throws Exception {
        long seed = Long.getLong("sluice.reading.seed", System.nanoTime());
        SplittableRandom random = new SplittableRandom(seed);
        RgwTestBed.require(release);
        URI gateway = S3Backend.rgw(release).endpoints().get(0);
        Map<SignatureResult, Integer> counts = new EnumMap<>(SignatureResult.class);
        List<String> differences = new ArrayList<>();
        exchange(gateway, request("PUT", "/sigs", "", List.of(), false));

        for (int i = 0; i < REQUESTS; i++) {
            byte[] bytes = changed(generated(random), random);
            RequestHead head = new RequestHead();
            if (head.parse(bytes, bytes.length, bytes.length) == HeadParseResult.COMPLETE) {
                WireResponse response = exchange(gateway, bytes);
                SignatureResult result = check(bytes);
                counts.merge(result, 1, Integer::sum);
                if (isDifferent(result, response)) {
                    differences.add(result + " but " + response.status() + " " + response.body() + " for "
                            + new String(bytes, StandardCharsets.ISO_8859_1));
                }
            }
        }

        System.out.printf("%s: seed %d, %s%n", release, seed, counts);
        assertThat(differences).as("seed %d", seed).isEmpty();
        assertThat(counts.get(SignatureResult.PROVEN)).as("seed %d", seed).isGreaterThan(REQUESTS / 4);
        assertThat(counts.get(SignatureResult.MISMATCHED)).as("seed %d", seed).isGreaterThan(REQUESTS / 20);
    }

    @Test
    void doubledParameter_isProvenAsEitherReleaseSignsIt() throws Exception {
        RgwTestBed.require(release);
        URI gateway = S3Backend.rgw(release).endpoints().get(0);
        exchange(gateway, request("PUT", "/sigs", "", List.of(), false));
        String signed = new String(request("GET", "/sigs", "prefix=b", List.of(), false), StandardCharsets.ISO_8859_1);
        byte[] lastIsSigned = SigV4Signer.bytes(signed.replace("?prefix=b", "?prefix=a&prefix=b"));
        byte[] allAreSigned = request("GET", "/sigs", "prefix=a&prefix=b", List.of(), false);

        boolean isLast = exchange(gateway, lastIsSigned).status() == 200;
        boolean isAll = exchange(gateway, allAreSigned).status() == 200;

        assertThat(isLast).isNotEqualTo(isAll);
        assertThat(check(lastIsSigned)).isEqualTo(SignatureResult.PROVEN);
        assertThat(check(allAreSigned)).isEqualTo(SignatureResult.PROVEN);
    }

    private SignatureResult check(byte[] bytes) {
        RequestHead head = new RequestHead();
        head.parse(bytes, bytes.length, bytes.length);
        return verifier.check(head, secret, Instant.now().getEpochSecond());
    }

    private static boolean isDifferent(SignatureResult result, WireResponse response) {
        boolean isRefused = response.body().contains("SignatureDoesNotMatch")
                || response.body().contains("RequestTimeTooSkewed");
        boolean isServed = response.status() < 300 || response.status() == 404;
        return switch (result) {
            case PROVEN -> isRefused;
            case MISMATCHED, STALE -> isServed;
            case UNCHECKED -> false;
        };
    }

    /** As the gateway reads it: a broken escape leaves nothing. */
    private static String decodedName(String parameter) {
        return parameter.split("=", -1)[0].replace("%61", "a").replace("%zz", "");
    }

    private byte[] generated(SplittableRandom random) {
        List<String> query = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            String parameter = pick(PARAMETERS, random);
            String name = decodedName(parameter);
            // Release 16 signs the last of one name alone, others all: either is proven, and only one is accepted.
            if (release != RgwRelease.HOST
                    || query.stream().noneMatch(other -> decodedName(other).equals(name))) {
                query.add(parameter);
            }
        }
        List<String> lines = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            String line = pick(LINES, random);
            String name = line.substring(0, line.indexOf(':'));
            // Of several lines with one name RGW takes the last, and this signer all.
            if (lines.stream().noneMatch(other -> other.regionMatches(true, 0, name, 0, name.length()))) {
                lines.add(line);
            }
        }
        String method = random.nextInt(4) == 0 ? "PUT" : "GET";
        String path = pick(PATHS, random);
        // A bucket's settings stay as they are.
        boolean isObject = path.length() > "/sigs/".length() && path.startsWith("/sigs/");
        return request(
                isObject && !path.contains("%zz") ? method : "GET",
                path,
                String.join("&", query),
                lines,
                random.nextInt(3) == 0);
    }

    private static byte[] request(String method, String path, String query, List<String> more, boolean isPresigned) {
        List<String> lines = new ArrayList<>(List.of("Host: " + S3Backend.DOMAIN));
        lines.addAll(more);
        SigV4Signer signer = new SigV4Signer(ALICE, Instant.now());
        byte[] body = new byte[0];
        SigV4Signer.Signed signed;
        try {
            signed = isPresigned
                    ? signer.presigned(method, path, query, lines, body)
                    : signer.inHeader(method, path, query, lines, body);
        } catch (IllegalArgumentException e) {
            return request(method, path.replace("%", "%25"), query.replace("%", "%25"), more, isPresigned);
        }
        return SigV4Signer.bytes(method + " " + signed.target() + " HTTP/1.1\r\n" + String.join("\r\n", signed.lines())
                + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    }

    /** Every third request gets another byte somewhere. */
    private static byte[] changed(byte[] request, SplittableRandom random) {
        if (random.nextInt(3) > 0) {
            return request;
        }
        int at = 4 + random.nextInt(request.length - 8);
        byte[] changed = request.clone();
        changed[at] ^= (byte) (1 << random.nextInt(7));
        return changed;
    }

    private static String pick(List<String> of, SplittableRandom random) {
        return of.get(random.nextInt(of.size()));
    }

    private static WireResponse exchange(URI gateway, byte[] request) throws IOException {
        try (WireHttpClient http = WireHttpClient.connect(gateway)) {
            http.send(request);
            return http.readResponse();
        }
    }
}
