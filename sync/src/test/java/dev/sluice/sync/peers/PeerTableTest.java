package dev.sluice.sync.peers;

import static dev.sluice.limits.model.Dimension.CONCURRENT_REQUESTS;
import static dev.sluice.limits.model.Dimension.READ_OPS;
import static dev.sluice.sync.testing.TestNode.MS;
import static dev.sluice.sync.testing.TestUsageRegistry.ALICE;
import static dev.sluice.sync.testing.TestUsageRegistry.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.OnPartition;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.sync.outgoing.ReportContent;
import dev.sluice.sync.testing.TestNode;
import dev.sluice.sync.trust.PeerBounds;
import dev.sluice.sync.trust.RefusedPart;
import dev.sluice.sync.wire.ClusterName;
import dev.sluice.sync.wire.DropReason;
import dev.sluice.sync.wire.NodeIdentity;
import dev.sluice.sync.wire.Report;
import dev.sluice.sync.wire.ReportCodec;
import dev.sluice.sync.wire.SenderState;
import dev.sluice.sync.wire.UsageEntry;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PeerTableTest {
    /** By then a node that started at 0 is no longer young. */
    private static final long OLD = 60_000 * MS;

    private final TestNode a = new TestNode("a", 1, 0);
    private final TestNode b = new TestNode("b", 2, OLD);

    @Test
    void firstContact_oldPeer_chargesNothing() {
        a.registry.admit(ALICE, READ_OPS, 1000);

        b.receive(a.tick(OLD), OLD);

        assertThat(b.registry.charged(ALICE, READ_OPS)).isZero();
        assertThat(b.onlyPeer().state()).isEqualTo(PeerState.LIVE);
        assertThat(b.onlyPeer().subjects()).isEqualTo(1);
    }

    @Test
    void firstContact_youngPeer_chargesAllSinceItsStart() {
        TestNode c = new TestNode("c", 3, OLD);
        c.registry.admit(ALICE, READ_OPS, 7);
        c.tick(OLD);

        b.receive(c.tickAll(OLD + 2_900 * MS), OLD + 2_900 * MS);

        assertThat(b.registry.charged(ALICE, READ_OPS)).isEqualTo(7);
    }

    @Test
    void nextReport_countGrew_chargesDifference() {
        a.registry.admit(ALICE, READ_OPS, 1000);
        b.receive(a.tick(OLD), OLD);
        a.registry.admit(ALICE, READ_OPS, 3);

        b.receive(a.tick(OLD + 100 * MS), OLD + 100 * MS);

        assertThat(b.registry.charged(ALICE, READ_OPS)).isEqualTo(3);
    }

    @Test
    void newSubject_bornAfterBaseline_isChargedInFull() {
        b.receive(a.tick(OLD), OLD);
        a.registry.admit(ALICE, READ_OPS, 4);

        b.receive(a.tick(OLD + 100 * MS), OLD + 100 * MS);

        assertThat(b.registry.charged(ALICE, READ_OPS)).isEqualTo(4);
    }

    @Test
    void newSubject_birthLost_isChargedInFullLater() {
        b.receive(a.tick(OLD), OLD);
        a.registry.admit(ALICE, READ_OPS, 4);
        a.tick(OLD + 100 * MS);
        a.registry.admit(ALICE, READ_OPS, 2);

        b.receive(a.tick(OLD + 200 * MS), OLD + 200 * MS);

        assertThat(b.registry.charged(ALICE, READ_OPS)).isEqualTo(6);
        assertThat(b.onlyPeer().lost()).isEqualTo(1);
        assertThat(b.table.stats().lost()).isEqualTo(1);
    }

    @Test
    void newSubject_bornBeforeFirstContact_isTakenAsItIs() {
        a.registry.admit(ALICE, READ_OPS, 1000);
        a.tick(OLD - 100 * MS);
        b.receive(a.tick(OLD), OLD);
        assertThat(b.onlyPeer().subjects()).isZero();

        b.receive(a.tickAll(OLD + 100 * MS), OLD + 100 * MS);
        a.registry.admit(ALICE, READ_OPS, 1);
        b.receive(a.tick(OLD + 200 * MS), OLD + 200 * MS);

        assertThat(b.registry.charged(ALICE, READ_OPS)).isEqualTo(1);
    }

    @Test
    void subjectBornAgain_isChargedInFull() {
        b.receive(a.tick(OLD), OLD);
        a.registry.admit(ALICE, READ_OPS, 5);
        b.receive(a.tick(OLD + 100 * MS), OLD + 100 * MS);
        a.registry.remove(ALICE);
        b.receive(a.tick(OLD + 200 * MS), OLD + 200 * MS);
        a.registry.admit(ALICE, READ_OPS, 3);

        b.receive(a.tick(OLD + 300 * MS), OLD + 300 * MS);

        assertThat(b.registry.charged(ALICE, READ_OPS)).isEqualTo(8);
        assertThat(b.table.stats().refused(RefusedPart.CONTRADICTION)).isZero();
    }

    @Test
    void repeatedAndReorderedReports_areDropped() {
        b.receive(a.tick(OLD), OLD);
        a.registry.admit(ALICE, READ_OPS, 5);
        List<byte[]> first = a.tick(OLD + 100 * MS);
        a.registry.admit(ALICE, READ_OPS, 5);
        List<byte[]> second = a.tick(OLD + 200 * MS);

        b.receive(second, OLD + 200 * MS);
        b.receive(second, OLD + 200 * MS);
        b.receive(first, OLD + 200 * MS);

        assertThat(b.registry.charged(ALICE, READ_OPS)).isEqualTo(10);
        assertThat(b.table.stats().dropped(DropReason.REPLAYED)).isEqualTo(2);
    }

    @Test
    void gauge_isChargedAsItStandsAndReleasedOnSilence() {
        a.registry.admit(ALICE, CONCURRENT_REQUESTS, 9);
        b.receive(a.tick(OLD), OLD);
        assertThat(b.registry.charged(ALICE, CONCURRENT_REQUESTS)).isEqualTo(9);
        a.registry.admit(ALICE, CONCURRENT_REQUESTS, -3);
        b.receive(a.tick(OLD + 100 * MS), OLD + 100 * MS);
        assertThat(b.registry.charged(ALICE, CONCURRENT_REQUESTS)).isEqualTo(6);

        b.listen(OLD + 100 * MS, OLD + 700 * MS);

        assertThat(b.registry.charged(ALICE, CONCURRENT_REQUESTS)).isZero();
        assertThat(b.onlyPeer().state()).isEqualTo(PeerState.SILENT);
    }

    @Test
    void silentPeer_thatReportsAgain_isNotChargedForTheMeantime_butItsGaugeInFull() {
        a.registry.admit(ALICE, CONCURRENT_REQUESTS, 2);
        b.receive(a.tick(OLD), OLD);
        a.registry.admit(ALICE, READ_OPS, 500);
        b.listen(OLD, OLD + 1_000 * MS);

        b.receive(a.tick(OLD + 1_000 * MS), OLD + 1_000 * MS);
        assertThat(b.registry.charged(ALICE, READ_OPS)).isZero();
        a.registry.admit(ALICE, READ_OPS, 1);
        b.receive(a.tick(OLD + 1_100 * MS), OLD + 1_100 * MS);

        assertThat(b.registry.charged(ALICE, READ_OPS)).isEqualTo(1);
        assertThat(b.registry.charged(ALICE, CONCURRENT_REQUESTS)).isEqualTo(2);
        assertThat(b.onlyPeer().state()).isEqualTo(PeerState.LIVE);
    }

    @Test
    void ownPause_expiresNobodyAndLosesNothing() {
        b.receive(a.tick(OLD), OLD);
        a.registry.admit(ALICE, READ_OPS, 50);
        long afterPause = OLD + 5_000 * MS;
        List<byte[]> unread = a.tick(afterPause);

        b.table.expire(afterPause);
        b.receive(unread, afterPause);

        assertThat(b.registry.charged(ALICE, READ_OPS)).isEqualTo(50);
        assertThat(b.onlyPeer().state()).isEqualTo(PeerState.LIVE);
    }

    @Test
    void silenceLimitOfAnAddress_isThatOfItsPeer() {
        b.receive(a.tick(OLD), OLD);

        assertThat(b.table.silenceNanos(TestNode.endpoint(1))).isEqualTo(500 * MS);
        assertThat(b.table.silenceNanos("tcp://other:7070")).isZero();
    }

    @Test
    void restartedPeer_evenAfterSilence_isChargedInFullAndReplacesTheOldOne() {
        a.registry.admit(ALICE, READ_OPS, 100);
        a.registry.admit(ALICE, CONCURRENT_REQUESTS, 5);
        b.receive(a.tick(OLD), OLD);
        b.listen(OLD, OLD + 3_000 * MS);
        TestNode restarted = new TestNode("a", 99, OLD + 3_000 * MS);
        restarted.registry.admit(ALICE, READ_OPS, 8);

        b.receive(restarted.tick(OLD + 3_100 * MS), OLD + 3_100 * MS);

        assertThat(b.registry.charged(ALICE, READ_OPS)).isEqualTo(8);
        assertThat(b.registry.charged(ALICE, CONCURRENT_REQUESTS)).isZero();
        assertThat(b.table.statuses())
                .extracting(PeerStatus::state)
                .containsExactly(PeerState.LIVE, PeerState.REPLACED);
    }

    @Test
    void replacedPeer_staysReplacedWhenItsSuccessorIsSilentToo() {
        b.receive(a.tick(OLD), OLD);
        b.listen(OLD, OLD + 3_000 * MS);
        TestNode restarted = new TestNode("a", 99, OLD + 3_000 * MS);
        b.receive(restarted.tick(OLD + 3_100 * MS), OLD + 3_100 * MS);
        b.table.statuses();

        b.listen(OLD + 3_100 * MS, OLD + 6_000 * MS);

        assertThat(b.table.statuses())
                .extracting(PeerStatus::state)
                .containsExactlyInAnyOrder(PeerState.SILENT, PeerState.REPLACED);
    }

    @Test
    void oldIncarnation_replayedAfterRestart_isDropped() {
        a.registry.admit(ALICE, READ_OPS, 100);
        List<byte[]> old = a.tick(100 * MS);
        b.receive(old, OLD);
        b.listen(OLD, OLD + 3_000 * MS);
        long chargedOnce = b.registry.charged(ALICE, READ_OPS);

        b.receive(old, OLD + 3_000 * MS);

        assertThat(b.registry.charged(ALICE, READ_OPS)).isEqualTo(chargedOnce);
        assertThat(b.table.stats().dropped(DropReason.REPLAYED)).isEqualTo(1);
    }

    @Test
    void twoLiveNodesOfOneName_areTwoPeersChargedOnceEach() {
        TestNode twin = new TestNode("a", 77, 0);
        for (int tick = 0; tick < 20; tick++) {
            long now = OLD + tick * (100 * MS);
            b.receive(a.tick(now), now);
            b.receive(twin.tick(now), now);
            a.registry.admit(ALICE, READ_OPS, 1);
            twin.registry.admit(ALICE, READ_OPS, 2);
        }

        assertThat(b.registry.charged(ALICE, READ_OPS)).isEqualTo(19L * 3);
        assertThat(b.table.statuses()).hasSize(2).allMatch(status -> status.state() == PeerState.LIVE);
    }

    @Test
    void leavingPeer_isGoneAtOnce() {
        a.registry.admit(ALICE, CONCURRENT_REQUESTS, 5);
        b.receive(a.tick(OLD), OLD);
        a.registry.admit(ALICE, READ_OPS, 2);

        b.receive(a.reporter.tick(ReportContent.FINAL, OLD + 50 * MS, 0), OLD + 50 * MS);

        assertThat(b.registry.charged(ALICE, READ_OPS)).isEqualTo(2);
        assertThat(b.registry.charged(ALICE, CONCURRENT_REQUESTS)).isZero();
        assertThat(b.onlyPeer().state()).isEqualTo(PeerState.LEFT);
    }

    @Test
    void counterThatFalls_isIgnoredAndCounted() {
        NodeIdentity liar = new NodeIdentity(ClusterName.hash(TestNode.CLUSTER), "liar", 5, TestNode.INTERVAL_NANOS);
        b.receive(List.of(report(liar, 1, 1, 10)), OLD);

        b.receive(List.of(report(liar, 2, 1, 4)), OLD);
        b.receive(List.of(report(liar, 3, 1, 11)), OLD);

        assertThat(b.registry.charged(ALICE, READ_OPS)).isEqualTo(11);
        assertThat(b.table.stats().refused(RefusedPart.CONTRADICTION)).isEqualTo(1);
    }

    @Test
    void birthThatGoesBack_isIgnoredAndCounted() {
        NodeIdentity liar = new NodeIdentity(ClusterName.hash(TestNode.CLUSTER), "liar", 5, TestNode.INTERVAL_NANOS);
        b.receive(List.of(report(liar, 5, 5, 10)), OLD);

        b.receive(List.of(report(liar, 6, 4, 1000)), OLD);

        assertThat(b.registry.charged(ALICE, READ_OPS)).isEqualTo(10);
        assertThat(b.table.stats().refused(RefusedPart.CONTRADICTION)).isEqualTo(1);
    }

    @Test
    void garbageEchoOtherVersionAndOtherCluster_areCountedAndDropped() {
        byte[] later = a.tick(OLD).get(0);
        later[4] = 9;
        NodeIdentity foreign = new NodeIdentity(ClusterName.hash("other"), "x", 5, TestNode.INTERVAL_NANOS);

        b.receive(List.of(new byte[] {1, 2, 3}, later, report(foreign, 1, 1, 10)), OLD);
        b.receive(b.tick(OLD), OLD);

        for (DropReason reason :
                List.of(DropReason.MALFORMED, DropReason.VERSION, DropReason.CLUSTER, DropReason.ECHO)) {
            assertThat(b.table.stats().dropped(reason)).as(reason.key()).isEqualTo(1);
        }
        assertThat(b.table.statuses()).isEmpty();
    }

    @Test
    void ownReport_fromListedAddress_isNoOtherNode() {
        b.table.expectNodes(2, OnPartition.QUORUM);
        b.receive(a.tick(OLD), OLD);
        assertThat(b.table.membership().known()).isEqualTo(3);

        b.receive(b.tick(OLD), OLD);

        assertThat(b.table.membership().known()).isEqualTo(2);
    }

    @Test
    void newcomer_awaitsNoAnswerFromItsOwnAddress_norFromPeersThatAreGone() {
        a.listen(0, OLD);
        TestNode gone = new TestNode("gone", 8, OLD);
        TestNode newcomer = new TestNode("newcomer", 9, OLD);
        newcomer.table.expectNodes(3, OnPartition.AUTO);
        newcomer.receive(newcomer.tick(OLD), OLD);
        newcomer.receive(gone.tick(OLD), OLD);
        newcomer.table.expire(OLD + 100 * MS);
        long answerNanos = OLD + 1_000 * MS;
        newcomer.listen(OLD + 100 * MS, answerNanos);
        assertThat(isAskingForThePast(newcomer, answerNanos)).isTrue();

        newcomer.receive(a.tickAll(answerNanos), answerNanos);
        newcomer.listen(answerNanos, answerNanos + 100 * MS);

        assertThat(isAskingForThePast(newcomer, answerNanos + 100 * MS)).isFalse();
    }

    private static boolean isAskingForThePast(TestNode node, long nowNanos) {
        return TestNode.decoded(node.tick(nowNanos).get(0)).senderState() == SenderState.ASKING;
    }

    @Test
    void ownReport_throughRelay_doesNotShowThatNodeIsListed() {
        b.table.relays(Set.of(TestNode.endpoint(1), TestNode.endpoint(2)));
        b.table.expectNodes(2, OnPartition.QUORUM);
        b.receive(a.tick(OLD), OLD);

        b.receive(b.tick(OLD), OLD);

        assertThat(b.table.membership().known()).isEqualTo(3);
    }

    @Test
    void morePeersThanRoom_areDroppedUntilOneFallsSilent() {
        TestNode small = new TestNode("small", 9, OLD, new PeerBounds(1, 10));
        small.receive(a.tick(OLD), OLD);
        small.receive(b.tick(OLD), OLD);
        assertThat(small.table.stats().dropped(DropReason.PEERS_FULL)).isEqualTo(1);

        small.listen(OLD, OLD + 1_000 * MS);
        small.receive(b.tick(OLD + 1_000 * MS), OLD + 1_000 * MS);

        assertThat(small.onlyPeer().node()).isEqualTo("b");
        assertThat(small.registry.rememberedPeers()).isEqualTo(1);
    }

    @Test
    void moreSubjectsThanRoom_areIgnoredAndCounted() {
        TestNode small = new TestNode("small", 9, OLD, new PeerBounds(1, 10));
        small.receive(a.tick(OLD), OLD);
        for (int i = 0; i < 15; i++) {
            a.registry.admit(new SubjectId(i, i), READ_OPS, 1);
        }

        small.receive(a.tick(OLD + 100 * MS), OLD + 100 * MS);

        assertThat(small.onlyPeer().subjects()).isEqualTo(10);
        assertThat(small.table.stats().refused(RefusedPart.MEMORY)).isEqualTo(5);
    }

    @Test
    void subjectNoLongerReported_isForgottenAndNeverChargedTwice() {
        a.registry.admit(BOB, READ_OPS, 3);
        b.receive(a.tick(OLD), OLD);
        NodeIdentity peer = new NodeIdentity(ClusterName.hash(TestNode.CLUSTER), "p", 5, TestNode.INTERVAL_NANOS);
        b.receive(List.of(report(peer, 1, 1, 10)), OLD);

        long now = OLD;
        for (int sequence = 2; sequence < 1_200; sequence++) {
            now += 100 * MS;
            b.receive(List.of(heartbeat(peer, sequence)), now);
            b.table.expire(now);
        }
        assertThat(b.table.statuses().stream().filter(PeerTableTest::isLive).toList())
                .singleElement()
                .matches(status -> status.subjects() == 0);
        b.receive(List.of(report(peer, 1_200, 1, 12)), now);
        b.receive(List.of(report(peer, 1_201, 1, 13)), now);

        assertThat(b.registry.charged(ALICE, READ_OPS)).isEqualTo(11);
    }

    private static boolean isLive(PeerStatus status) {
        return status.state() == PeerState.LIVE;
    }

    private static byte[] heartbeat(NodeIdentity peer, long sequence) {
        return encode(peer, sequence, List.of());
    }

    private static byte[] report(NodeIdentity peer, long sequence, long born, long readOps) {
        long[] counts = new long[Dimension.count()];
        counts[READ_OPS.ordinal()] = readOps;
        return encode(peer, sequence, List.of(new UsageEntry(ALICE, Scope.USER, born, counts)));
    }

    private static byte[] encode(NodeIdentity peer, long sequence, List<UsageEntry> entries) {
        return ReportCodec.encode(new Report(
                peer.clusterHash(),
                peer.node(),
                peer.incarnation(),
                sequence,
                0,
                peer.intervalNanos(),
                0,
                SenderState.RUNNING,
                0,
                Optional.empty(),
                Optional.empty(),
                entries));
    }
}
