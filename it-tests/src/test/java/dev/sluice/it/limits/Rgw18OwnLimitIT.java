package dev.sluice.it.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.it.harness.net.WireHttpClient;
import dev.sluice.it.harness.s3.RgwRelease;
import dev.sluice.it.harness.s3.RgwTestBed;
import dev.sluice.it.harness.s3.S3Backend;
import dev.sluice.it.harness.s3.S3Fixture;
import dev.sluice.it.harness.s3.S3Target;
import dev.sluice.it.harness.sidecar.SidecarProcess;
import dev.sluice.it.harness.sidecar.SidecarSetup;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Rejections of radosgw's own limiter pass through a sidecar unchanged, and are not marked as the sidecar's. */
class Rgw18OwnLimitIT extends S3Fixture {
    private static final int REFUSED = 503;
    /** Far more than the limit per minute. */
    private static final int MOST = 50;

    private SidecarProcess sidecar;

    @Override
    protected S3Target open() {
        var backend = S3Backend.rgw(RgwRelease.TRIXIE);
        sidecar = SidecarSetup.before(backend.endpoints().get(0)).start();
        return new S3Target(sidecar.s3(), backend);
    }

    @BeforeAll
    void limit() throws Exception {
        // An existing object, because radosgw does not charge for a missing one.
        put("limited", "hello");
        var bed = RgwTestBed.require(RgwRelease.TRIXIE);
        var scope = List.of("--ratelimit-scope=bucket", "--bucket=" + bucket);
        bed.ceph(words("ratelimit", "set", scope, "--max-read-ops=1", "--max-write-ops=1"));
        bed.ceph(words("ratelimit", "enable", scope));
        useUp("GET", "");
        useUp("PUT", "Content-Length: 5\r\n");
    }

    private static String[] words(String noun, String verb, List<String> scope, String... more) {
        var words = new ArrayList<>(List.of("radosgw-admin", noun, verb));
        words.addAll(scope);
        words.addAll(List.of(more));
        return words.toArray(new String[0]);
    }

    private void useUp(String method, String header) throws Exception {
        for (int i = 0; i < MOST; i++) {
            if (exchange(target.endpoint(), method, header, header.isEmpty() ? "" : "hello")
                            .get(0)
                            .status()
                    == REFUSED) {
                return;
            }
        }
        throw new AssertionError("radosgw refuses nothing");
    }

    @AfterAll
    void closeSidecar() {
        if (sidecar != null) {
            sidecar.close();
        }
    }

    @Test
    void read_isRefused_inTheSameWords() throws Exception {
        var direct = exchange(backend(), "GET", "", "");
        var through = exchange(target.endpoint(), "GET", "", "");

        assertThat(described(through)).isEqualTo(described(direct)).hasSize(1);
        assertThat(through.get(0).status()).isEqualTo(REFUSED);
        assertThat(through.get(0).body()).contains("<Code>SlowDown</Code>", "<BucketName>" + bucket);
        assertThat(through.get(0).header("x-sluice-limit")).isEmpty();
    }

    @Test
    void upload_isRefused_inTheSameWords() throws Exception {
        var direct = exchange(backend(), "PUT", "Content-Length: 5\r\n", "hello");
        var through = exchange(target.endpoint(), "PUT", "Content-Length: 5\r\n", "hello");

        assertThat(described(through)).isEqualTo(described(direct)).hasSize(1);
        assertThat(through.get(0).status()).isEqualTo(REFUSED);
    }

    /** radosgw asks for the body, then rejects. The connection closes, because the client may still send the body. */
    @Test
    void uploadWithExpectContinue_isRefused_asWithoutASidecar() throws Exception {
        var header = "Content-Length: 5\r\nExpect: 100-continue\r\n";

        var direct = exchange(backend(), "PUT", header, "");
        var through = exchange(target.endpoint(), "PUT", header, "");

        assertThat(described(through)).isEqualTo(described(direct)).hasSize(2);
        assertThat(through).extracting(WireHttpClient.WireResponse::status).containsExactly(100, REFUSED);
        assertThat(through.get(1).header("connection")).isEqualToIgnoringCase("close");
    }

    private URI backend() {
        return target.backend().endpoints().get(0);
    }

    /** All responses to a request, interim ones included. */
    private List<WireHttpClient.WireResponse> exchange(URI to, String method, String header, String body)
            throws Exception {
        var url = method.equals("PUT") ? presignedPut("limited") : presignedGet("limited");
        try (var http = WireHttpClient.connect(to)) {
            http.send(method + " " + WireHttpClient.target(url) + " HTTP/1.1\r\nHost: " + url.getAuthority() + "\r\n"
                    + header + "\r\n" + body);
            var responses = new ArrayList<>(List.of(http.readResponse()));
            while (responses.get(responses.size() - 1).status() == 100) {
                responses.add(http.readResponse());
            }
            return responses;
        } catch (IOException e) {
            throw new AssertionError(method + " " + header + " of " + to, e);
        }
    }

    /** Removes headers that differ between responses, and hop-by-hop headers. */
    private static List<String> described(List<WireHttpClient.WireResponse> responses) {
        return responses.stream()
                .map(response -> {
                    Map<String, String> headers = new TreeMap<>(response.headers());
                    headers.replace("x-amz-request-id", "some");
                    headers.replace("date", "some");
                    headers.remove("connection");
                    var reason = response.status() == 100 ? "" : response.reason();
                    return response.status() + " " + reason + " " + headers + " "
                            + response.body().replaceAll("<RequestId>[^<]*", "<RequestId>");
                })
                .toList();
    }
}
