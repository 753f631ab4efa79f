package dev.sluice.it.bodies;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.it.harness.net.HopCertificate;
import dev.sluice.it.harness.net.RecordingHop;
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
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;

/**
 * The forms in which the AWS SDK signs uploads. Through a sidecar, radosgw accepts each signature and checksum. The form is
 * checked on the wire before the sidecar. One wrong byte proves that radosgw verifies.
 */
abstract class UploadFormsContract extends S3Fixture {
    /** More than one of the SDK's chunks of 128 KiB, and less. */
    private static final byte[] CONTENT = TestBytes.random(300_000, 8);

    private static final String IN_HEAD = "small";
    private static final String IN_BODY = "a tiny one";
    private static final byte[] SMALL = SigV4Signer.bytes(IN_BODY);
    private static final int BAD = 400;

    @TempDir
    static Path folder;

    private SidecarProcess sidecar;
    private RecordingHop plain;
    private RecordingHop tls;
    private HopCertificate certificate;

    abstract RgwRelease release();

    @Override
    protected S3Target open() {
        var backend = S3Backend.rgw(release());
        sidecar = SidecarSetup.before(backend.endpoints().get(0)).start();
        return new S3Target(sidecar.s3(), backend);
    }

    @BeforeAll
    void openHops() throws Exception {
        certificate = HopCertificate.create(folder);
        plain = RecordingHop.plain(target.endpoint());
        tls = RecordingHop.tls(target.endpoint(), certificate);
    }

    @AfterAll
    void closeHops() throws Exception {
        if (tls != null) {
            tls.close();
        }
        if (plain != null) {
            plain.close();
        }
        if (sidecar != null) {
            sidecar.close();
        }
    }

    @Test
    void wholeBodySignedInTheHeader() {
        try (var client = withoutTrailers(plain)
                .serviceConfiguration(c -> c.chunkedEncodingEnabled(false))
                .build()) {
            upload(client, "whole", CONTENT);
        }

        var head = head(plain, "whole");
        assertThat(head).contains("x-amz-content-sha256: " + TestBytes.sha256(CONTENT));
        assertThat(head).contains("\r\nauthorization: aws4-hmac-sha256 credential=");
        assertThat(head).doesNotContain("aws-chunked");
        assertArrived("whole", CONTENT);
    }

    @Test
    void presigned() throws Exception {
        var hopped = new S3Target(plain.endpoint(), target.backend());
        try (var presigner = hopped.presigner(target.backend().alice())) {
            var url = presigner
                    .presignPutObject(p -> p.signatureDuration(PRESIGNED)
                            .putObjectRequest(b -> b.bucket(bucket).key("presigned")))
                    .url()
                    .toURI();
            var response = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(url)
                                    .PUT(BodyPublishers.ofByteArray(CONTENT))
                                    .build(),
                            BodyHandlers.ofString());
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        }

        var head = head(plain, "presigned");
        assertThat(head).contains("&x-amz-signature=").contains("x-amz-algorithm=aws4-hmac-sha256");
        assertThat(head).doesNotContain("\r\nauthorization:");
        assertArrived("presigned", CONTENT);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 131_072, 300_000})
    void eachChunkSigned(int length) {
        var content = TestBytes.random(length, 9);
        var key = "signed-chunks-" + length;
        try (var client = withoutTrailers(plain).build()) {
            upload(client, key, content);
        }

        assertThat(head(plain, key))
                .contains("x-amz-content-sha256: streaming-aws4-hmac-sha256-payload\r\n")
                .contains("x-amz-decoded-content-length: " + length + "\r\n")
                .containsPattern("content-encoding: [^\r]*aws-chunked")
                .doesNotContain("x-amz-trailer");
        assertThat(body(plain, key)).matches("(?s)[0-9a-f]+;chunk-signature=[0-9a-f]{64}\r\n.*");
        assertArrived(key, content);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 131_072, 300_000})
    void eachChunkAndTheTrailerSigned(int length) {
        assumeAbility(Ability.TRAILING_CHECKSUMS);
        var content = TestBytes.random(length, 10);
        var key = "signed-trailer-" + length;
        try (var client = asItComes(plain).build()) {
            upload(client, key, content);
        }

        assertThat(head(plain, key))
                .contains("x-amz-content-sha256: streaming-aws4-hmac-sha256-payload-trailer\r\n")
                .contains("x-amz-trailer: x-amz-checksum-crc32\r\n")
                .containsPattern("content-encoding: [^\r]*aws-chunked");
        assertThat(body(plain, key))
                .matches("(?s)[0-9a-f]+;chunk-signature=[0-9a-f]{64}\r\n(.*\r\n)?"
                        + "x-amz-checksum-crc32:[^\r]+\r\nx-amz-trailer-signature:[0-9a-f]{64}\r\n\r\n.*");
        assertArrived(key, content);
    }

    /** What the SDK sends over TLS, which is terminated before the sidecar here. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 131_072, 300_000})
    void nothingButTheTrailersChecksum(int length) {
        assumeAbility(Ability.TRAILING_CHECKSUMS);
        var content = TestBytes.random(length, 11);
        var key = "unsigned-trailer-" + length;
        try (var client = asItComes(tls).build()) {
            upload(client, key, content);
        }

        assertThat(head(tls, key))
                .contains("x-amz-content-sha256: streaming-unsigned-payload-trailer\r\n")
                .contains("x-amz-trailer: x-amz-checksum-crc32\r\n")
                .containsPattern("content-encoding: [^\r]*aws-chunked");
        assertThat(body(tls, key))
                .doesNotContain("chunk-signature")
                .matches("(?s)[0-9a-f]+\r\n(.*\r\n)?x-amz-checksum-crc32:[^\r]+\r\n\r\n.*");
        assertArrived(key, content);
    }

    @ParameterizedTest
    @EnumSource(
            value = ChecksumAlgorithm.class,
            names = {"CRC32", "SHA1", "SHA256"})
    void otherChecksumsInTheTrailer(ChecksumAlgorithm algorithm) {
        assumeAbility(Ability.TRAILING_CHECKSUMS);
        var key = "trailer-" + algorithm;
        for (var hop : List.of(plain, tls)) {
            try (var client = asItComes(hop).build()) {
                client.putObject(
                        b -> b.bucket(bucket).key(key).checksumAlgorithm(algorithm), RequestBody.fromBytes(CONTENT));
            }

            var name = "x-amz-checksum-" + algorithm.name().toLowerCase(Locale.ROOT);
            assertThat(head(hop, key)).contains("x-amz-trailer: " + name + "\r\n");
            assertThat(body(hop, key)).contains("\r\n" + name + ":");
            assertArrived(key, CONTENT);
        }
    }

    @Test
    void parts_withChecksumsInTheirTrailers_makeOneObject() {
        assumeAbility(Ability.TRAILING_CHECKSUMS);
        try (var client = asItComes(tls).build()) {
            var upload = client.createMultipartUpload(
                            b -> b.bucket(bucket).key("in-parts").checksumAlgorithm(ChecksumAlgorithm.CRC32))
                    .uploadId();
            var etag = client.uploadPart(
                            b -> b.bucket(bucket)
                                    .key("in-parts")
                                    .uploadId(upload)
                                    .partNumber(1)
                                    .checksumAlgorithm(ChecksumAlgorithm.CRC32),
                            RequestBody.fromBytes(CONTENT))
                    .eTag();
            client.completeMultipartUpload(b -> b.bucket(bucket)
                    .key("in-parts")
                    .uploadId(upload)
                    .multipartUpload(m -> m.parts(p -> p.partNumber(1).eTag(etag))));
        }

        assertThat(tls.sent("PUT /" + bucket + "/in-parts?"))
                .containsIgnoringCase("\r\nx-amz-trailer: x-amz-checksum-crc32\r\n");
        assertArrived("in-parts", CONTENT);
    }

    @Test
    void oneWrongByte_isFound_inAWholeBody() throws Exception {
        assertLookedAt(signer().inHeader("PUT", path("wrong-whole"), "", lines(), SMALL), IN_BODY);
    }

    @ParameterizedTest
    @EnumSource(Chunks.class)
    void oneWrongByte_isFound_inChunks(Chunks form) throws Exception {
        if (form != Chunks.SIGNED) {
            assumeAbility(Ability.TRAILING_CHECKSUMS);
        }
        var signed = signer().inChunks(form, "PUT", path("wrong-" + form), "", lines(), SMALL);

        // radosgw 18.2 does not verify the checksum in an unsigned trailer; only the head is signed.
        assertLookedAt(signed, form == Chunks.UNSIGNED_WITH_TRAILER ? IN_HEAD : IN_BODY);
        assertLookedAt(signed, IN_HEAD);
    }

    private void assertLookedAt(Signed signed, String place) throws Exception {
        var head = "PUT " + signed.target() + " HTTP/1.1\r\n" + String.join("\r\n", signed.lines())
                + "\r\nContent-Length: " + signed.body().length + "\r\n\r\n";
        var request = head + new String(signed.body(), StandardCharsets.ISO_8859_1);

        assertThat(request).contains(place);
        assertThat(statusOf(request)).isEqualTo(200);
        assertThat(statusOf(request.replace(place, place.toUpperCase(Locale.ROOT))))
                .isGreaterThanOrEqualTo(BAD);
    }

    private SigV4Signer signer() {
        return new SigV4Signer(target.backend().alice(), Instant.now());
    }

    private String path(String key) {
        return "/" + bucket + "/" + key;
    }

    private List<String> lines() {
        return List.of("Host: " + target.endpoint().getAuthority(), "x-amz-meta-kind: " + IN_HEAD);
    }

    private int statusOf(String request) throws Exception {
        try (var http = WireHttpClient.connect(target.endpoint())) {
            http.send(SigV4Signer.bytes(request));
            return http.readResponse().status();
        }
    }

    private void upload(S3Client client, String key, byte[] content) {
        client.putObject(b -> b.bucket(bucket).key(key), RequestBody.fromBytes(content));
    }

    private void assertArrived(String key, byte[] content) {
        assertThat(s3.getObjectAsBytes(b -> b.bucket(bucket).key(key)).asByteArray())
                .isEqualTo(content);
    }

    /** In lower case, because case does not matter in names and in these values. */
    private String head(RecordingHop hop, String key) {
        var sent = sent(hop, key);
        return sent.substring(0, sent.indexOf("\r\n\r\n") + 2).toLowerCase(Locale.ROOT);
    }

    private String body(RecordingHop hop, String key) {
        var sent = sent(hop, key);
        return sent.substring(sent.indexOf("\r\n\r\n") + 4);
    }

    private String sent(RecordingHop hop, String key) {
        return hop.sent("PUT /" + bucket + "/" + key);
    }

    private S3ClientBuilder withoutTrailers(RecordingHop hop) {
        return asItComes(hop).requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED);
    }

    private S3ClientBuilder asItComes(RecordingHop hop) {
        return S3Client.builder()
                .endpointOverride(hop.endpoint())
                .region(Region.of("default"))
                .forcePathStyle(true)
                .credentialsProvider(target.backend().alice().provider())
                .overrideConfiguration(c -> c.retryStrategy(r -> r.maxAttempts(1)))
                .httpClientBuilder(Apache5HttpClient.builder().tlsTrustManagersProvider(certificate::trust));
    }
}
