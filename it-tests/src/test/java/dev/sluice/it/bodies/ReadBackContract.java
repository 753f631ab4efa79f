package dev.sluice.it.bodies;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.it.harness.net.WireHttpClient;
import dev.sluice.it.harness.net.WireHttpClient.WireResponse;
import dev.sluice.it.harness.s3.RgwRelease;
import dev.sluice.it.harness.s3.S3Backend;
import dev.sluice.it.harness.s3.S3Fixture;
import dev.sluice.it.harness.s3.S3Target;
import dev.sluice.it.harness.s3.SigV4Signer;
import dev.sluice.it.harness.s3.SigV4Signer.Signed;
import dev.sluice.it.harness.sidecar.SidecarProcess;
import dev.sluice.it.harness.sidecar.SidecarSetup;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.BucketCannedACL;

/** Whatever radosgw accepts through the sidecar can be read back through it, however large the response's head is. */
abstract class ReadBackContract extends S3Fixture {
    private static final int OK = 200;
    private static final String CONTENT = "content";

    private SidecarProcess sidecar;

    abstract RgwRelease release();

    @Override
    protected S3Target open() {
        var backend = S3Backend.rgw(release());
        sidecar = SidecarSetup.before(backend.endpoints().get(0)).start();
        return new S3Target(sidecar.s3(), backend);
    }

    @AfterAll
    void closeSidecar() throws Exception {
        if (sidecar != null) {
            sidecar.close();
        }
    }

    @Test
    void metadataInManyHeaders_comesBack() throws Exception {
        var lines = IntStream.range(0, 400)
                .mapToObj(i -> "x-amz-meta-" + i + ": " + i)
                .toList();

        assertThat(put("many", lines).status()).isEqualTo(OK);

        var response = get("many", List.of());
        assertThat(response.status()).isEqualTo(OK);
        assertThat(response.body()).isEqualTo(CONTENT);
        assertThat(response.headers()).containsEntry("x-amz-meta-0", "0").containsEntry("x-amz-meta-399", "399");
    }

    @Test
    void metadataInOneLargeHeader_comesBack() throws Exception {
        var large = "m".repeat(15_000);

        assertThat(put("large", List.of("x-amz-meta-large: " + large)).status()).isEqualTo(OK);

        assertThat(get("large", List.of()).header("x-amz-meta-large")).isEqualTo(large);
    }

    @Test
    void metadataInFieldsOfAForm_comesBack() throws Exception {
        s3.putBucketAcl(b -> b.bucket(bucket).acl(BucketCannedACL.PUBLIC_READ_WRITE));
        var fields = new ArrayList<String>();
        fields.add(field("key", "form"));
        IntStream.range(0, 600).forEach(i -> fields.add(field("x-amz-meta-" + i, "" + i)));
        IntStream.range(600, 603).forEach(i -> fields.add(field("x-amz-meta-" + i, "v".repeat(60_000))));
        fields.add("--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n" + CONTENT
                + "\r\n--B--\r\n");
        var form = String.join("", fields);

        var posted = exchange("POST /" + bucket + " HTTP/1.1\r\nHost: " + host()
                + "\r\nContent-Type: multipart/form-data; boundary=B\r\nContent-Length: " + form.length() + "\r\n\r\n"
                + form);
        assertThat(posted.status()).isEqualTo(204);

        var response = get("form", List.of());
        assertThat(response.status()).isEqualTo(OK);
        assertThat(response.header("x-amz-meta-599")).isEqualTo("599");
        assertThat(response.header("x-amz-meta-602")).hasSize(60_000);
    }

    @Test
    void headersThatCorsRulesExpose_comeBack() throws Exception {
        var exposed = IntStream.range(0, 5_000).mapToObj(i -> "x-amz-meta-" + i).toList();
        s3.putBucketCors(b -> b.bucket(bucket)
                .corsConfiguration(c -> c.corsRules(
                        r -> r.allowedOrigins("*").allowedMethods("GET").exposeHeaders(exposed))));
        assertThat(put("cors", List.of()).status()).isEqualTo(OK);

        var response = get("cors", List.of("Origin: http://example.com"));

        assertThat(response.status()).isEqualTo(OK);
        assertThat(response.header("access-control-expose-headers").split(",")).hasSize(exposed.size());
    }

    @Test
    void keyOfTheLargestSize_comesBack_withTags() throws Exception {
        var key = "k".repeat(1024);
        var tags = IntStream.range(0, 10)
                .mapToObj(i -> ("t" + i).repeat(30) + "=" + "v".repeat(250))
                .collect(joining("&"));

        assertThat(put(key, List.of("x-amz-tagging: " + tags)).status()).isEqualTo(OK);

        assertThat(get(key, List.of()).body()).isEqualTo(CONTENT);
        assertThat(s3.getObjectTagging(b -> b.bucket(bucket).key(key)).tagSet()).hasSize(10);
    }

    private static String field(String name, String value) {
        return "--B\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
    }

    private String host() {
        return target.endpoint().getAuthority();
    }

    private WireResponse put(String key, List<String> lines) throws Exception {
        return signed("PUT", key, lines, CONTENT);
    }

    private WireResponse get(String key, List<String> lines) throws Exception {
        return signed("GET", key, lines, "");
    }

    private WireResponse signed(String method, String key, List<String> more, String body) throws Exception {
        var lines = new ArrayList<>(List.of("Host: " + host()));
        lines.addAll(more);
        Signed signed = new SigV4Signer(target.backend().alice(), Instant.now())
                .inHeader(method, "/" + bucket + "/" + key, "", lines, SigV4Signer.bytes(body));
        return exchange(method + " " + signed.target() + " HTTP/1.1\r\n" + String.join("\r\n", signed.lines())
                + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }

    private WireResponse exchange(String request) throws Exception {
        try (var http = WireHttpClient.connect(target.endpoint())) {
            http.send(request);
            return http.readResponse();
        }
    }
}
