package dev.sluice.it.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.it.harness.process.Prerequisite;
import dev.sluice.it.harness.s3.ReadLoadGenerator;
import dev.sluice.it.harness.s3.S3Backend;
import dev.sluice.it.harness.s3.S3Fixture;
import dev.sluice.it.harness.s3.S3Target;
import dev.sluice.it.harness.sidecar.SidecarCluster;
import dev.sluice.it.harness.sidecar.SidecarProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * A limit on reads on three sidecars, each before its own radosgw. The load is three times the limit, and uneven: six
 * tenths go to one sidecar, one tenth to another. With {@code -Dsluice.strict=true} it runs for 30 s, the rate must be
 * within 3 %, and no sliding second may exceed the limit by more than 15 %.
 */
@Isolated
class ThreeSidecarsIT extends S3Fixture {
    private static final int LIMIT = 200;
    private static final List<Integer> RATES = List.of(360, 180, 60);
    private static final boolean STRICT = Boolean.getBoolean("sluice.strict");
    private static final int WARM_UP_SECONDS = 3;
    private static final int SECONDS = STRICT ? 30 : 6;
    private static final String OBJECT = "object";

    private SidecarCluster sidecars;
    private S3Client sdk;

    @Override
    protected S3Target open() {
        SidecarProcess.jar();
        var backend = S3Backend.rgw();
        return new S3Target(backend.endpoints().get(0), backend);
    }

    private void startSidecars() {
        var backend = target.backend();
        var limits = """
                users { alice { read-ops = %d/s } }
                access-keys { %s = alice, %s = alice }
                """.formatted(
                LIMIT, backend.alice().accessKey(), backend.aliceSecond().accessKey());
        sidecars = SidecarCluster.start(RATES.size(), backend.endpoints(), limits);
    }

    @AfterAll
    void stopSidecars() {
        if (sdk != null) {
            sdk.close();
        }
        if (sidecars != null) {
            sidecars.close();
        }
    }

    @Test
    void limitHolds_underUnevenLoad() throws Exception {
        s3.putObject(b -> b.bucket(bucket).key(OBJECT), RequestBody.fromString("hello"));
        startSidecars();

        List<ReadLoadGenerator> loads = new ArrayList<>();
        long begin;
        try {
            for (int i = 0; i < RATES.size(); i++) {
                loads.add(load(i).start(8));
            }
            begin = System.nanoTime() + TimeUnit.SECONDS.toNanos(WARM_UP_SECONDS);
            TimeUnit.SECONDS.sleep(WARM_UP_SECONDS + SECONDS);
        } finally {
            loads.forEach(ReadLoadGenerator::close);
        }

        assertThat(loads).allSatisfy(load -> assertThat(load.failures).isEmpty());
        long offered = loads.stream().mapToLong(load -> load.offered.sum()).sum();
        Prerequisite.require(
                offered > 1.5 * LIMIT * (WARM_UP_SECONDS + SECONDS), "this machine offers only " + offered + " reads");
        long end = begin + TimeUnit.SECONDS.toNanos(SECONDS);
        long[] times = loads.stream()
                .flatMap(load -> load.admittedNanos.stream())
                .mapToLong(nanos -> nanos)
                .filter(nanos -> nanos - begin >= 0 && nanos - end < 0)
                .sorted()
                .toArray();
        double off = 100.0 * times.length / LIMIT / SECONDS - 100;
        double worst = 100.0 * SlidingPeriod.most(times, TimeUnit.SECONDS.toNanos(1)) / LIMIT - 100;
        System.out.printf(
                "%d s: %d offered; %+.2f %% of the limit, %+.1f %% in the worst second; admitted by each: %s%n",
                SECONDS,
                offered,
                off,
                worst,
                loads.stream().map(load -> load.admitted.sum()).toList());
        assertThat(off).isBetween(STRICT ? -3.0 : -30, STRICT ? 3.0 : 15);
        assertThat(worst).isLessThan(STRICT ? 15 : 60);
    }

    /** The smallest load comes from an SDK. */
    private ReadLoadGenerator load(int sidecar) throws Exception {
        var through = new S3Target(sidecars.get(sidecar).s3(), target.backend());
        int rate = RATES.get(sidecar);
        if (sidecar == RATES.size() - 1) {
            sdk = through.client(target.backend().alice());
            return new ReadLoadGenerator(List.of(sdk), bucket, OBJECT, rate);
        }
        try (var presigner = through.presigner(target.backend().aliceSecond())) {
            var presigned = presigner.presignGetObject(p -> p.signatureDuration(PRESIGNED)
                    .getObjectRequest(b -> b.bucket(bucket).key(OBJECT)));
            return new ReadLoadGenerator(presigned.url().toURI(), rate);
        }
    }
}
