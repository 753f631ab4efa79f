package dev.sluice.sync.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.OnPartition;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A sidecar is killed 20 times and comes back under another name each time, as a container does. Limits hold meanwhile. */
class KilledAgainTest {
    private static final long SECOND = RestartCluster.SECOND;
    private static final int PER_SECOND = 200;

    @ParameterizedTest
    @CsvSource({"WINDOW, false", "BUCKET, false", "WINDOW, true"})
    void twentyKillsWithANewNameEach_leaveTheLimit(MeterAlgorithm algorithm, boolean behindRelay) {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        RestartCluster cluster = new RestartCluster(3, Limit.perSecond(PER_SECOND, algorithm), seed);
        if (behindRelay) {
            Arrays.stream(cluster.nodes).forEach(node -> useRelay(cluster, node));
        }
        cluster.run(5 * SECOND, PER_SECOND);

        for (int kill = 0; kill < 20; kill++) {
            cluster.kill(2);
            cluster.run(2 * SECOND, PER_SECOND);
            RestartCluster.Node again = cluster.start(2, "container-" + kill);
            if (behindRelay) {
                useRelay(cluster, again);
            }
            cluster.connect(2);
            cluster.run(2 * SECOND, PER_SECOND);
            int before = cluster.admitted.size();
            cluster.run(4 * SECOND, PER_SECOND);

            assertThat(cluster.admitted.size() - before)
                    .as("after kill %d", kill)
                    .isBetween((int) (0.95 * 4 * PER_SECOND), (int) (1.05 * 4 * PER_SECOND));
            for (RestartCluster.Node node : cluster.nodes) {
                assertThat(node.table.membership().known()).isEqualTo(3);
                assertThat(node.table.membership().fraction()).isEqualTo(1);
            }
        }
    }

    /** All reports come by relays, and no node is listed. */
    private static void useRelay(RestartCluster cluster, RestartCluster.Node node) {
        Set<String> relays =
                Arrays.stream(cluster.nodes).map(any -> any.endpoint).collect(Collectors.toSet());
        node.table.relays(relays);
        node.table.expectNodes(0, OnPartition.AUTO, relays);
    }
}
