package dev.sluice.sync.peers;

import static dev.sluice.limits.model.Dimension.CONCURRENT_REQUESTS;
import static dev.sluice.limits.model.Dimension.READ_OPS;
import static dev.sluice.sync.testing.TestNode.MS;
import static dev.sluice.sync.testing.TestUsageRegistry.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.OnPartition;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.sync.testing.TestNode;
import dev.sluice.sync.trust.PeerBounds;
import dev.sluice.sync.trust.PeerRefusal;
import dev.sluice.sync.trust.ReportOrigin;
import dev.sluice.sync.trust.SubjectMemory;
import dev.sluice.sync.wire.ClusterName;
import dev.sluice.sync.wire.DropReason;
import dev.sluice.sync.wire.LivePeers;
import dev.sluice.sync.wire.Report;
import dev.sluice.sync.wire.ReportCodec;
import dev.sluice.sync.wire.ReportDelays;
import dev.sluice.sync.wire.SenderState;
import dev.sluice.sync.wire.UsageEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a peer that may connect can't do: be several nodes, come back from the end, or use up all memory. */
class BelievedPeerTest {
    private static final long START = 60_000 * MS;
    private static final String LINK = "tcp://10.0.0.1:7070";
    private static final String OTHER_LINK = "tcp://10.0.0.2:7070";
    private static final String RELAY = "tcp://10.0.0.9:7071";

    private final TestNode node = new TestNode("self", 1, 0);
    private long nowNanos = START;

    private static byte[] report(String name, long incarnation, long sequence, UsageEntry... entries) {
        return encode(name, incarnation, sequence, SenderState.RUNNING, LivePeers.NONE, entries);
    }

    private static byte[] encode(
            String name, long incarnation, long sequence, SenderState state, LivePeers live, UsageEntry... entries) {
        return ReportCodec.encode(new Report(
                ClusterName.hash(TestNode.CLUSTER),
                name,
                incarnation,
                sequence,
                0,
                TestNode.INTERVAL_NANOS,
                0,
                state,
                0,
                Optional.of(new ReportDelays(0, List.of())),
                Optional.of(live),
                List.of(entries)));
    }

    private static UsageEntry entry(SubjectId id, long born, Dimension dimension, long count) {
        long[] counts = new long[Dimension.count()];
        counts[dimension.ordinal()] = count;
        return new UsageEntry(id, Scope.USER, born, counts);
    }

    private Optional<DropReason> receive(byte[] message, String from) {
        return node.receive(message, from, nowNanos);
    }

    private void pass(long millis) {
        node.listen(nowNanos, nowNanos + millis * MS);
        nowNanos += millis * MS;
    }

    private long live() {
        return node.table.membership().live();
    }

    @Test
    void newIncarnationAtALink_underAnotherName_takesThePlaceAtOnce() {
        node.table.expectNodes(2, OnPartition.STATIC, Set.of(LINK, OTHER_LINK));
        receive(report("b", 20, 1), OTHER_LINK);
        for (int crash = 0; crash < 20; crash++) {
            receive(report("container-" + crash, 100 + crash, 1, entry(ALICE, 1, CONCURRENT_REQUESTS, 5)), LINK);
            receive(report("b", 20, 2 + crash), OTHER_LINK);

            assertThat(live()).isEqualTo(3);
            assertThat(node.table.membership().known()).isEqualTo(3);
            assertThat(node.table.membership().fraction()).isEqualTo(1);
            assertThat(node.registry.charged(ALICE, CONCURRENT_REQUESTS)).isEqualTo(5);
            for (int tick = 0; tick < 20; tick++) {
                pass(100);
                receive(report("b", 20, 2 + crash), OTHER_LINK);
            }
        }
    }

    @Test
    void incarnationThatWasReplacedOrLeft_neverComesBack() {
        receive(report("a", 7, 5), LINK);
        receive(report("a", 8, 1), LINK);
        assertThat(receive(report("a", 7, 6), LINK)).contains(DropReason.ENDED);
        receive(encode("a", 8, 2, SenderState.SHUTTING_DOWN, LivePeers.NONE), LINK);

        assertThat(receive(report("a", 8, 3), LINK)).contains(DropReason.ENDED);

        assertThat(live()).isEqualTo(1);
    }

    @Test
    void peerThatChangesItsIncarnationWithEachReport_isOneNode_andSoonRefused() {
        node.table.expectNodes(1, OnPartition.STATIC, Set.of(LINK));
        for (int i = 0; i < 1_000; i++) {
            receive(report("made-up-" + i, 1_000 + i, 1, entry(ALICE, 1, READ_OPS, 1)), LINK);
            pass(10);

            assertThat(live()).isLessThanOrEqualTo(2);
            assertThat(node.table.membership().known()).isEqualTo(2);
        }

        assertThat(node.registry.charged(ALICE, READ_OPS)).isLessThanOrEqualTo(15);
        assertThat(node.table.statuses()).hasSizeLessThanOrEqualTo(3);
        assertThat(node.registry.rememberedPeers()).isLessThanOrEqualTo(3);
        assertThat(node.table.refusals(nowNanos))
                .filteredOn(refusal -> refusal.reason().equals("incarnations"))
                .singleElement()
                .satisfies(refusal -> assertThat(refusal.count()).isGreaterThan(900));
    }

    @Test
    void nodesBehindARelay_thatStartAgainAndAgain_areNoMoreThanWereThereAtOnce() {
        node.table.relays(Set.of(RELAY));
        for (int crash = 0; crash < 20; crash++) {
            long begin = nowNanos;
            for (int tick = 1; nowNanos - begin < 3_000 * MS; tick++) {
                receive(report("b", 20, (long) crash * 100 + tick), RELAY);
                if (tick > 10) {
                    receive(report("container-" + crash, 100 + crash, tick), RELAY);
                }
                pass(100);
            }
            assertThat(live()).isEqualTo(3);
        }

        assertThat(node.table.membership().known()).isEqualTo(3);
        pass(1_000);
        assertThat(node.table.membership().known()).isEqualTo(3);
        assertThat(live()).isEqualTo(1);
    }

    @Test
    void incarnationOfAnotherPeer_withOtherReports_doesNotSilenceIt() {
        for (int tick = 1; tick <= 40; tick++) {
            // The liar is first, and far ahead.
            receive(report("liar", 7, Long.MAX_VALUE - 100 + tick), OTHER_LINK);
            receive(report("honest", 7, tick, entry(ALICE, 1, READ_OPS, tick)), LINK);
            pass(100);
        }

        assertThat(live()).isEqualTo(3);
        assertThat(node.registry.charged(ALICE, READ_OPS)).isBetween(10L, 40L);
    }

    @Test
    void sameReportsByTwoLinks_countOnce_alsoWhenOneLinkEnds() {
        node.table.expectNodes(2, OnPartition.STATIC, Set.of(LINK, OTHER_LINK));
        for (int tick = 1; tick <= 100; tick++) {
            byte[] message = report("a", 7, tick, entry(ALICE, 1, READ_OPS, tick));
            receive(message, tick % 3 == 0 ? LINK : OTHER_LINK);
            receive(message, tick % 3 == 0 ? OTHER_LINK : LINK);
            pass(100);
            assertThat(live()).isEqualTo(2);
        }
        assertThat(node.registry.charged(ALICE, READ_OPS)).isEqualTo(100);
        assertThat(node.table.membership().known()).isEqualTo(2);

        for (int tick = 101; tick <= 150; tick++) {
            receive(report("a", 7, tick, entry(ALICE, 1, READ_OPS, tick)), OTHER_LINK);
            receive(
                    report("a", 7, tick, entry(ALICE, 1, READ_OPS, tick)),
                    tick % 2 == 0 ? "tcp://10.0.0.3:7070" : OTHER_LINK);
            pass(100);
        }
        assertThat(live()).isEqualTo(2);
        assertThat(node.registry.charged(ALICE, READ_OPS)).isBetween(140L, 150L);
    }

    @Test
    void madeUpLivePeers_countAsFarAsNodesAreMissing() {
        node.table.expectNodes(3, OnPartition.QUORUM, Set.of(LINK, OTHER_LINK, RELAY));
        List<Long> madeUp = new ArrayList<>();
        for (long i = 0; i < LivePeers.PEERS_MAX; i++) {
            madeUp.add(1_000_000 + i);
        }
        for (int tick = 1; tick <= 300; tick++) {
            receive(report("honest", 20, tick), OTHER_LINK);
            receive(encode("liar", 7, tick, SenderState.RUNNING, new LivePeers(madeUp)), LINK);
            pass(100);
        }

        assertThat(node.table.membership().live()).isEqualTo(3);
        assertThat(node.table.membership().known()).isEqualTo(4);
    }

    private static UsageEntry[] entries(long high, int count) {
        return entries(high, count, 3);
    }

    private static UsageEntry[] entries(long high, int count, long operations) {
        UsageEntry[] entries = new UsageEntry[count];
        for (int i = 0; i < count; i++) {
            entries[i] = entry(new SubjectId(high, i), 2, READ_OPS, operations);
        }
        return entries;
    }

    @Test
    void subjectsWithAnAccountHere_haveMemoryWhereOthersLeaveNone() {
        long bytesMax = 1_000L * SubjectMemory.SUBJECT_BYTES;
        TestNode small = new TestNode("self", 1, 0, new PeerBounds(16, 100_000, bytesMax, bytesMax));
        for (int i = 0; i < 600; i++) {
            small.registry.open(new SubjectId(-1, i));
        }
        small.receive(report("a", 7, 1), LINK, nowNanos);
        small.receive(report("a", 7, 2, entries(1, 1_000)), LINK, nowNanos);

        small.receive(report("a", 7, 3, entries(-1, 500)), LINK, nowNanos);

        for (int i = 0; i < 500; i++) {
            assertThat(small.registry.charged(new SubjectId(-1, i), READ_OPS)).isEqualTo(3);
        }
        assertThat(small.table.refusedForMemory()).isZero();
        assertThat(small.table.subjectBytes()).isEqualTo(bytesMax + bytesMax / 2);

        small.receive(report("a", 7, 4, entries(2, 1)), LINK, nowNanos);
        small.receive(report("a", 7, 5, entries(-1, 501)), LINK, nowNanos);
        assertThat(small.table.refusedForMemory())
                .as("one without an account, and one beyond the half of one peer")
                .isEqualTo(2);

        small.table.forgetLink(LINK, nowNanos);
        assertThat(small.table.subjectBytes()).isZero();
    }

    @Test
    void peerWhoseSubjectsAreForgottenForOthers_keepsThoseWithAnAccountHere() {
        long bytesMax = 1_000L * SubjectMemory.SUBJECT_BYTES;
        TestNode small = new TestNode("self", 1, 0, new PeerBounds(16, 100_000, bytesMax, bytesMax));
        small.registry.open(new SubjectId(-1, 0));
        small.receive(report("a", 7, 1), LINK, nowNanos);
        small.receive(report("b", 20, 1), OTHER_LINK, nowNanos);
        small.receive(report("a", 7, 2, entries(-1, 1)), LINK, nowNanos);
        small.receive(report("a", 7, 3, entries(1, 1_000)), LINK, nowNanos);

        small.receive(report("b", 20, 2, entries(2, 450)), OTHER_LINK, nowNanos);
        small.receive(report("a", 7, 4, entries(-1, 1, 5)), LINK, nowNanos);

        assertThat(small.table.subjectBytes()).isEqualTo(451L * SubjectMemory.SUBJECT_BYTES);
        assertThat(small.registry.charged(new SubjectId(-1, 0), READ_OPS)).isEqualTo(5);
        assertThat(small.registry.charged(new SubjectId(2, 449), READ_OPS)).isEqualTo(3);
    }

    @Test
    void manySubjectsOfOnePeer_leaveRoomForThoseOfOthers() {
        long bytesMax = 1_000L * SubjectMemory.SUBJECT_BYTES;
        TestNode small = new TestNode("self", 1, 0, new PeerBounds(16, 100_000, bytesMax, 0));
        small.receive(report("liar", 7, 1), LINK, nowNanos);
        small.receive(report("honest", 20, 1), OTHER_LINK, nowNanos);
        for (int tick = 2; tick <= 50; tick++) {
            UsageEntry[] many = new UsageEntry[1_000];
            for (int i = 0; i < many.length; i++) {
                many[i] = entry(new SubjectId(tick, i), tick, READ_OPS, 1);
            }
            small.receive(report("liar", 7, tick, many), LINK, nowNanos);
            assertThat(small.table.subjectBytes()).isLessThanOrEqualTo(bytesMax);
        }

        UsageEntry[] some = new UsageEntry[450];
        for (int i = 0; i < some.length; i++) {
            some[i] = entry(new SubjectId(-1, i), 2, READ_OPS, 3);
        }
        small.receive(report("honest", 20, 2, some), OTHER_LINK, nowNanos);

        for (int i = 0; i < some.length; i++) {
            assertThat(small.registry.charged(new SubjectId(-1, i), READ_OPS)).isEqualTo(3);
        }
        assertThat(small.table.subjectBytes()).isLessThanOrEqualTo(bytesMax);
        assertThat(small.table.refusals(nowNanos))
                .extracting(PeerRefusal::endpoint, PeerRefusal::node, PeerRefusal::reason)
                .contains(org.assertj.core.groups.Tuple.tuple(LINK, "liar", "memory"));
    }

    @Test
    void peerThatIsNoLongerListed_isForgottenAtOnce_whateverIntervalItReports() {
        receive(report("a", 7, 1, entry(ALICE, 1, CONCURRENT_REQUESTS, 9)), LINK);

        node.table.forgetLink(LINK, nowNanos);

        assertThat(node.registry.charged(ALICE, CONCURRENT_REQUESTS)).isZero();
        assertThat(node.table.statuses()).isEmpty();
        assertThat(live()).isEqualTo(1);
    }

    @Test
    void peerWhoseConnectionEnds_isSilentAsSoonAsOneThatReportsAsOften() {
        byte[] slow = ReportCodec.encode(new Report(
                ClusterName.hash(TestNode.CLUSTER),
                "slow",
                7,
                1,
                0,
                60_000 * MS,
                0,
                SenderState.RUNNING,
                0,
                Optional.empty(),
                Optional.empty(),
                List.of(entry(ALICE, 1, CONCURRENT_REQUESTS, 9))));
        receive(slow, LINK);
        pass(1_000);
        assertThat(live()).isEqualTo(2);

        node.table.disconnected(LINK);
        pass(100);

        assertThat(live()).isEqualTo(1);
        assertThat(node.registry.charged(ALICE, CONCURRENT_REQUESTS)).isZero();
    }

    @Test
    void nodeThatComesBackWithItsKeyAtAnotherAddress_isNotWaitedFor() {
        node.table.receive(report("a", 7, 1), new ReportOrigin(LINK, "key-a"), nowNanos, 0);
        pass(1_000);
        assertThat(node.table.membership().known()).isEqualTo(2);

        node.table.receive(report("a-again", 8, 1), new ReportOrigin(OTHER_LINK, "key-a"), nowNanos, 0);

        assertThat(node.table.membership().known()).isEqualTo(2);
        assertThat(live()).isEqualTo(2);
    }

    @Test
    void countsOutOfRange_overflowNoCounter() {
        for (int tick = 1; tick <= 100; tick++) {
            SubjectId id = new SubjectId(5, tick);
            receive(report("liar", 7, tick, entry(id, tick, READ_OPS, Long.MAX_VALUE)), LINK);
        }
        receive(report("liar", 7, Long.MAX_VALUE), LINK);

        assertThat(node.table.stats().lost()).isPositive();
        assertThat(node.table.stats().chargeDelays().unknown()).isPositive();
    }
}
