package dev.sluice.it.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.sluice.it.harness.net.SteadyLoad;
import dev.sluice.it.harness.net.WireHttpClient;
import dev.sluice.it.harness.s3.RgwRelease;
import dev.sluice.it.harness.s3.RgwTestBed;
import dev.sluice.it.harness.s3.S3Backend;
import dev.sluice.it.harness.s3.S3Target;
import dev.sluice.it.harness.sidecar.SidecarCluster;
import dev.sluice.it.harness.sidecar.SidecarProcess;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;

/**
 * The rate limit of a real radosgw on one bucket, and the same limit of two sidecars on another: under the same load both
 * serve the same number of requests.
 */
class Rgw18BucketMeterIT {
    private static final String KEY = "object";
    /** So many that the bucket is empty. */
    private static final int REJECTED_EACH = 5;
    /** After both buckets were empty. */
    private static final int SECONDS = Boolean.getBoolean("sluice.strict") ? 40 : 4;

    private static final int CONNECTIONS = 8;
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final String name = "meter-" + Long.toHexString(new Random().nextLong());
    private final String ofGateway = name + "-gateway";
    private final String ofSidecars = name + "-sidecars";
    private S3Backend backend;
    private S3Target direct;
    private SidecarCluster sidecars;

    @BeforeEach
    void start() {
        SidecarProcess.jar();
        backend = S3Backend.rgw(RgwRelease.TRIXIE);
        direct = new S3Target(backend.endpoints().get(0), backend);
        try (var s3 = direct.client(backend.alice())) {
            for (var bucket : List.of(ofGateway, ofSidecars)) {
                s3.createBucket(b -> b.bucket(bucket));
                s3.putObject(b -> b.bucket(bucket).key(KEY), RequestBody.fromString("hello"));
            }
        }
        var bed = RgwTestBed.require(RgwRelease.TRIXIE);
        bed.ceph(
                "radosgw-admin",
                "ratelimit",
                "set",
                "--ratelimit-scope=bucket",
                "--bucket=" + ofGateway,
                "--max-read-ops=300");
        bed.ceph("radosgw-admin", "ratelimit", "enable", "--ratelimit-scope=bucket", "--bucket=" + ofGateway);
        sidecars = SidecarCluster.start(
                2, List.of(direct.endpoint()), "buckets { " + ofSidecars + " { read-ops = 300/min, meter = bucket } }");
    }

    @AfterEach
    void stop() {
        if (sidecars != null) {
            sidecars.close();
        }
        if (backend != null) {
            backend.close();
        }
    }

    @Test
    void bucketOfAMinute_admitsWhatRadosgwAdmits() throws Exception {
        List<SteadyLoad> toGateway = new ArrayList<>();
        List<SteadyLoad> toSidecars = new ArrayList<>();
        long endNanos;
        try {
            for (int i = 0; i < CONNECTIONS; i++) {
                toGateway.add(load(direct, ofGateway));
                toSidecars.add(load(new S3Target(sidecars.get(i % 2).s3(), backend), ofSidecars));
            }
            await().atMost(DEADLINE)
                    .until(() -> Stream.of(toGateway, toSidecars)
                            .flatMap(List::stream)
                            .allMatch(load -> load.rejected.sum() >= REJECTED_EACH));
            TimeUnit.SECONDS.sleep(SECONDS);
            endNanos = System.nanoTime();
        } finally {
            toGateway.forEach(SteadyLoad::close);
            toSidecars.forEach(SteadyLoad::close);
        }

        long byGateway = served(toGateway, endNanos);
        long bySidecars = served(toSidecars, endNanos);
        System.out.printf("300/min as a bucket: radosgw %d, two sidecars %d%n", byGateway, bySidecars);
        // Whenever its bucket became empty, each has admitted its depth and what flowed in since the first request.
        assertThat((double) bySidecars).isCloseTo(byGateway, within(0.02 * byGateway + 1));
    }

    private SteadyLoad load(S3Target target, String bucket) throws URISyntaxException {
        try (var presigner = target.presigner(backend.alice())) {
            URI url = presigner
                    .presignGetObject(p -> p.signatureDuration(Duration.ofMinutes(10))
                            .getObjectRequest(b -> b.bucket(bucket).key(KEY)))
                    .url()
                    .toURI();
            return SteadyLoad.start(target::endpoint, url.getAuthority(), WireHttpClient.target(url), 40);
        }
    }

    private static long served(List<SteadyLoad> loads, long untilNanos) {
        assertThat(loads).allSatisfy(load -> assertThat(load.others.sum()).isZero());
        return loads.stream()
                .flatMap(load -> load.servedNanos.stream())
                .filter(nanos -> nanos - untilNanos <= 0)
                .count();
    }
}
