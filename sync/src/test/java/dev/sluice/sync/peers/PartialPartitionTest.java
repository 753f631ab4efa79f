package dev.sluice.sync.peers;

import static dev.sluice.limits.model.Dimension.READ_OPS;
import static dev.sluice.sync.testing.TestNode.MS;
import static dev.sluice.sync.testing.TestUsageRegistry.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.OnPartition;
import dev.sluice.sync.outgoing.ReportContent;
import dev.sluice.sync.testing.TestNode;
import dev.sluice.sync.trust.PeerBounds;
import dev.sluice.sync.wire.LivePeers;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Cuts between some of the nodes, and who admits how much meanwhile. */
class PartialPartitionTest {
    private static final double WHOLE = 1;
    /** Half of the limit, and half of a third. */
    private static final double ONE_SIDE_OF_THREE = 2.0 / 3;

    private final List<TestNode> nodes = new ArrayList<>();
    private final Set<String> cuts = new HashSet<>();
    private final Set<Integer> down = new HashSet<>();
    private long nowNanos;

    @BeforeEach
    void startThree() {
        start(3, OnPartition.AUTO);
    }

    private void start(int count, OnPartition rule) {
        nodes.clear();
        for (int i = 0; i < count; i++) {
            nodes.add(new TestNode("node" + i, i + 1, nowNanos, new PeerBounds(200, 10)));
            nodes.get(i).table.expectNodes(count - 1, rule);
        }
        run(2_000);
    }

    /** Neither hears the other. */
    private void cut(int one, int other) {
        cuts.add(one + "-" + other);
        cuts.add(other + "-" + one);
    }

    /** All tick each 100 ms and hear all who aren't cut off from them. */
    private void run(long millis) {
        for (long end = nowNanos + millis * MS; nowNanos < end; nowNanos += 50 * MS) {
            for (int from = 0; from < nodes.size(); from++) {
                if (!down.contains(from) && (nowNanos / (50 * MS) + from) % 2 == 0) {
                    send(from);
                }
            }
            for (int i = 0; i < nodes.size(); i++) {
                if (!down.contains(i)) {
                    nodes.get(i).table.expire(nowNanos);
                }
            }
        }
    }

    private void send(int from) {
        List<byte[]> reports = nodes.get(from).tick(nowNanos);
        for (int to = 0; to < nodes.size(); to++) {
            if (to != from && !down.contains(to) && !cuts.contains(from + "-" + to)) {
                nodes.get(to).receive(reports, nowNanos);
            }
        }
    }

    private double fraction(int node) {
        return nodes.get(node).table.membership().fraction();
    }

    @Test
    void cutBetweenTwoOfThree_eachSideTakesAPart() {
        cut(0, 1);
        run(1_000);

        assertThat(fraction(0)).isEqualTo(ONE_SIDE_OF_THREE);
        assertThat(fraction(1)).isEqualTo(ONE_SIDE_OF_THREE);
        assertThat(fraction(2)).isEqualTo(WHOLE);
        assertThat(nodes.get(0).registry.membership().fraction()).isEqualTo(ONE_SIDE_OF_THREE);
        assertThat(nodes.get(0).table.unreachablePeers()).singleElement().satisfies(node -> {
            assertThat(node.node()).isEqualTo("node1");
            assertThat(node.reachableFrom()).containsExactly("node2");
            assertThat(node.isPartitioned()).isTrue();
        });
        assertThat(nodes.get(2).table.unreachablePeers()).isEmpty();
    }

    @Test
    void cutBetweenTwoOfThree_heals_thenAllTakeTheWhole() {
        cut(0, 1);
        run(5_000);

        cuts.clear();
        run(300);

        assertThat(List.of(fraction(0), fraction(1), fraction(2))).containsOnly(WHOLE);
        assertThat(nodes.get(0).table.unreachablePeers()).isEmpty();
    }

    @Test
    void cutBetweenTwoOfMany_bothSidesTogetherTakeOneNodesPartMore() {
        start(16, OnPartition.AUTO);
        cut(0, 1);
        run(1_000);

        assertThat(fraction(0) + fraction(1)).isEqualTo(1 + 1 / 16.0);
        assertThat(fraction(2)).isEqualTo(WHOLE);
    }

    @Test
    void cutBetweenTwoOfThree_underTheOtherRules_changesNothing() {
        start(3, OnPartition.OPEN);
        cut(0, 1);
        run(1_000);
        assertThat(fraction(0)).isEqualTo(WHOLE);

        cuts.clear();
        start(3, OnPartition.STATIC);
        cut(0, 1);
        run(1_000);
        assertThat(fraction(0)).isEqualTo(ONE_SIDE_OF_THREE);
        assertThat(fraction(2)).isEqualTo(WHOLE);
    }

    @Test
    void fullCut_isNoCutInTheMiddle() {
        cut(0, 1);
        cut(0, 2);
        run(1_000);

        assertThat(fraction(0)).isEqualTo(1.0 / 3);
        assertThat(fraction(1)).isEqualTo(WHOLE);
        assertThat(fraction(2)).isEqualTo(WHOLE);
    }

    @Test
    void crash_isNoCut_atNoTime() {
        down.add(1);
        for (int i = 0; i < 40; i++) {
            run(50);

            assertThat(fraction(0)).isEqualTo(WHOLE);
            assertThat(fraction(2)).isEqualTo(WHOLE);
        }
        assertThat(nodes.get(0).table.unreachablePeers()).isEmpty();
    }

    @Test
    void restartedNode_thatOnePeerFindsLater_isNoPartition() {
        down.add(1);
        run(3_000);
        down.clear();
        nodes.set(1, new TestNode("node1", 99, nowNanos));
        cut(0, 1);

        run(5_000);

        assertThat(fraction(0)).isEqualTo(WHOLE);
        assertThat(nodes.get(0).table.unreachablePeers())
                .singleElement()
                .matches(node -> node.node().isEmpty() && !node.isPartitioned());
    }

    @Test
    void restartedNode_thatOnePeerNeverFinds_isAPartition() {
        down.add(1);
        run(3_000);
        down.clear();
        nodes.set(1, new TestNode("node1", 99, nowNanos));
        cut(0, 1);

        run(11_000);

        assertThat(fraction(0)).isEqualTo(ONE_SIDE_OF_THREE);
        assertThat(nodes.get(0).table.membership().known()).isEqualTo(3);
    }

    @Test
    void nodeThatIsNotListedHereYet_isNoCut() {
        nodes.add(new TestNode("node3", 4, nowNanos));
        cut(0, 3);

        run(15_000);

        assertThat(fraction(0)).isEqualTo(WHOLE);
        assertThat(nodes.get(0).table.unreachablePeers()).singleElement().matches(node -> !node.isPartitioned());
    }

    @Test
    void nodeThatIsNotListedHereAnyMore_isNoCut() {
        nodes.get(0).table.expectNodes(1, OnPartition.AUTO, Set.of("tcp://another:7070"));
        cut(0, 1);

        run(15_000);

        assertThat(fraction(0)).isEqualTo(WHOLE);
        assertThat(nodes.get(0).table.unreachablePeers()).singleElement().matches(node -> !node.isPartitioned());
    }

    @Test
    void nodeThatShutsDown_isNoPartition_thoughItsFinalReportIsLost() {
        List<byte[]> finalReport = nodes.get(1).reporter.tick(ReportContent.FINAL, nowNanos, 0);
        nodes.get(0).receive(finalReport, nowNanos);
        down.add(1);
        for (int i = 0; i < 20; i++) {
            run(50);

            assertThat(fraction(0)).isEqualTo(WHOLE);
        }
    }

    @Test
    void silentPeer_hasNoLivePeers() {
        cut(0, 1);
        run(1_000);
        cut(0, 2);
        run(1_000);

        assertThat(nodes.get(0).table.unreachablePeers()).isEmpty();
        assertThat(fraction(0)).isEqualTo(1.0 / 3);
    }

    @Test
    void morePeersThanTheMaximum_areNotListed() {
        start(LivePeers.PEERS_MAX + 2, OnPartition.AUTO);

        assertThat(nodes.get(0).table.livePeers()).isEqualTo(LivePeers.NONE);
        assertThat(nodes.get(0).table.membership().live()).isEqualTo(LivePeers.PEERS_MAX + 2);
    }

    @Test
    void pausedNode_doesNotChargeWhatOthersAdmittedMeanwhile() {
        TestNode stopped = nodes.get(0);
        nodes.get(1).registry.admit(ALICE, READ_OPS, 10);
        run(200);
        long before = stopped.registry.charged(ALICE, READ_OPS);
        down.add(0);
        nodes.get(1).registry.admit(ALICE, READ_OPS, 1_000);
        run(5_000);
        down.clear();

        stopped.table.markAllUnobserved();
        stopped.receive(nodes.get(1).tickAll(nowNanos), nowNanos);
        run(200);
        assertThat(stopped.registry.charged(ALICE, READ_OPS)).isEqualTo(before);
        assertThat(stopped.table.membership().live()).isEqualTo(3);
        nodes.get(1).registry.admit(ALICE, READ_OPS, 7);
        run(200);

        assertThat(stopped.registry.charged(ALICE, READ_OPS)).isEqualTo(before + 7);
    }
}
