package dev.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * One limit on two sidecars, each before a radosgw of its own where there is one: 200 reads a second for alice are 200
 * in all, however her load is spread.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClusterLimitIT {
    private static final int LIMIT = 200;
    private static final int RATE_EACH = 400;
    private static final Duration RUN = Duration.ofSeconds(20);
    /** What the meter without pacing admits before the others have heard of it. */
    private static final double BLIND_ERROR = 0.15;
    /** The same over all seconds, also those in which the machine was busy with something else and reports came late. */
    private static final double BLIND_ERROR_DISTURBED = 0.3;

    /** In which three JVMs compile, on the two processors that the gateways need too. */
    private static final int COLD_SECONDS = 4;

    /** When a second's admissions are read: before the next second's begin, long after its own are used up. */
    private static final long READ_AT_MILLIS = 900;

    private static final String OBJECT = "object";

    private final String bucket = "limit-" + Long.toHexString(System.nanoTime());
    private S3Backend backend;
    private SidecarProcess a;
    private SidecarProcess b;

    @BeforeAll
    void start() {
        SidecarProcess.jar();
        backend = S3Backend.best();
        var gateways = backend.endpoints();
        var setupA = SidecarSetup.before(gateways.get(0));
        var setupB = SidecarSetup.before(gateways.get(gateways.size() - 1));
        a = setupA.limits(limits("seed")).peers(setupB.sync()).start();
        b = setupB.limits(limits("seed")).peers(setupA.sync()).start();
        await().untilAsserted(() -> {
            assertThat(Admin.livePeers(a)).isEqualTo(1);
            assertThat(Admin.livePeers(b)).isEqualTo(1);
        });
        try (var bob = client(a, backend.bob())) {
            bob.createBucket(r -> r.bucket(bucket).acl("public-read"));
            bob.putObject(r -> r.bucket(bucket).key(OBJECT).acl("public-read"), RequestBody.fromString("hello"));
        }
    }

    @AfterAll
    void stop() {
        for (var closing : new AutoCloseable[] {a, b, backend}) {
            if (closing != null) {
                try {
                    closing.close();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
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

    private S3Client client(SidecarProcess sidecar, Keys keys) {
        return new S3Target(sidecar.s3(), backend).client(keys);
    }

    private void useMeter(String meter) {
        for (var sidecar : List.of(a, b)) {
            sidecar.writeLimits(limits(meter));
            await().untilAsserted(() -> assertThat(Admin.usage(sidecar)).doesNotContain(otherThan(meter)));
        }
    }

    private static String otherThan(String meter) {
        return meter.equals("seed") ? "\"meter\":\"window\"" : "\"meter\":\"seed\"";
    }

    @ParameterizedTest
    @ValueSource(strings = {"window", "seed"})
    void limitHolds_whenLoadIsSpreadOverBoth_andOthersAreUntouched(String meter) throws Exception {
        useMeter(meter);
        try (var alice1 = client(a, backend.alice());
                var alice2 = client(a, backend.aliceSecond());
                var alice3 = client(b, backend.alice());
                var alice4 = client(b, backend.aliceSecond());
                var bobClient = client(b, backend.bob());
                var throughA = new ReadLoad(List.of(alice1, alice2), bucket, OBJECT, RATE_EACH);
                var throughB = new ReadLoad(List.of(alice3, alice4), bucket, OBJECT, RATE_EACH);
                var bob = new ReadLoad(List.of(bobClient), bucket, OBJECT, 20)) {
            long startNanos = System.nanoTime();
            throughA.start(8);
            throughB.start(8);
            bob.start(1);
            var bySecond = admittedBySecond(throughA, throughB);
            throughA.close();
            throughB.close();
            bob.close();

            assertHeld(startNanos, bySecond, throughA, throughB);
            assertThat(throughA.admitted.sum()).isPositive();
            assertThat(throughB.admitted.sum()).isPositive();
            assertThat(bob.failures).isEmpty();
            assertThat(bob.rejected.sum()).isZero();
            assertThat(bob.admitted.sum()).isPositive();
        }
    }

    @Test
    void limitHolds_whenAllLoadGoesToOneSidecar_andBothKeysOfTheUserCount() throws Exception {
        useMeter("seed");
        try (var alice1 = client(a, backend.alice());
                var alice2 = client(a, backend.aliceSecond());
                var first = new ReadLoad(List.of(alice1), bucket, OBJECT, RATE_EACH);
                var second = new ReadLoad(List.of(alice2), bucket, OBJECT, RATE_EACH)) {
            long startNanos = System.nanoTime();
            first.start(8);
            second.start(8);
            var bySecond = admittedBySecond(first, second);
            first.close();
            second.close();

            assertHeld(startNanos, bySecond, first, second);
            assertThat(first.admitted.sum()).isPositive();
            assertThat(second.admitted.sum()).isPositive();
        }
    }

    /** Lets the loads run, and counts what was admitted in each whole second of the wall clock, once they are warm. */
    private static List<Long> admittedBySecond(ReadLoad... loads) throws InterruptedException {
        var bySecond = new ArrayList<Long>();
        long before = -1;
        long endMillis = System.currentTimeMillis() + RUN.toMillis();
        while (System.currentTimeMillis() < endMillis) {
            long intoSecond = Math.floorMod(System.currentTimeMillis() - READ_AT_MILLIS, 1000);
            TimeUnit.MILLISECONDS.sleep(1000 - intoSecond);
            long now =
                    Arrays.stream(loads).mapToLong(load -> load.admitted.sum()).sum();
            if (before >= 0) {
                bySecond.add(now - before);
            }
            before = now;
        }
        return bySecond.subList(COLD_SECONDS, bySecond.size());
    }

    private static long median(List<Long> counts) {
        return counts.stream().sorted().toList().get(counts.size() / 2);
    }

    /** Counted by seconds: the median second says how well the limit is held. */
    private void assertHeld(long startNanos, List<Long> bySecond, ReadLoad... loads) {
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        long offered = 0;
        long admitted = 0;
        long rejected = 0;
        for (var load : loads) {
            assertThat(load.failures).isEmpty();
            offered += load.offered.sum();
            admitted += load.admitted.sum();
            rejected += load.rejected.sum();
        }
        long median = median(bySecond);
        System.out.printf(
                "%.1f s: %d offered, %d admitted (%.1f/s of %d/s; median second %d), %d rejected%n",
                seconds, offered, admitted, admitted / seconds, LIMIT, median, rejected);
        assertThat(offered).isEqualTo(admitted + rejected);
        assertThat((double) median).as("by second: %s", bySecond).isLessThanOrEqualTo(LIMIT * (1 + BLIND_ERROR));
        assertThat(admitted / seconds).isLessThanOrEqualTo(LIMIT * (1 + BLIND_ERROR_DISTURBED));
        boolean overloaded = offered / seconds > 1.5 * LIMIT;
        Skip.unless(overloaded, "this machine offers only " + Math.round(offered / seconds) + " reads a second");
        assertThat((double) median).as("by second: %s", bySecond).isGreaterThanOrEqualTo(LIMIT * (1 - BLIND_ERROR));
    }
}
