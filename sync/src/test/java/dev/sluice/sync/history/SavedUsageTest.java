package dev.sluice.sync.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.sharing.HistoryOrigin;
import dev.sluice.sync.wire.ClusterName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class SavedUsageTest {
    private static final long SECOND = RestartCluster.SECOND;
    private static final long HOUR_MILLIS = 3_600_000;
    private static final int USED = 100;

    private static RestartCluster cluster(long periodNanos) {
        RestartCluster cluster = new RestartCluster(1, Limit.rate(500, periodNanos, MeterAlgorithm.WINDOW), 1);
        for (int i = 0; i < USED; i++) {
            cluster.nodes[0].request(Identity.ofUser("client"));
        }
        return cluster;
    }

    private static byte[] saved(RestartCluster cluster) {
        return cluster.nodes[0].save();
    }

    private static String problem(RestartCluster cluster, byte[] saved, long wallMillis) {
        RestartCluster.Node fresh = cluster.start(0, "node0");
        SavedUsage.Reading reading = fresh.load(saved, wallMillis);
        assertThat(fresh.used()).isZero();
        return reading instanceof SavedUsage.Ignored ignored ? ignored.reason() : "";
    }

    @Test
    void savedUse_isRestored() {
        RestartCluster cluster = cluster(3600 * SECOND);
        byte[] saved = saved(cluster);

        RestartCluster.Node fresh = cluster.start(0, "node0");
        SavedUsage.Reading reading = fresh.load(saved, cluster.wallMillis() + 5_000);

        assertThat(reading).isEqualTo(new SavedUsage.Restored(1, 5_000, false));
        assertThat(fresh.used()).isEqualTo(USED);
    }

    @Test
    void useThatTheLimitHasForgotten_isNotRestored() {
        RestartCluster cluster = cluster(3600 * SECOND);

        assertThat(problem(cluster, saved(cluster), cluster.wallMillis() + HOUR_MILLIS + HOUR_MILLIS / 50))
                .isEmpty();
    }

    @Test
    void limitsOfAFewSeconds_areNotSaved() {
        RestartCluster cluster = cluster(10 * SECOND);

        assertThat(problem(cluster, saved(cluster), cluster.wallMillis())).isEmpty();
    }

    @Test
    void wallClockThatWentBack_countsAsNoTime() {
        RestartCluster cluster = cluster(3600 * SECOND);
        byte[] saved = saved(cluster);

        RestartCluster.Node fresh = cluster.start(0, "node0");
        SavedUsage.Reading reading = fresh.load(saved, cluster.wallMillis() - HOUR_MILLIS);

        assertThat(reading).isEqualTo(new SavedUsage.Restored(1, 0, true));
        assertThat(fresh.used()).isEqualTo(USED);
    }

    @Test
    void oldFile_isIgnored() {
        RestartCluster cluster = cluster(3600 * SECOND);

        assertThat(problem(cluster, saved(cluster), cluster.wallMillis() + 25 * HOUR_MILLIS))
                .isEqualTo("it is 25 hours old");
    }

    @Test
    void fileOfAnotherCluster_isIgnored() {
        RestartCluster cluster = cluster(3600 * SECOND);
        byte[] foreign = SavedUsage.write(
                cluster.nodes[0].admission.histories(HistoryOrigin.STATE_FILE, cluster.nodes[0].clock()),
                ClusterName.hash("other"),
                cluster.nodes[0].clock(),
                cluster.wallMillis());

        assertThat(problem(cluster, foreign, cluster.wallMillis())).contains("another cluster");
    }

    @Test
    void fileThatIsCutAnywhere_isIgnored() {
        RestartCluster cluster = cluster(3600 * SECOND);
        byte[] saved = saved(cluster);

        for (int length = 0; length < saved.length; length++) {
            assertThat(problem(cluster, Arrays.copyOf(saved, length), cluster.wallMillis()))
                    .as("%d of %d bytes", length, saved.length)
                    .isNotEmpty();
        }
    }

    @Test
    void changedBytes_areIgnored() {
        RestartCluster cluster = cluster(3600 * SECOND);
        byte[] saved = saved(cluster);
        long seed = System.nanoTime();
        Random random = new Random(seed);

        for (int i = 0; i < 500; i++) {
            byte[] changed = saved.clone();
            changed[random.nextInt(changed.length)] ^= (byte) (1 + random.nextInt(255));

            assertThat(problem(cluster, changed, cluster.wallMillis()))
                    .as("seed %d", seed)
                    .isNotEmpty();
        }
    }

    @Test
    void fileOfALaterRelease_isIgnored() {
        RestartCluster cluster = cluster(3600 * SECOND);
        byte[] saved = saved(cluster);
        saved[4] = 3;

        assertThat(problem(cluster, saved, cluster.wallMillis())).contains("version 3");
    }

    /** Without sessions nothing but the version differs. */
    @Test
    void fileOfTheFirstVersion_isRestored() {
        RestartCluster cluster = cluster(3600 * SECOND);
        byte[] saved = saved(cluster);
        saved[4] = 1;
        int end = saved.length - Integer.BYTES;
        CRC32C checksum = new CRC32C();
        checksum.update(saved, 0, end);
        ByteBuffer.wrap(saved).putInt(end, (int) checksum.getValue());

        RestartCluster.Node fresh = cluster.start(0, "node0");
        fresh.load(saved, cluster.wallMillis());

        assertThat(fresh.used()).isEqualTo(USED);
    }

    @Test
    void file_namesNobody() {
        RestartCluster cluster = cluster(3600 * SECOND);

        assertThat(new String(saved(cluster), StandardCharsets.ISO_8859_1)).doesNotContain("client");
    }
}
