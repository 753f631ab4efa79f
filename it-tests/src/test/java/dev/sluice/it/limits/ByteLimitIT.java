package dev.sluice.it.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.it.harness.net.TimedTransfer;
import dev.sluice.it.harness.net.WireHttpClient;
import dev.sluice.it.harness.s3.S3Backend;
import dev.sluice.it.harness.s3.S3Fixture;
import dev.sluice.it.harness.s3.S3Target;
import dev.sluice.it.harness.s3.TestBytes;
import dev.sluice.it.harness.sidecar.AdminPort;
import dev.sluice.it.harness.sidecar.SidecarCluster;
import dev.sluice.it.harness.sidecar.SidecarProcess;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Limits on bytes on three sidecars. The transfers of one user share 40 MiB/s of reads and 20 MiB/s of writes over all
 * sidecars, and none stands still. With {@code -Dsluice.strict=true}: to within 5 %, and no longer than a second.
 *
 * <p>Reads are measured at the clients. Of writes counts what the sidecars have passed on: a client writes into the buffers of
 * two sockets as well, and the kernel lets these grow to dozens of MiB for a connection that is held back.
 *
 * <p>Alice is proven at each sidecar before: an upload that isn't is charged when RGW responds, which is at its end.
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
        put("small", "x");
        startSidecars();
        for (int i = 0; i < 3; i++) {
            assertThat(WireHttpClient.get(via(i, () -> presignedGet("small"))).status())
                    .isEqualTo(200);
        }

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
        var clock = Executors.newSingleThreadScheduledExecutor();
        var sums = new ArrayList<String>();
        PassedOn from;
        PassedOn to;
        try {
            var atFrom = clock.schedule(this::uploaded, FROM_SECONDS, TimeUnit.SECONDS);
            var atTo = clock.schedule(this::uploaded, TO_SECONDS, TimeUnit.SECONDS);
            for (Future<String> done : pool.invokeAll(all)) {
                sums.add(done.get());
            }
            from = atFrom.get();
            to = atTo.get();
        } finally {
            pool.shutdownNow();
            clock.shutdownNow();
        }

        assertThat(sums.subList(0, 2)).containsOnly(sent);
        assertThat(List.of(etag("one"), etag("two"))).isEqualTo(sums.subList(2, 4));
        double readSeconds = TO_SECONDS - FROM_SECONDS;
        assertHeld("read", READ_RATE, sum(reads), readSeconds);
        assertHeld("written", WRITE_RATE, to.bytes() - from.bytes(), (to.nanos() - from.nanos()) * 1e-9);
        assertNoneStands(reads);
        assertNoneStands(writes);
    }

    /** What all sidecars together have passed on to the gateway of uploads, and when. */
    private record PassedOn(double bytes, long nanos) {}

    private PassedOn uploaded() {
        double bytes = 0;
        for (int i = 0; i < 3; i++) {
            bytes += AdminPort.metric(sidecars.get(i), "sluice_bytes_total{direction=\"upload\"}");
        }
        return new PassedOn(bytes, System.nanoTime());
    }

    private static double sum(List<TimedTransfer> transfers) {
        return transfers.stream()
                .mapToLong(transfer -> transfer.between(FROM_SECONDS, TO_SECONDS))
                .sum();
    }

    private String etag(String key) {
        return s3.headObject(b -> b.bucket(bucket).key(key)).eTag().replace("\"", "");
    }

    private static void assertHeld(String what, long perSecond, double bytes, double seconds) {
        double due = perSecond * seconds;
        System.out.printf(
                "%s: %.2f MiB/s, %+.2f %% of the limit%n",
                what, bytes / seconds / TestBytes.MIB, 100 * (bytes / due - 1));
        assertThat(bytes).isLessThan(due * (STRICT ? 1.05 : 1.15));
        // A transfer that is never resumed ends in an error earlier.
        assertThat(bytes).isGreaterThan(due * (STRICT ? 0.95 : 0.2));
    }

    private static void assertNoneStands(List<TimedTransfer> transfers) {
        double stall = transfers.stream()
                .mapToDouble(TimedTransfer::longestStallSeconds)
                .max()
                .orElseThrow();
        System.out.printf("longest stall %.0f ms%n", 1_000 * stall);
        if (STRICT) {
            assertThat(stall).isLessThan(1);
        }
    }
}
