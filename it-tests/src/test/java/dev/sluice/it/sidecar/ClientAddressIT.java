package dev.sluice.it.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.it.harness.net.HaproxyProcess;
import dev.sluice.it.harness.net.WireHttpClient;
import dev.sluice.it.harness.process.LoopbackHosts;
import dev.sluice.it.harness.s3.S3Backend;
import dev.sluice.it.harness.s3.S3Fixture;
import dev.sluice.it.harness.s3.S3Target;
import dev.sluice.it.harness.sidecar.SidecarProcess;
import dev.sluice.it.harness.sidecar.SidecarSetup;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The client address that a real radosgw sees. A bucket policy allows anonymous reads of one object from some addresses, and
 * of another one over HTTPS. Requests are unsigned, so that only the policy decides.
 */
class ClientAddressIT extends S3Fixture {
    private static final String FRIEND = "203.0.113.7";
    private static final String UNTRUSTED = "198.51.100.9";
    /** An address of this machine, so that real connections can come from it. */
    private static final String LOCAL_FRIEND = LoopbackHosts.host();

    private static final String LOCAL_UNTRUSTED = LoopbackHosts.host();
    private static final String PROXY = LoopbackHosts.host();
    private static final int READ = 200;
    private static final int FORBIDDEN = 403;

    /** Trusts {@link #PROXY}. */
    private SidecarProcess behindProxy;
    /** Expects the PROXY protocol, from {@link #PROXY} and HAProxy. */
    private SidecarProcess behindBalancer;

    @Override
    protected S3Target open() {
        var backend = S3Backend.rgw();
        var gateway = backend.endpoints().get(0);
        var trusted = "sluice.listen.trusted-proxies = [\"%s\", \"127.0.0.1\"]".formatted(PROXY);
        behindProxy = SidecarSetup.before(gateway).config(trusted).start();
        behindBalancer = SidecarSetup.before(gateway)
                .config(trusted)
                .config("sluice.listen.proxy-protocol = on")
                .start();
        return new S3Target(gateway, backend);
    }

    @BeforeAll
    void letSomeRead() {
        put("by-address", "content");
        put("by-https", "content");
        s3.putBucketPolicy(b -> b.bucket(bucket).policy("""
                {"Version": "2012-10-17", "Statement": [
                  {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
                   "Resource": "arn:aws:s3:::%s/by-address",
                   "Condition": {"IpAddress": {"aws:SourceIp": ["%s/32", "%s/32", "2001:db8::/32"]}}},
                  {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
                   "Resource": "arn:aws:s3:::%s/by-https",
                   "Condition": {"Bool": {"aws:SecureTransport": "true"}}}]}
                """.formatted(bucket, FRIEND, LOCAL_FRIEND, bucket)));
    }

    @AfterAll
    void closeSidecars() {
        for (var sidecar : List.of(behindProxy, behindBalancer)) {
            sidecar.close();
        }
    }

    private int read(URI endpoint, String from, String object, String lines) throws IOException {
        return read(endpoint, from, new byte[0], object, lines);
    }

    /** The status of an unsigned GET; each of {@code lines} ends in CRLF. */
    private int read(URI endpoint, String from, byte[] first, String object, String lines) throws IOException {
        try (var http = WireHttpClient.connect(endpoint, from)) {
            var bytes = new ByteArrayOutputStream();
            bytes.writeBytes(first);
            bytes.writeBytes(("GET /" + bucket + "/" + object + " HTTP/1.1\r\nHost: " + endpoint.getAuthority() + "\r\n"
                            + lines + "\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            http.send(bytes.toByteArray());
            return http.readResponse().status();
        }
    }

    private static String forwardedFor(String chain) {
        return "X-Forwarded-For: " + chain + "\r\n";
    }

    /** Without this the other tests prove nothing: radosgw itself trusts the first element from any client. */
    @Test
    void radosgw_usesTheForwardedAddress() throws Exception {
        var gateway = target.endpoint();

        assertThat(read(gateway, PROXY, "by-address", forwardedFor(FRIEND))).isEqualTo(READ);
        assertThat(read(gateway, PROXY, "by-address", forwardedFor(FRIEND + ", " + UNTRUSTED)))
                .isEqualTo(READ);
        assertThat(read(gateway, PROXY, "by-address", forwardedFor(UNTRUSTED))).isEqualTo(FORBIDDEN);
        assertThat(read(gateway, PROXY, "by-https", "")).isEqualTo(FORBIDDEN);
        assertThat(read(gateway, PROXY, "by-https", "Forwarded: for=x; proto=https\r\n"))
                .isEqualTo(READ);
    }

    @ParameterizedTest
    @ValueSource(strings = {FRIEND, UNTRUSTED + ", " + FRIEND, "[2001:db8::7]:4711", FRIEND + ":80, 127.0.0.1"})
    void clientThatATrustedProxyNames_isRadosgwsClient(String chain) throws Exception {
        assertThat(read(behindProxy.s3(), PROXY, "by-address", forwardedFor(chain)))
                .isEqualTo(READ);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                UNTRUSTED,
                FRIEND + ", " + UNTRUSTED,
                FRIEND + ", " + UNTRUSTED + ", 127.0.0.1",
                FRIEND + ", unknown"
            })
    void addressThatTheClientHasPutBefore_isNot(String chain) throws Exception {
        assertThat(read(behindProxy.s3(), PROXY, "by-address", forwardedFor(chain)))
                .isEqualTo(FORBIDDEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Forwarded-For", "X_Forwarded_For", "X-Real-IP"})
    void claimOfAnUntrustedClient_isIgnored(String name) throws Exception {
        var claim = name + ": " + FRIEND + "\r\n";

        assertThat(read(behindProxy.s3(), LOCAL_UNTRUSTED, "by-address", claim)).isEqualTo(FORBIDDEN);
        assertThat(read(behindProxy.s3(), LOCAL_UNTRUSTED, "by-address", "Connection: X-Forwarded-For\r\n" + claim))
                .isEqualTo(FORBIDDEN);
        assertThat(read(behindProxy.s3(), LOCAL_FRIEND, "by-address", claim)).isEqualTo(READ);
    }

    @Test
    void https_isAcceptedFromATrustedProxyOnly() throws Exception {
        var claim = "X-Forwarded-Proto: https\r\n";
        var otherClaims = "Forwarded: for=x;proto=https\r\nX_Forwarded_Proto: https\r\n";

        assertThat(read(behindProxy.s3(), PROXY, "by-https", claim)).isEqualTo(READ);
        assertThat(read(behindProxy.s3(), PROXY, "by-https", otherClaims)).isEqualTo(FORBIDDEN);
        assertThat(read(behindProxy.s3(), LOCAL_UNTRUSTED, "by-https", claim + otherClaims))
                .isEqualTo(FORBIDDEN);
    }

    @Test
    void clientThatAProxyHeaderNames_isRadosgwsClient() throws Exception {
        var friend = ("PROXY TCP4 " + FRIEND + " 127.0.0.1 4711 80\r\n").getBytes(StandardCharsets.US_ASCII);
        var untrusted = ("PROXY TCP4 " + UNTRUSTED + " 127.0.0.1 4711 80\r\n").getBytes(StandardCharsets.US_ASCII);
        var endpoint = behindBalancer.s3();

        assertThat(read(endpoint, PROXY, friend, "by-address", "")).isEqualTo(READ);
        assertThat(read(endpoint, PROXY, untrusted, "by-address", forwardedFor(FRIEND)))
                .isEqualTo(FORBIDDEN);
        assertThat(read(endpoint, PROXY, friend, "by-https", "X-Forwarded-Proto: https\r\n"))
                .isEqualTo(FORBIDDEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"send-proxy", "send-proxy-v2", "send-proxy-v2 proxy-v2-options ssl,crc32c"})
    void haproxyInTcpMode_passesOnClientAddresses(String options) throws Exception {
        try (var haproxy = HaproxyProcess.before(behindBalancer.s3(), "mode tcp", options + " check inter 100ms")) {
            assertThat(read(haproxy.endpoint(), LOCAL_FRIEND, "by-address", "")).isEqualTo(READ);
            assertThat(read(haproxy.endpoint(), LOCAL_UNTRUSTED, "by-address", forwardedFor(FRIEND)))
                    .isEqualTo(FORBIDDEN);
        }
        // Nor do its health checks, which use LOCAL headers of the PROXY protocol.
        assertThat(WireHttpClient.get(behindBalancer.admin().resolve("/metrics"))
                        .body())
                .contains("sluice_requests_total{outcome=\"malformed\"} 0.0");
    }

    @Test
    void haproxyInHttpMode_passesOnClientAddresses() throws Exception {
        var mode = "mode http\n    option forwardfor\n    http-request set-header X-Forwarded-Proto https";
        try (var haproxy = HaproxyProcess.before(behindProxy.s3(), mode, "")) {
            assertThat(read(haproxy.endpoint(), LOCAL_FRIEND, "by-address", "")).isEqualTo(READ);
            assertThat(read(haproxy.endpoint(), LOCAL_UNTRUSTED, "by-address", forwardedFor(FRIEND)))
                    .isEqualTo(FORBIDDEN);
            assertThat(read(haproxy.endpoint(), LOCAL_UNTRUSTED, "by-https", ""))
                    .isEqualTo(READ);
        }
    }
}
