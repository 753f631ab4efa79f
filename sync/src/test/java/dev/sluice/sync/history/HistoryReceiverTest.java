package dev.sluice.sync.history;

import static dev.sluice.sync.history.RestartCluster.MS;
import static dev.sluice.sync.history.RestartCluster.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.meter.UsageHistory;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.limits.sharing.HistoryOrigin;
import dev.sluice.limits.usage.SubjectHistory;
import dev.sluice.sync.testing.TestUsageRegistry;
import dev.sluice.sync.wire.HistoryCodec;
import dev.sluice.sync.wire.HistorySenderState;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a node asks for after its start, and what it tells newcomers itself. */
class HistoryReceiverTest {
    private final HistoryReceiver.Quota quota = new HistoryReceiver.Quota(1_000);
    private static final boolean OLDER = true;
    private static final SubjectId ALICE = new SubjectId(1, 2);

    private final TestUsageRegistry registry = new TestUsageRegistry();
    private final HistoryReceiver receiver = new HistoryReceiver(registry, 0);
    private final HistorySender sender = new HistorySender(registry, receiver);

    private void meetOlderPeer(long nowNanos) {
        receiver.peerIsLive(OLDER, nowNanos);
        receiver.olderPeers(1);
    }

    private void receiveAll(HistorySenderState from, long nowNanos) {
        receiver.receive(HistoryCodec.section(from, true, List.of()), 0, true, 7, quota, nowNanos);
    }

    private HistorySenderState sent(long nowNanos) {
        sender.request();
        assertThat(sender.isSending(nowNanos)).isTrue();
        return HistoryCodec.find(sender.next(1_000_000, nowNanos), 0)
                .orElseThrow()
                .senderState();
    }

    @Test
    void thePastIsUnknownToAll_asksNoLonger_andDoesNotPassForInformed() {
        meetOlderPeer(MS);
        receiver.expire(HistoryReceiver.ASKING_NANOS + SECOND);

        assertThat(sender.isAsking()).isFalse();
        assertThat(sent(HistoryReceiver.ASKING_NANOS + SECOND)).isEqualTo(HistorySenderState.ASKING);
    }

    @Test
    void thePastIsUnknownToAll_isInformedOnceItHasRunForTheLongestPeriod() {
        meetOlderPeer(MS);
        receiver.expire(HistoryReceiver.ASKING_NANOS + SECOND);
        receiver.expire(HistoryReceiver.LONGEST_NANOS);

        assertThat(sent(HistoryReceiver.LONGEST_NANOS)).isEqualTo(HistorySenderState.INFORMED);
    }

    @Test
    void peerThatDoesNotKnow_informsNobody() {
        meetOlderPeer(MS);
        receiveAll(HistorySenderState.ASKING, 2 * MS);
        assertThat(sender.isAsking()).isTrue();

        receiveAll(HistorySenderState.INFORMED, 3 * MS);

        assertThat(sender.isAsking()).isFalse();
        assertThat(sent(SECOND)).isEqualTo(HistorySenderState.INFORMED);
    }

    @Test
    void oldestOfThoseThatStart_isInformedSoon() {
        receiver.peerIsLive(!OLDER, MS);
        receiver.expire(HistoryReceiver.PATIENCE_NANOS);

        assertThat(sent(HistoryReceiver.PATIENCE_NANOS)).isEqualTo(HistorySenderState.INFORMED);
    }

    @Test
    void aloneAtTheStart_waitsForTheFirstPeer_andIsThenInformed() {
        receiver.expire(HistoryReceiver.ASKING_NANOS - 1);
        assertThat(receiver.awaitsFirstPeer()).isTrue();

        receiver.expire(HistoryReceiver.ASKING_NANOS);

        assertThat(receiver.awaitsFirstPeer()).isFalse();
        assertThat(sent(HistoryReceiver.ASKING_NANOS)).isEqualTo(HistorySenderState.INFORMED);
    }

    @Test
    void olderPeerIsFoundLate_isAskedAllTheSame() {
        receiver.expire(HistoryReceiver.ASKING_NANOS);
        assertThat(sender.isAsking()).isFalse();

        meetOlderPeer(11 * SECOND);
        receiver.expire(12 * SECOND);

        assertThat(sender.isAsking()).isTrue();
        assertThat(sent(12 * SECOND)).isEqualTo(HistorySenderState.ASKING);
        receiveAll(HistorySenderState.INFORMED, 13 * SECOND);
        assertThat(sender.isAsking()).isFalse();
    }

    @Test
    void youngerPeerIsFoundLate_isNotAsked() {
        receiver.expire(HistoryReceiver.ASKING_NANOS);

        receiver.peerIsLive(!OLDER, 11 * SECOND);

        assertThat(sender.isAsking()).isFalse();
        assertThat(sent(11 * SECOND)).isEqualTo(HistorySenderState.INFORMED);
    }

    @Test
    void manySubscribersInARow_haveOnePassASecond() {
        sent(0);
        sender.request();

        assertThat(sender.isSending(HistorySender.PASS_NANOS - 1)).isFalse();
        assertThat(sender.isSending(HistorySender.PASS_NANOS)).isTrue();
    }

    @Test
    void nodeThatKnows_takesNothingFromAYoungerPeer() {
        var taking = new HistoryReceiver(
                new TestUsageRegistry() {
                    @Override
                    public boolean restore(SubjectHistory history, HistoryOrigin origin, long nowNanos) {
                        return true;
                    }
                },
                0);
        taking.expire(HistoryReceiver.ASKING_NANOS);
        long nowNanos = HistoryReceiver.ASKING_NANOS + MS;
        taking.peerIsLive(!OLDER, nowNanos);
        byte[] section = HistoryCodec.section(
                HistorySenderState.INFORMED,
                true,
                List.of(HistoryCodec.record(new SubjectHistory(
                        ALICE, Scope.USER, Dimension.READ_OPS, UsageHistory.of(new long[] {0}, new long[] {26})))));

        taking.receive(section, 0, !OLDER, 7, quota, nowNanos);
        assertThat(taking.restored()).isZero();

        taking.receive(section, 0, OLDER, 7, quota, nowNanos);
        assertThat(taking.restored()).isEqualTo(1);
    }

    @Test
    void peerThatClaimsToKnowAll_andSendsNothing_isNotTheOnlyOneThatIsBelieved() {
        HistoryReceiver receiver = new HistoryReceiver(new TestUsageRegistry(), 0);
        receiver.expect(2);
        receiver.peerIsLive(OLDER, 0);
        receiver.olderPeers(1);
        byte[] all = HistoryCodec.section(HistorySenderState.INFORMED, true, List.of());

        receiver.receive(all, 0, OLDER, 7, quota, MS);
        receiver.receive(all, 0, OLDER, 7, quota, 2 * MS);
        receiver.expire(500 * MS);
        assertThat(receiver.known()).isEqualTo(HistorySenderState.ASKING);
        receiver.receive(all, 0, OLDER, 8, quota, 501 * MS);
        assertThat(receiver.known()).isEqualTo(HistorySenderState.INFORMED);
    }

    @Test
    void peersThatDoNotAnswer_areAwaitedForASecond() {
        HistoryReceiver receiver = new HistoryReceiver(new TestUsageRegistry(), 0);
        receiver.expect(2);
        receiver.peerIsLive(OLDER, 0);
        receiver.receive(HistoryCodec.section(HistorySenderState.INFORMED, true, List.of()), 0, OLDER, 7, quota, MS);

        receiver.expire(1_001 * MS);

        assertThat(receiver.known()).isEqualTo(HistorySenderState.INFORMED);
        assertThat(receiver.isAsking()).isFalse();
    }
}
