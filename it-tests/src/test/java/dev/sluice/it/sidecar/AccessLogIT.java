package dev.sluice.it.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.sluice.it.harness.net.WireHttpClient;
import dev.sluice.it.harness.s3.RgwOpsLog;
import dev.sluice.it.harness.s3.RgwRelease;
import dev.sluice.it.harness.s3.RgwTestBed;
import dev.sluice.it.harness.s3.S3Backend;
import dev.sluice.it.harness.s3.S3Fixture;
import dev.sluice.it.harness.s3.S3Target;
import dev.sluice.it.harness.sidecar.SidecarProcess;
import dev.sluice.it.harness.sidecar.SidecarSetup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;

/** The access log of a sidecar before a real radosgw, joined with radosgw's own log by the id of the response. */
class AccessLogIT extends S3Fixture {
    private static final List<String> SAME =
            List.of("bucket", "user", "operation", "http_status", "error_code", "bytes_sent");

    /** The sizes of a few chunks with their ends of lines, and the last chunk. */
    private static final long CHUNK_FRAMING_MAX = 64;

    @TempDir
    static Path directory;

    private SidecarProcess sidecar;

    @Override
    protected S3Target open() {
        S3Backend backend = S3Backend.rgw();
        sidecar = SidecarSetup.before(backend.endpoints().get(0))
                .limits("access-keys { %s = alice, %s = alice, %s = bob }, users { bob { read-ops = 0/s } }"
                        .formatted(
                                backend.alice().accessKey(),
                                backend.aliceSecond().accessKey(),
                                backend.bob().accessKey()))
                .config("sluice.access-log.file = \"" + log() + "\"")
                .start();
        return new S3Target(sidecar.s3(), backend);
    }

    @AfterAll
    void closeSidecar() {
        if (sidecar != null) {
            sidecar.close();
        }
    }

    private static Path log() {
        return directory.resolve("access.log");
    }

    private static List<Config> entries() throws IOException {
        return Files.readAllLines(log()).stream()
                .map(ConfigFactory::parseString)
                .toList();
    }

    @Test
    void entries_joinThoseOfRgw() throws Exception {
        Map<String, Config> ofRgw = new ConcurrentHashMap<>();
        try (RgwOpsLog opsLog = RgwOpsLog.of(RgwTestBed.require(RgwRelease.HOST))) {
            put("dir/a key", "hello");
            assertThat(text("dir/a key")).isEqualTo("hello");
            s3.headObject(b -> b.bucket(bucket).key("dir/a key"));
            s3.listObjectsV2(b -> b.bucket(bucket).prefix("dir/"));
            s3.copyObject(b -> b.sourceBucket(bucket)
                    .sourceKey("dir/a key")
                    .destinationBucket(bucket)
                    .destinationKey("c"));
            String upload =
                    s3.createMultipartUpload(b -> b.bucket(bucket).key("parts")).uploadId();
            s3.uploadPart(
                    b -> b.bucket(bucket).key("parts").uploadId(upload).partNumber(1), RequestBody.fromString("part"));
            s3.listParts(b -> b.bucket(bucket).key("parts").uploadId(upload));
            s3.listMultipartUploads(b -> b.bucket(bucket));
            s3.abortMultipartUpload(b -> b.bucket(bucket).key("parts").uploadId(upload));
            s3.getBucketVersioning(b -> b.bucket(bucket));
            s3.getBucketAcl(b -> b.bucket(bucket));
            s3.getObjectTagging(b -> b.bucket(bucket).key("c"));
            s3.deleteObjects(b -> b.bucket(bucket).delete(d -> d.objects(id("c"))));
            s3.deleteObject(b -> b.bucket(bucket).key("dir/a key"));
            WireHttpClient.WireResponse missing = WireHttpClient.get(presignedGet("missing"));
            assertThat(missing.status()).isEqualTo(404);

            await().until(() -> entries().stream()
                    .anyMatch(entry -> entry.getString("trans_id").equals(missing.header("x-amz-request-id"))));
            await().until(() -> {
                opsLog.lines().stream()
                        .map(ConfigFactory::parseString)
                        .forEach(entry -> ofRgw.put(entry.getString("trans_id"), entry));
                return ofRgw.containsKey(missing.header("x-amz-request-id"));
            });
        }

        int joined = 0;
        Map<String, String> differences = new HashMap<>();
        for (Config entry : entries()) {
            Config other = ofRgw.get(entry.getString("trans_id"));
            if (other == null) {
                continue;
            }
            joined++;
            for (String field : SAME) {
                String ours = entry.getString(field);
                if (!isSame(field, ours, other.getString(field))) {
                    differences.put(entry.getString("uri") + " " + field, ours + " is " + other.getString(field));
                }
            }
        }
        System.out.println(joined + " entries joined with radosgw's");
        assertThat(differences).isEmpty();
        assertThat(joined).isGreaterThanOrEqualTo(16);
    }

    /** RGW calls a response without content an error, and counts what frames the chunks of a body. */
    private static boolean isSame(String field, String ours, String ofRgw) {
        return switch (field) {
            case "error_code" -> ours.equals(ofRgw.equals("NoContent") ? "" : ofRgw);
            case "bytes_sent" -> {
                long framing = Long.parseLong(ofRgw) - Long.parseLong(ours);
                yield framing >= 0 && framing <= CHUNK_FRAMING_MAX;
            }
            default -> ours.equals(ofRgw);
        };
    }

    @Test
    void rejection_isInTheSidecarsLogAlone() throws Exception {
        String id;
        try (var presigner = target.presigner(target.backend().bob())) {
            id = WireHttpClient.get(presigner
                            .presignGetObject(p -> p.signatureDuration(PRESIGNED)
                                    .getObjectRequest(b -> b.bucket(bucket).key("x")))
                            .url()
                            .toURI())
                    .header("x-amz-request-id");
        }

        await().until(() ->
                entries().stream().anyMatch(entry -> entry.getString("trans_id").equals(id)));

        Config entry = entries().stream()
                .filter(line -> line.getString("trans_id").equals(id))
                .findFirst()
                .orElseThrow();
        assertThat(entry.getString("verdict")).isEqualTo("rejected");
        assertThat(entry.getString("user")).isEqualTo("bob");
        assertThat(entry.getString("limit")).isEqualTo("user bob read-ops = 0/s");
        assertThat(Files.readString(log()))
                .doesNotContain(target.backend().bob().accessKey())
                .doesNotContain(target.backend().aliceSecond().accessKey())
                .doesNotContain("Signature");
    }
}
