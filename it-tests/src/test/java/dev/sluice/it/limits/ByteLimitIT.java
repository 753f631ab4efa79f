package dev.sluice.it.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.it.harness.net.TimedTransfer;
import dev.sluice.it.harness.s3.S3Backend;
import dev.sluice.it.harness.s3.S3Fixture;
import dev.sluice.it.harness.s3.S3Target;
import dev.sluice.it.harness.s3.TestBytes;
import dev.sluice.it.harness.sidecar.SidecarCluster;
import dev.sluice.it.harness.sidecar.SidecarProcess;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Limits on bytes on three sidecars. The transfers of one user share 40 MiB/s of reads and 20 MiB/s of writes over all
 * sidecars, and none stands still. With {@code -Dsluice.strict=true}: to within 5 %, and no longer than a second.
 */
@Isolated
class ByteLimitIT extends S3Fixture {
    private static final boolean STRICT = Boolean.getBoolean("sluice.strict");
    private static final long READ_RATE = 40L * TestBytes.MIB;
    private static final long WRITE_RATE = 20L * TestBytes.MIB;
    private static final long FROM_SECONDS = 2;
    private static final long TO_SECONDS = STRICT ? 22 : 10;
    /** Each transfer lasts slightly longer than the measured time. */
    private static final long READ_SIZE = READ_RATE / 2 * (TO_SECONDS + 3);

    private static final long WRITE_SIZE = WRITE_RATE / 2 * (TO_SECONDS + 3);

    private SidecarCluster sidecars;

    @Override
    protected S3Target open() {
        SidecarProcess.jar();
        var backend = S3Backend.rgw();
        return new S3Target(backend.endpoints().get(0), backend);
    }

    private void startSidecars() {
        var backend = target.backend();
        var limits = """
                users { alice { read-bytes = %d B/s, write-bytes = %d B/s } }
                access-keys { %s = alice, %s = alice }
                """.formatted(
                        READ_RATE,
                        WRITE_RATE,
                        backend.alice().accessKey(),
                        backend.aliceSecond().accessKey());
        sidecars = SidecarCluster.start(3, backend.endpoints(), limits);
    }

    @AfterAll
    void stopSidecars() {
        if (sidecars != null) {
            sidecars.close();
        }
    }

    /** Presigned URLs made meanwhile point to that sidecar. */
    private URI via(int sidecar, Callable<URI> presigned) throws Exception {
        var direct = target;
        target = new S3Target(sidecars.get(sidecar).s3(), direct.backend());
        try {
            return presigned.call();
        } finally {
            target = direct;
        }
    }

    @Test
    void transfersThroughThreeSidecars_shareTheLimit() throws Exception {
        long before = System.nanoTime();
        var sent = new TimedTransfer(before, 1).put(presignedPut("source"), READ_SIZE, 7);
        startSidecars();

        var first = via(0, () -> presignedGet("source"));
        var second = via(1, () -> presignedGet("source"));
        var third = via(1, () -> presignedPut("one"));
        var fourth = via(2, () -> presignedPut("two"));
        long begin = System.nanoTime();
        var reads = List.of(new TimedTransfer(begin, TO_SECONDS), new TimedTransfer(begin, TO_SECONDS));
        var writes = List.of(new TimedTransfer(begin, TO_SECONDS), new TimedTransfer(begin, TO_SECONDS));
        List<Callable<String>> all = List.of(
                () -> reads.get(0).get(first),
                () -> reads.get(1).get(second),
                () -> writes.get(0).put(third, WRITE_SIZE, 8),
                () -> writes.get(1).put(fourth, WRITE_SIZE, 9));
        var pool = Executors.newFixedThreadPool(all.size());
        var sums = new ArrayList<String>();
        try {
            for (Future<String> done : pool.invokeAll(all)) {
                sums.add(done.get());
            }
        } finally {
            pool.shutdownNow();
        }

        assertThat(sums.subList(0, 2)).containsOnly(sent);
        assertThat(List.of(etag("one"), etag("two"))).isEqualTo(sums.subList(2, 4));
        assertHeld("read", READ_RATE, reads);
        assertHeld("written", WRITE_RATE, writes);
    }

    private String etag(String key) {
        return s3.headObject(b -> b.bucket(bucket).key(key)).eTag().replace("\"", "");
    }

    private static void assertHeld(String what, long perSecond, List<TimedTransfer> transfers) {
        double due = perSecond * (double) (TO_SECONDS - FROM_SECONDS);
        double sum = transfers.stream()
                .mapToLong(t -> t.between(FROM_SECONDS, TO_SECONDS))
                .sum();
        double stall = transfers.stream()
                .mapToDouble(TimedTransfer::longestStallSeconds)
                .max()
                .orElseThrow();
        System.out.printf(
                "%s: %.2f MiB/s, %+.2f %% of the limit; %s of it each; longest stall %.0f ms%n",
                what,
                sum / (TO_SECONDS - FROM_SECONDS) / TestBytes.MIB,
                100 * (sum / due - 1),
                transfers.stream()
                        .map(t -> String.format("%.1f %%", 100 * t.between(FROM_SECONDS, TO_SECONDS) / due))
                        .toList(),
                1_000 * stall);
        assertThat(sum).isLessThan(due * (STRICT ? 1.05 : 1.15));
        if (STRICT) {
            assertThat(sum).isGreaterThan(due * 0.95);
            assertThat(stall).isLessThan(1);
        }
        // A transfer that is never resumed ends in an error earlier.
        assertThat(sum).isGreaterThan(due * 0.2);
    }
}
