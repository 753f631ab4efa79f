package dev.sluice.it.bodies;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.it.harness.net.WireHttpClient;
import dev.sluice.it.harness.s3.RgwRelease;
import dev.sluice.it.harness.s3.S3Backend;
import dev.sluice.it.harness.s3.S3Backend.Ability;
import dev.sluice.it.harness.s3.S3Fixture;
import dev.sluice.it.harness.s3.S3Target;
import dev.sluice.it.harness.s3.SigV4Signer;
import dev.sluice.it.harness.s3.SigV4Signer.Chunks;
import dev.sluice.it.harness.s3.SigV4Signer.Signed;
import dev.sluice.it.harness.s3.TestBytes;
import dev.sluice.it.harness.sidecar.SidecarProcess;
import dev.sluice.it.harness.sidecar.SidecarSetup;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * Signed raw requests of unusual forms, through a sidecar and directly to radosgw. The signature covers almost every byte of
 * the head, and must be as valid behind the sidecar as before it. {@code -Dsluice.byte-exact=10000} runs more requests,
 * {@code -Dsluice.byte-exact.seed=} repeats a run.
 */
abstract class ByteExactContract extends S3Fixture {
    private static final int REQUESTS = Integer.getInteger("sluice.byte-exact", 2000);
    private static final int COMPARED = 500;
    private static final int FORBIDDEN = 403;

    private static final String[] PIECES = {
        "a",
        "B",
        "7",
        "-",
        ".",
        "_",
        "~",
        "%20",
        "+",
        "%2B",
        "%2F",
        "%2f",
        "//",
        "/..",
        "/./",
        "%C3%A4",
        "%E2%82%AC",
        "%80",
        "%FF",
        "%25",
        "%2525",
        "!",
        "'",
        "(",
        ")",
        "*",
        "&",
        "=",
        "$",
        ",",
        ":",
        "@",
        ";",
        "%5C",
        "%7E",
        "%41",
        "%F0%9F%98%80",
        "%22",
        "%3F",
        "%23"
    };
    private static final String[] PARAMETERS = {
        "prefix=",
        "prefix=a%2Fb",
        "prefix=%C3%A4",
        "delimiter=/",
        "delimiter=%2F",
        "max-keys=3",
        "list-type=2",
        "encoding-type=url",
        "x-id=b",
        "x-id=a",
        "x-id=",
        "x-id",
        "Z=%7E",
        "z=~",
        "a=b=c",
        "start-after=%20",
        "q=*",
        "prefix=%2B",
        "e=%e2%82%ac"
    };
    private static final String[] VALUES = {
        "plain",
        "a  b",
        "two   blanks",
        " leading",
        "trailing  ",
        "a,b , c",
        "\tx",
        "\u00C3\u00A4",
        "",
        "\"quoted\"",
        "=?x?=",
        "a;b:c"
    };

    private SidecarProcess sidecar;
    private Random random;

    abstract RgwRelease release();

    @Override
    protected S3Target open() {
        var backend = S3Backend.rgw(release());
        sidecar = SidecarSetup.before(backend.endpoints().get(0)).start();
        return new S3Target(sidecar.s3(), backend);
    }

    @AfterAll
    void closeSidecar() {
        if (sidecar != null) {
            sidecar.close();
        }
    }

    private record Odd(String method, Signed signed, String kind) {
        byte[] bytes() {
            var out = new ByteArrayOutputStream();
            out.writeBytes(SigV4Signer.bytes(method + " " + signed.target() + " HTTP/1.1\r\n"));
            for (var line : signed.lines()) {
                out.writeBytes(SigV4Signer.bytes(line + "\r\n"));
            }
            if (method.equals("PUT")) {
                out.writeBytes(SigV4Signer.bytes("Content-Length: " + signed.body().length + "\r\n"));
            }
            out.writeBytes(SigV4Signer.bytes("\r\n"));
            out.writeBytes(signed.body());
            return out.toByteArray();
        }
    }

    /** Keeps a connection until it is closed. */
    private static final class Wire implements AutoCloseable {
        private final URI endpoint;
        private WireHttpClient http;
        private int connections;

        Wire(URI endpoint) {
            this.endpoint = endpoint;
        }

        WireHttpClient.WireResponse exchange(Odd odd) throws IOException {
            if (http == null) {
                http = WireHttpClient.connect(endpoint);
                connections++;
            }
            http.send(odd.bytes());
            var response = http.readResponse(odd.method().equals("HEAD"));
            if (response.header("connection").equalsIgnoreCase("close")) {
                close();
            }
            return response;
        }

        @Override
        public void close() throws IOException {
            if (http != null) {
                http.close();
                http = null;
            }
        }
    }

    @Test
    void odd_requests_haveTheSameOutcome_throughTheSidecarAsWithout() throws Exception {
        long seed = Long.getLong("sluice.byte-exact.seed", new Random().nextLong());
        System.out.println("ByteExact: " + release() + ", " + REQUESTS + " requests of seed " + seed);
        random = new Random(seed);
        Map<String, Integer> outcomes = new TreeMap<>();
        int quirks = 0;
        try (var through = new Wire(sidecar.s3());
                var direct = new Wire(target.backend().endpoints().get(0))) {
            for (int i = 0; i < REQUESTS; i++) {
                var odd = next();
                var response = through.exchange(odd);
                outcomes.merge(odd.kind() + " " + response.status(), 1, Integer::sum);
                var isFailed = response.status() == FORBIDDEN || response.status() == 400 || response.status() >= 500;
                if (isFailed || i % (REQUESTS / COMPARED + 1) == 0 || i < COMPARED) {
                    assertThat(outcome(response))
                            .as("request %d of seed %d: %s %s", i, seed, odd.kind(), odd.method())
                            .isEqualTo(outcome(direct.exchange(odd)));
                }
                quirks += response.status() == FORBIDDEN ? 1 : 0;
            }
            System.out.println("ByteExact: " + release() + ", " + outcomes
                    + ", of them refused by radosgw without the sidecar too: " + quirks + "; " + through.connections
                    + " connections");
        }

        // A small part, so that the others are a proof.
        assertThat(quirks).isLessThan(REQUESTS / 4);
    }

    /** The part of a response that must be the same directly and through the sidecar. */
    private static String outcome(WireHttpClient.WireResponse response) {
        var body = response.body();
        int code = body.indexOf("<Code>");
        return response.status() + " " + (code < 0 ? "" : body.substring(code + 6, body.indexOf("</Code>")));
    }

    private Odd next() {
        var signer = new SigV4Signer(target.backend().alice(), Instant.now());
        var method = pick("GET", "GET", "HEAD", "PUT", "PUT", "DELETE", "LIST");
        var body = method.equals("PUT") ? TestBytes.random(random.nextInt(20_000), random.nextLong()) : new byte[0];
        var list = method.equals("LIST");
        var path = "/" + bucket + (list ? "" : "/" + key());
        var query = list || random.nextInt(8) == 0 ? query(list) : "";
        var verb = list ? "GET" : method;
        var lines = lines();
        int kind = random.nextInt(10);
        if (kind < 3) {
            return new Odd(verb, signer.presigned(verb, path, query, lines, body), "presigned");
        }
        if (kind < 7 && method.equals("PUT")) {
            var form = target.backend().abilities().contains(Ability.TRAILING_CHECKSUMS)
                    ? Chunks.values()[random.nextInt(Chunks.values().length)]
                    : Chunks.SIGNED;
            return new Odd(verb, signer.inChunks(form, verb, path, query, lines, body), form.toString());
        }
        return new Odd(verb, signer.inHeader(verb, path, query, lines, body), "header");
    }

    private String key() {
        var key = new StringBuilder("k");
        for (int i = random.nextInt(8); i >= 0; i--) {
            key.append(pick(PIECES));
        }
        return key.toString();
    }

    private String query(boolean list) {
        var parameters = new ArrayList<String>();
        for (int i = random.nextInt(5); i >= 0; i--) {
            parameters.add(list ? pick(PARAMETERS) : pick("x-id=GetObject", "x-id=", "x-id", "Z=1", "z=%7e", "z=2"));
        }
        return String.join("&", parameters);
    }

    private List<String> lines() {
        var lines = new ArrayList<String>();
        lines.add(pick("Host: ", "host:", "HOST:  ")
                + target.backend().endpoints().get(0).getAuthority());
        if (random.nextInt(3) == 0) {
            lines.add(pick("x-amz-meta-odd", "X-AMZ-Meta-Odd", "x-Amz-meta-o.d~d")
                    + pick(":", ": ", ":  ")
                    + pick(VALUES));
        }
        if (random.nextInt(20) == 0) {
            lines.add("x-amz-meta-twice: 1");
            lines.add("X-Amz-Meta-Twice: 2");
        }
        if (random.nextInt(3) == 0) {
            lines.add(0, pick("User-Agent: odd/1.0  (x;  y)", "Accept: */*", "accept-encoding: identity"));
        }
        return lines;
    }

    private String pick(String... from) {
        return from[random.nextInt(from.length)];
    }
}
