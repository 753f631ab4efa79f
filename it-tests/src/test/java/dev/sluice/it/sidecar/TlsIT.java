package dev.sluice.it.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.it.harness.net.WireHttpClient;
import dev.sluice.it.harness.process.Prerequisite;
import dev.sluice.it.harness.process.ShellCommand;
import dev.sluice.it.harness.s3.S3Backend;
import dev.sluice.it.harness.s3.TestBytes;
import dev.sluice.it.harness.sidecar.SidecarProcess;
import dev.sluice.it.harness.sidecar.SidecarSetup;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * TLS on both sides, end to end: from a client to a sidecar, and from there to a second sidecar that stands in for a
 * gateway with TLS.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsIT {
    private static final String LIMITS = "buckets { closed { read-ops = 0/s } }";

    @TempDir
    static Path folder;

    private final String bucket = "tls-" + Long.toHexString(new Random().nextLong());
    private X509Bundle authority;
    private S3Backend backend;
    private SidecarProcess gateway;
    private SidecarProcess sidecar;
    private URI endpoint;
    private S3Client s3;

    @BeforeAll
    void start() throws Exception {
        SidecarProcess.jar(); // skips all tests of the class if there is no jar
        authority = builder("authority").setIsCertificateAuthority(true).buildSelfSigned();
        var server = builder("server").addSanIpAddress("127.0.0.1").buildIssuedBy(authority);
        Files.writeString(folder.resolve("ca.pem"), authority.getCertificatePEM());
        Files.writeString(folder.resolve("tls.crt"), server.getCertificatePathPEM());
        Files.writeString(folder.resolve("tls.key"), server.getPrivateKeyPEM());
        var listen = "sluice.listen.tls { certificate-file = \"" + folder.resolve("tls.crt") + "\", key-file = \""
                + folder.resolve("tls.key") + "\" }";
        var upstream = "sluice.upstream.tls.ca-file = \"" + folder.resolve("ca.pem") + "\"";

        backend = S3Backend.best();
        gateway = SidecarSetup.before(backend.endpoints().get(0)).config(listen).start();
        sidecar = SidecarSetup.before(gateway.s3())
                .config(listen)
                .config(upstream)
                .limits(LIMITS)
                .start();
        endpoint = https(sidecar);
        s3 = S3Client.builder()
                .endpointOverride(endpoint)
                .region(Region.of("default"))
                .forcePathStyle(true)
                .credentialsProvider(backend.alice().provider())
                .overrideConfiguration(c -> c.retryStrategy(r -> r.maxAttempts(1)))
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .httpClientBuilder(Apache5HttpClient.builder()
                        .tlsTrustManagersProvider(
                                () -> authority.toTrustManagerFactory().getTrustManagers()))
                .build();
        s3.createBucket(b -> b.bucket(bucket));
    }

    private static CertificateBuilder builder(String name) {
        return new CertificateBuilder()
                .subject("CN=" + name)
                .rsa2048()
                .notBefore(Instant.now().minus(1, ChronoUnit.DAYS))
                .notAfter(Instant.now().plus(1, ChronoUnit.DAYS));
    }

    private static URI https(SidecarProcess sidecar) {
        return URI.create("https://" + sidecar.s3().getAuthority());
    }

    @AfterAll
    void stop() {
        if (s3 != null) {
            s3.close();
        }
        if (sidecar != null) {
            sidecar.close();
        }
        if (gateway != null) {
            gateway.close();
        }
        if (backend != null) {
            backend.close();
        }
    }

    @Test
    void sdk_uploadsAndDownloads() {
        var content = TestBytes.random(20 * TestBytes.MIB, 3);

        s3.putObject(b -> b.bucket(bucket).key("k"), RequestBody.fromBytes(content));
        var back = s3.getObjectAsBytes(b -> b.bucket(bucket).key("k")).asByteArray();

        assertThat(TestBytes.sha256(back)).isEqualTo(TestBytes.sha256(content));
        assertThat(s3.listObjectsV2(b -> b.bucket(bucket)).contents())
                .extracting(object -> object.key())
                .contains("k");
    }

    @Test
    void rejection_isReadByAClientThatUploads() {
        var content = TestBytes.random(8 * TestBytes.MIB, 4);

        assertThatThrownBy(() -> s3.getObject(b -> b.bucket("closed").key("k")))
                .isInstanceOfSatisfying(
                        S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(503));
        sidecar.writeLimits("buckets { closed { read-ops = 0/s }, \"" + bucket + "\" { write-ops = 0/s } }");
        await().untilAsserted(() -> assertThatThrownBy(
                        () -> s3.putObject(b -> b.bucket(bucket).key("no"), RequestBody.fromBytes(content)))
                .isInstanceOfSatisfying(
                        S3Exception.class,
                        e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("SlowDown")));
        sidecar.writeLimits(LIMITS);
    }

    @Test
    void curl_isAnswered_andVerifies() throws Exception {
        Prerequisite.require(ShellCommand.of("curl", "--version").run().exit() == 0, "there is no curl");
        var ca = folder.resolve("ca.pem").toString();

        var trusted = ShellCommand.of(
                        "curl",
                        "-s",
                        "-o",
                        "/dev/null",
                        "-w",
                        "%{http_code} %{http_version}",
                        "--cacert",
                        ca,
                        endpoint + "/" + bucket + "/none")
                .output();
        var untrusted = ShellCommand.of("curl", "-s", endpoint.toString()).run();

        assertThat(trusted).matches("40[34] 1\\.1");
        assertThat(untrusted.exit()).as("curl's code for an unknown authority").isEqualTo(60);
    }

    @Test
    void openssl_resumesSessions_andMayNotRenegotiate() {
        Prerequisite.require(ShellCommand.of("openssl", "version").run().exit() == 0, "there is no openssl");
        for (var version : new String[] {"-tls1_2", "-tls1_3"}) {
            var session = folder.resolve("session" + version).toString();

            assertThat(get(version + " -sess_out " + session)).contains("New, TLS");
            assertThat(get(version + " -sess_in " + session)).contains("Reused, TLS");
        }
        assertThat(openssl("(sleep 1; echo R; sleep 1)", "-tls1_2"))
                .contains("RENEGOTIATING")
                .containsPattern("alert|closed");
        assertThat(openssl("true", "-tls1_1 -cipher ALL:@SECLEVEL=0")).contains("(NONE)");
    }

    /** Sends a request and waits until the sidecar responds and closes. */
    private String get(String options) {
        return openssl("printf 'GET / HTTP/1.0\\r\\n\\r\\n'", "-ign_eof " + options);
    }

    private String openssl(String input, String options) {
        var command = input + " | openssl s_client -connect " + endpoint.getAuthority() + " " + options + " 2>&1";
        return ShellCommand.of("bash", "-c", command).run().output();
    }

    @Test
    void sidecarWithoutTls_loadsNothingOfIt() throws Exception {
        var classes = folder.resolve("classes.log");
        var setup = SidecarSetup.before(backend.endpoints().get(0)).jvmFlags("-Xlog:class+load:file=" + classes);
        try (var plain = setup.start()) {
            WireHttpClient.get(plain.s3().resolve("/bucket/key"));
            WireHttpClient.get(plain.admin().resolve("/ready"));

            // TlsOptions says that there is no TLS.
            assertThat(Files.readString(classes).replace("dev.sluice.proxy.tls.TlsOptions ", ""))
                    .contains("dev.sluice.proxy.downstream.DownstreamConnection ")
                    .doesNotContain("io.netty.handler.ssl.")
                    .doesNotContain("io.netty.internal.tcnative.")
                    .doesNotContain("dev.sluice.proxy.tls.")
                    .doesNotContain("dev.sluice.policy.keys.CertificateSource");
        }
    }

    @Test
    void gatewayThatIsNotTrusted_isA502() throws Exception {
        var untrusted = builder("untrusted").setIsCertificateAuthority(true).buildSelfSigned();
        Files.writeString(folder.resolve("untrusted.pem"), untrusted.getCertificatePEM());
        var setup = SidecarSetup.before(gateway.s3())
                .config("sluice.upstream.tls.ca-file = \"" + folder.resolve("untrusted.pem") + "\"");
        try (var wary = setup.start()) {
            var response = WireHttpClient.get(wary.s3().resolve("/bucket/key"));

            assertThat(response.status()).isEqualTo(502);
            assertThat(response.body()).contains("<Code>BadGateway</Code>");
            assertThat(wary.log()).contains("no TLS with the gateway");
        }
    }
}
