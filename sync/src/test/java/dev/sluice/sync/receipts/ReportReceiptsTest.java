package dev.sluice.sync.receipts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.limits.pacing.RemoteNode;
import dev.sluice.sync.testing.TestNode;
import dev.sluice.sync.testing.TestUsageRegistry;
import dev.sluice.sync.trust.PeerBounds;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two nodes that report to each other, over links that lose messages. */
class ReportReceiptsTest {
    private static final long INTERVAL = 100_000_000L;

    private final TestNode a = new TestNode("a", 1, 0);
    private final TestNode b = new TestNode("b", 2, 0);
    private long now;

    @BeforeEach
    void receiptsMatter() {
        a.registry.needReceipts();
        b.registry.needReceipts();
        exchange(true, true);
        exchange(true, true);
    }

    /** Both nodes send a report each; those to a node may be lost. */
    private void exchange(boolean reachesB, boolean reachesA) {
        now += INTERVAL;
        List<byte[]> ofA = a.tick(now);
        if (reachesB) {
            b.receive(ofA, now);
        }
        List<byte[]> ofB = b.tick(now);
        if (reachesA) {
            a.receive(ofB, now);
        }
    }

    private static void admit(TestNode node, long amount) {
        node.registry.admit(TestUsageRegistry.ALICE, Dimension.READ_OPS, amount);
    }

    private static long charged(TestNode node) {
        return node.registry.charged(TestUsageRegistry.ALICE, Dimension.READ_OPS);
    }

    private boolean isKnown(long nanos) {
        return a.registry.firstPeer().knows(nanos, now);
    }

    @Test
    void reportThatArrives_isAcknowledgedByTheNextReport() {
        admit(a, 5);
        exchange(true, true);

        assertThat(isKnown(now)).isTrue();
        assertThat(charged(b)).isEqualTo(5);
    }

    @Test
    void lostReport_isKnownOnlyOnceItsSubjectsWereRepeated() {
        admit(a, 5);
        exchange(false, true);
        long left = now;
        assertThat(isKnown(left)).isFalse();

        exchange(true, true);
        assertThat(isKnown(left)).isFalse();
        exchange(true, true);

        assertThat(charged(b)).isEqualTo(5);
        assertThat(isKnown(left)).isTrue();
    }

    @Test
    void receipt_doesNotCount_whileThisNodeMissesWhatThePeerAdmittedBeforeIt() {
        admit(a, 1);
        exchange(true, true);
        admit(b, 7);
        admit(a, 5);
        exchange(true, false);
        long left = now;

        exchange(true, true);
        assertThat(charged(a)).isZero();
        assertThat(isKnown(left)).isFalse();
        exchange(true, true);

        assertThat(charged(a)).isEqualTo(7);
        assertThat(isKnown(left)).isTrue();
    }

    @Test
    void lostReport_thatHasNoRoomToBeRepeated_staysLost() {
        TestNode slow = new TestNode("slow", 5, now, new PeerBounds(16, 1_000), 25_000);
        TestNode fast = new TestNode("fast", 6, now);
        slow.registry.needReceipts();
        fast.registry.needReceipts();
        slow.registry.evenShare(id -> id.equals(TestUsageRegistry.ALICE) ? 1 : 0.01);
        admit(slow, 5);
        admit(fast, 1);
        slow.receive(fast.tick(now), now);
        fast.receive(slow.tick(now), now);
        admit(slow, 5);
        admit(fast, 1);
        now += INTERVAL;
        slow.tick(now);
        long left = now;

        for (int i = 0; slow.registry.firstPeer().knowsUntil() < left; i++) {
            assertThat(i).as("exchanges").isLessThan(100);
            now += INTERVAL;
            for (int j = 0; j < 400; j++) {
                slow.registry.admit(new SubjectId(7, j), Dimension.READ_OPS, 1);
            }
            slow.receive(fast.tick(now), now);
            fast.receive(slow.tick(now), now);
            long knownByFast = fast.registry.firstPeer().knowsUntil();
            if (slow.registry.firstPeer().knowsUntil() >= left || knownByFast > left) {
                assertThat(charged(fast)).as("after %d exchanges", i).isEqualTo(10);
            }
        }
    }

    @Test
    void firstReportOfATick_acknowledgesNothingOfTheOthers() {
        for (int i = 0; i < 20_000; i++) {
            a.registry.admit(new SubjectId(7, i), Dimension.READ_OPS, 1_000_000_000_000L);
        }
        now += INTERVAL;
        List<byte[]> reports = a.tick(now);
        assertThat(reports.size()).isGreaterThan(1);

        b.receive(reports.subList(0, 1), now);
        a.receive(b.tick(now), now);
        assertThat(a.registry.firstPeer().knowsUntil()).isPositive().isLessThan(now);

        b.receive(reports.subList(1, reports.size()), now);
        now += INTERVAL;
        a.receive(b.tick(now), now);
        assertThat(isKnown(now - INTERVAL)).isTrue();
    }

    @Test
    void nodesThatNeedNoReceipts_sendNone() {
        TestNode c = new TestNode("c", 3, 0);
        admit(c, 1);
        byte[] report = c.tick(INTERVAL).get(0);

        TestNode d = new TestNode("d", 4, 0);
        d.registry.needReceipts();
        admit(d, 1);
        byte[] asking = d.tick(INTERVAL).get(0);

        assertThat(asking).hasSize(report.length + 3).endsWith((byte) 'R', (byte) 1, (byte) 1);
    }

    @Test
    void peerThatClaimsLossesAllTheTime_getsThemRepeatedAFewTimesASecond_andAllInTheEnd() {
        PeerReceipts peer = new PeerReceipts(9, a.registry.firstPeer(), now);
        int repeats = 0;
        for (int i = 0; i < 10_000; i++) {
            now += INTERVAL / 10;
            peer.acknowledged(now, now, false);
            repeats += peer.lost(now).isPresent() ? 1 : 0;
            peer.repeated(now);
        }
        assertThat(repeats).as("in 100 s").isBetween(450, 550);

        long claimed = now;
        long until = 0;
        for (int i = 0; i < 100; i++) {
            now += INTERVAL / 10;
            until = peer.lost(now).map(LostReports::untilNanos).orElse(until);
            peer.repeated(now);
        }
        assertThat(until).isEqualTo(claimed);
        peer.acknowledged(now, claimed, false);
        assertThat(isKnown(claimed)).isTrue();
    }

    @Test
    void lossThatMayNotBeRepeatedNow_staysOpen_whateverElseIsRepeated() {
        PeerReceipts peer = new PeerReceipts(9, a.registry.firstPeer(), now);
        peer.acknowledged(now, now, false);
        while (peer.lost(now).isPresent()) {
            // Found, and each time without room.
        }
        peer.repeated(now);
        assertThat(peer.isIncomplete()).isTrue();

        now += 10 * INTERVAL;
        assertThat(peer.lost(now)).isPresent();
        peer.repeated(now);
        assertThat(peer.isIncomplete()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void whatIsKnown_wasReceived_howeverManyReportsAreLost(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double loss = 0.5 * random.nextDouble();
        List<Left> all = new ArrayList<>();
        RemoteNode peer = a.registry.firstPeer();
        long countOfA = 0;
        long countOfB = 0;
        int advances = 0;
        for (int i = 0; i < 2_000; i++) {
            long more = random.nextInt(3) == 0 ? random.nextInt(10) : 0;
            long moreOfB = random.nextInt(3) == 0 ? random.nextInt(10) : 0;
            countOfA += more;
            countOfB += moreOfB;
            admit(a, more);
            admit(b, moreOfB);
            all.add(new Left(now + INTERVAL, countOfA));
            // A node that is silent for longer is taken for gone: what it admits meanwhile is not charged.
            boolean isRound = i % 3 == 0;
            exchange(isRound || random.nextDouble() >= loss, isRound || random.nextDouble() >= loss);

            for (Left left : all) {
                if (left.countOfB < 0 && charged(b) >= left.count) {
                    left.countOfB = countOfB;
                }
            }
            long known = peer.knowsUntil();
            int before = all.size();
            all.removeIf(left -> {
                boolean isKnown = left.nanos <= known;
                if (isKnown) {
                    assertThat(charged(b)).isGreaterThanOrEqualTo(left.count);
                    assertThat(charged(a)).isGreaterThanOrEqualTo(left.countOfB);
                }
                return isKnown;
            });
            advances += all.size() < before ? 1 : 0;
        }

        assertThat(advances).isGreaterThan(100);
    }

    /** What a node had admitted when a report of it left. */
    private static final class Left {
        private final long nanos;
        private final long count;
        /** What the other node had admitted when it first knew this. */
        private long countOfB = -1;

        Left(long nanos, long count) {
            this.nanos = nanos;
            this.count = count;
        }
    }
}
