package dev.sluice.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.limits.admission.Admission;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitRate;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.SubjectIds;
import dev.sluice.policy.identity.IdentityDirectory;
import dev.sluice.policy.source.PolicyLayer;
import dev.sluice.policy.source.PolicyMerger;
import dev.sluice.policy.source.PolicySnapshot;
import dev.sluice.proxy.gate.S3Gate;
import dev.sluice.proxy.s3.GatewayLayout;
import dev.sluice.proxy.testing.ProxyFixture;
import dev.sluice.proxy.testing.ProxyFixture.Client;
import dev.sluice.proxy.testing.ProxyFixture.ClientResponse;
import dev.sluice.proxy.testing.RecordingUpstream;
import dev.sluice.proxy.testing.StrictUpstream;
import dev.sluice.proxy.tls.TlsOptions;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A browser's form through the proxy: alice may write nothing, everybody else may. */
class FormPeekTest {
    private static final String FILE = "x".repeat(50_000);

    private static String form(String accessKey) {
        return "--B\r\nContent-Disposition: form-data; name=\"policy\"\r\n\r\ne30=\r\n"
                + "--B\r\nContent-Disposition: form-data; name=\"AWSAccessKeyId\"\r\n\r\n" + accessKey + "\r\n"
                + "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n" + FILE
                + "\r\n--B--\r\n";
    }

    private static String head(String body, String more) {
        return "POST /b HTTP/1.1\r\nHost: s3\r\nContent-Type: multipart/form-data; boundary=B\r\nContent-Length: "
                + body.length() + "\r\n" + more + "\r\n";
    }

    private static ProxyFixture proxy(RecordingUpstream upstream) throws IOException {
        LimitSet none =
                LimitSet.of(Dimension.WRITE_OPS, Limit.rate(0, LimitRate.PERIOD_NANOS_MAX, MeterAlgorithm.BUCKET));
        Policy policy = new Policy(
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                Map.of("alice", none),
                Map.of(),
                Map.of());
        PolicySnapshot snapshot =
                PolicyMerger.merge(List.of(new PolicyLayer(policy, Map.of("ALICE", "alice", "BOB", "bob"))));
        Admission admission = new Admission(new SubjectIds("test"), 100, 0, policy);
        S3Gate gate =
                new S3Gate(new GatewayLayout(List.of()), new IdentityDirectory("test", () -> snapshot), admission);
        return new ProxyFixture(upstream.address(), options -> options, TlsOptions.NONE, System::nanoTime, gate);
    }

    private final StrictUpstream gateway = new StrictUpstream();

    private RecordingUpstream answering() throws IOException {
        return new RecordingUpstream(gateway);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 5_000, 1_000_000})
    void form_isForwardedAsItIs_howeverItArrives(int part) throws Exception {
        String body = form("BOB");
        String all = head(body, "") + body;
        try (RecordingUpstream upstream = answering();
                ProxyFixture proxy = proxy(upstream);
                Client client = proxy.client()) {
            // one byte at a time until the credential is there is enough
            int slow = Math.min(all.length(), part == 1 ? 600 : all.length());
            for (int at = 0; at < slow; at += part) {
                client.send(all.substring(at, Math.min(slow, at + part)));
            }
            client.send(all.substring(slow));

            assertThat(client.read().body()).isEqualTo("ok");
            assertThat(client.send("GET /b/k HTTP/1.1\r\nHost: s3\r\n\r\n")
                            .read()
                            .body())
                    .isEqualTo("ok");
            assertThat(gateway.requests).hasSize(2);
            assertThat(gateway.requests.get(0).body()).isEqualTo(body);
        }
    }

    @Test
    void form_ofAUserOverItsLimit_neverReachesTheGateway() throws Exception {
        String body = form("ALICE");
        try (RecordingUpstream upstream = answering();
                ProxyFixture proxy = proxy(upstream);
                Client client = proxy.client()) {
            ClientResponse response = client.send(head(body, "") + body).read();

            assertThat(response.statusLine()).isEqualTo("HTTP/1.1 503 Slow Down");
            assertThat(client.send("GET /b/k HTTP/1.1\r\nHost: s3\r\n\r\n")
                            .read()
                            .body())
                    .isEqualTo("ok");
            assertThat(gateway.requests).hasSize(1);
        }
    }

    @Test
    void clientThatWaits_getsOne100_andTheGatewayIsNotAsked() throws Exception {
        String body = form("BOB");
        try (RecordingUpstream upstream = answering();
                ProxyFixture proxy = proxy(upstream);
                Client client = proxy.client()) {
            client.send(head(body, "Expect: 100-continue\r\n"));
            assertThat(client.readHead()).startsWith("HTTP/1.1 100 Continue\r\n");
            client.send(body.substring(0, 300));
            client.send(body.substring(300));

            assertThat(client.read().body()).isEqualTo("ok");
            assertThat(gateway.requests).hasSize(1);
            assertThat(gateway.requests.get(0).head()).doesNotContainIgnoringCase("expect");
            assertThat(gateway.requests.get(0).body()).isEqualTo(body);
        }
    }

    @Test
    void clientThatLeavesWithinItsForm_isCountedOnce() throws Exception {
        String body = form("BOB");
        try (RecordingUpstream upstream = answering();
                ProxyFixture proxy = proxy(upstream)) {
            try (Client client = proxy.client()) {
                client.send(head(body, "Expect: 100-continue\r\n"));
                assertThat(client.readHead()).startsWith("HTTP/1.1 100 Continue\r\n");
                client.send(body.substring(0, 300));
            }

            await().until(() -> proxy.counters.clientGone.sum() == 1);
            assertThat(proxy.counters.malformed.sum()).isZero();
            assertThat(gateway.requests).isEmpty();
        }
    }

    @Test
    void formInChunks_isNotWaitedFor() throws Exception {
        String head = "POST /b HTTP/1.1\r\nHost: s3\r\nContent-Type: multipart/form-data; boundary=B\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n";
        try (RecordingUpstream upstream = answering();
                ProxyFixture proxy = proxy(upstream);
                Client client = proxy.client()) {
            client.send(head + "3\r\n--B\r\n0\r\n\r\n");

            assertThat(client.read().body()).isEqualTo("ok");
        }
    }

    private static String signed(String accessKey, String framing) {
        return "POST / HTTP/1.1\r\nHost: s3\r\nAuthorization: AWS " + accessKey + ":abc=\r\n" + framing + "\r\n\r\n";
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 40, 20_480, 20_481, 300_000})
    void signedFormForSts_isForwardedAsItIs(int bytes) throws Exception {
        String body = "Action=AssumeRole&x=" + "y".repeat(bytes);
        try (RecordingUpstream upstream = answering();
                ProxyFixture proxy = proxy(upstream);
                Client client = proxy.client()) {
            client.send(signed("BOB", "Content-Length: " + body.length()));
            client.send(body.substring(0, 10));
            client.send(body.substring(10));
            assertThat(client.read().body()).isEqualTo("ok");
            client.send(signed("BOB", "Content-Length: 0"));
            assertThat(client.read().body()).isEqualTo("ok");

            assertThat(gateway.requests).hasSize(2);
            assertThat(gateway.requests.get(0).body()).isEqualTo(body);
        }
    }

    @Test
    void signedFormForSts_isTheSigners_unlessItAsksWithAToken() throws Exception {
        String token = "Action=AssumeRoleWithWebIdentity";
        try (RecordingUpstream upstream = answering();
                ProxyFixture proxy = proxy(upstream);
                Client client = proxy.client()) {
            client.send(signed("ALICE", "Content-Length: 17") + "Action=AssumeRole");
            assertThat(client.read().statusLine()).isEqualTo("HTTP/1.1 503 Slow Down");
            client.send(signed("ALICE", "Content-Length: " + token.length()) + token);
            assertThat(client.read().body()).isEqualTo("ok");
            client.send(signed("ALICE", "Transfer-Encoding: chunked") + "11\r\nAction=AssumeRole\r\n0\r\n\r\n");
            assertThat(client.read().body()).isEqualTo("ok");
        }
    }
}
