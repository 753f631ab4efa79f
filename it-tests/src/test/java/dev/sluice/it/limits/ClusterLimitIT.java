package dev.sluice.it.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.it.harness.process.Prerequisite;
import dev.sluice.it.harness.s3.ReadLoadGenerator;
import dev.sluice.it.harness.s3.S3Backend;
import dev.sluice.it.harness.s3.S3Credentials;
import dev.sluice.it.harness.s3.S3Target;
import dev.sluice.it.harness.sidecar.SidecarCluster;
import dev.sluice.it.harness.sidecar.SidecarProcess;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * One limit on two sidecars, each before its own radosgw where the machine has one. 200 reads a second for alice are 200 in
 * total, for any distribution of her load.
 */
@Isolated
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClusterLimitIT {
    private static final int LIMIT = 200;
    private static final int RATE_EACH = 400;
    /** Doubled if the machine is too slow to offer enough. */
    private static final Duration RUN = Duration.ofSeconds(6);

    /** The load in multiples of the limit, for cases that check both bounds. */
    private static final double ENOUGH = 1.5;

    /** A run ends this long before its last second ends, so that no admission falls into the next. */
    private static final Duration MARGIN = Duration.ofMillis(150);

    /** What the meter without pacing admits before the others receive its reports. */
    private static final double UNSYNCHRONISED_ERROR = 0.15;

    private static final String OBJECT = "object";

    private final String bucket = "limit-" + Long.toHexString(System.nanoTime());
    private S3Backend backend;
    private SidecarCluster sidecars;
    private SidecarProcess a;
    private SidecarProcess b;

    @BeforeAll
    void startBackend() {
        SidecarProcess.jar();
        backend = S3Backend.best();
        try (var bob = new S3Target(backend.endpoints().get(0), backend).client(backend.bob())) {
            bob.createBucket(r -> r.bucket(bucket).acl("public-read"));
            bob.putObject(r -> r.bucket(bucket).key(OBJECT).acl("public-read"), RequestBody.fromString("hello"));
        }
    }

    private void startSidecars(String meter) {
        sidecars = SidecarCluster.start(2, backend.endpoints(), limits(meter));
        a = sidecars.get(0);
        b = sidecars.get(1);
    }

    @AfterEach
    void stopSidecars() {
        if (sidecars != null) {
            sidecars.close();
        }
    }

    @AfterAll
    void stopBackend() {
        if (backend != null) {
            backend.close();
        }
    }

    private String limits(String meter) {
        return """
                defaults { meter = %s }
                users { alice { read-ops = %d/s } }
                access-keys { %s = alice, %s = alice, %s = bob }
                """.formatted(
                        meter,
                        LIMIT,
                        backend.alice().accessKey(),
                        backend.aliceSecond().accessKey(),
                        backend.bob().accessKey());
    }

    private S3Client client(SidecarProcess sidecar, S3Credentials keys) {
        return new S3Target(sidecar.s3(), backend).client(keys);
    }

    /** The seed meter resets at each second of the wall clock, so a run must start and end at one. */
    private static void awaitWholeSecond() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(1000 - Math.floorMod(System.currentTimeMillis(), 1000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"window", "seed"})
    void limitHolds_whenLoadIsSpreadOverBoth_andOthersAreUntouched(String meter) throws Exception {
        startSidecars(meter);
        try (var alice1 = client(a, backend.alice());
                var alice2 = client(a, backend.aliceSecond());
                var alice3 = client(b, backend.alice());
                var alice4 = client(b, backend.aliceSecond());
                var bobClient = client(b, backend.bob());
                var throughA = new ReadLoadGenerator(List.of(alice1, alice2), bucket, OBJECT, RATE_EACH);
                var throughB = new ReadLoadGenerator(List.of(alice3, alice4), bucket, OBJECT, RATE_EACH);
                var bob = new ReadLoadGenerator(List.of(bobClient), bucket, OBJECT, 20)) {
            awaitWholeSecond();
            throughA.start(8);
            throughB.start(8);
            bob.start(1);
            var run = run(throughA, throughB);
            throughA.close();
            throughB.close();
            bob.close();

            assertHeld(run, throughA, throughB);
            assertThat(throughA.admitted.sum()).isPositive();
            assertThat(throughB.admitted.sum()).isPositive();
            assertThat(bob.failures).isEmpty();
            assertThat(bob.rejected.sum()).isZero();
            assertThat(bob.admitted.sum()).isPositive();
        }
    }

    @Test
    void limitHolds_whenAllLoadGoesToOneSidecar_andBothKeysOfTheUserCount() throws Exception {
        startSidecars("seed");
        try (var alice1 = client(a, backend.alice());
                var alice2 = client(a, backend.aliceSecond());
                var first = new ReadLoadGenerator(List.of(alice1), bucket, OBJECT, RATE_EACH);
                var second = new ReadLoadGenerator(List.of(alice2), bucket, OBJECT, RATE_EACH)) {
            awaitWholeSecond();
            first.start(8);
            second.start(8);
            var run = run(first, second);
            first.close();
            second.close();

            assertHeld(run, first, second);
            assertThat(first.admitted.sum()).isPositive();
            assertThat(second.admitted.sum()).isPositive();
        }
    }

    /** Runs the loads and returns the elapsed time. */
    private static Duration run(ReadLoadGenerator first, ReadLoadGenerator second) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(RUN.minus(MARGIN).toNanos());
        if (first.offered.sum() + second.offered.sum() > ENOUGH * LIMIT * RUN.toSeconds()) {
            return RUN;
        }
        TimeUnit.NANOSECONDS.sleep(RUN.toNanos());
        return RUN.multipliedBy(2);
    }

    /** If the machine offered too little, only the upper bound is checked. */
    private void assertHeld(Duration run, ReadLoadGenerator... loads) {
        double seconds = run.toSeconds();
        long offered = 0;
        long admitted = 0;
        long rejected = 0;
        for (var load : loads) {
            assertThat(load.failures).isEmpty();
            offered += load.offered.sum();
            admitted += load.admitted.sum();
            rejected += load.rejected.sum();
        }
        System.out.printf(
                "%.1f s: %d offered, %d admitted (%.1f/s of %d/s), %d rejected%n",
                seconds, offered, admitted, admitted / seconds, LIMIT, rejected);
        assertThat(offered).isEqualTo(admitted + rejected);
        assertThat(admitted / seconds).isLessThanOrEqualTo(LIMIT * (1 + UNSYNCHRONISED_ERROR));
        boolean overloaded = offered / seconds > ENOUGH * LIMIT;
        Prerequisite.require(
                overloaded, "this machine offers only " + Math.round(offered / seconds) + " reads a second");
        assertThat(admitted / seconds).isGreaterThanOrEqualTo(LIMIT * (1 - UNSYNCHRONISED_ERROR));
    }
}
