package dev.sluice.sync.outgoing;

import static dev.sluice.sync.testing.TestNode.MS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.NodeService;
import dev.sluice.common.QuotaRole;
import dev.sluice.sync.config.SyncConfig;
import dev.sluice.sync.receipts.ReportReceipts;
import dev.sluice.sync.testing.TestNode;
import dev.sluice.sync.testing.TestUsageRegistry;
import dev.sluice.sync.wire.LivePeers;
import dev.sluice.sync.wire.NodeIdentity;
import dev.sluice.sync.wire.Report;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LivePeersScheduleTest {
    private static final LivePeers TWO = new LivePeers(List.of(1L, 2L));

    private LivePeers livePeers = LivePeers.NONE;
    private final LivePeersSchedule livePeersSchedule = new LivePeersSchedule(() -> livePeers, 0);

    @Test
    void noLivePeersYet_areNotReported() {
        assertThat(livePeersSchedule.next(ReportContent.CHANGES, 0)).isEmpty();
        assertThat(livePeersSchedule.next(ReportContent.FULL_STATE, 5_000 * MS)).isEmpty();
    }

    @Test
    void service_isReportedBeforeAnyPeerIsLive() {
        livePeers = LivePeers.NONE.with(Optional.of(new NodeService(QuotaRole.ALL, Optional.empty(), 6789)));

        assertThat(livePeersSchedule.next(ReportContent.CHANGES, 10 * MS)).contains(livePeers);
        assertThat(livePeersSchedule.next(ReportContent.CHANGES, 20 * MS)).isEmpty();
        assertThat(livePeersSchedule.next(ReportContent.CHANGES, 1_010 * MS)).contains(livePeers);
    }

    @Test
    void change_isReportedAtOnce_alsoToNoLivePeers() {
        livePeers = TWO;
        assertThat(livePeersSchedule.next(ReportContent.CHANGES, 10 * MS)).contains(TWO);

        livePeers = LivePeers.NONE;
        assertThat(livePeersSchedule.next(ReportContent.URGENT, 20 * MS)).contains(LivePeers.NONE);
    }

    @Test
    void unchangedLivePeers_areReportedOnceASecond_andToNewSubscribers() {
        livePeers = TWO;
        long reported = 0;
        for (long now = 0; now < 5_000; now += 100) {
            reported += livePeersSchedule.next(ReportContent.CHANGES, now * MS).isPresent() ? 1 : 0;
        }
        assertThat(reported).isEqualTo(5);

        assertThat(livePeersSchedule.next(ReportContent.FULL_STATE, 4_950 * MS)).contains(TWO);
    }

    @Test
    void reports_containIt() {
        NodeIdentity self = new NodeIdentity(1, "a", 7, TestNode.INTERVAL_NANOS);
        Reporter reporter = new Reporter(
                self,
                new TestUsageRegistry(),
                () -> 0,
                () -> livePeers,
                Optional.empty(),
                new ReportReceipts(self.incarnation(), 0),
                SyncConfig.RATE_MAX,
                0);
        livePeers = TWO;

        Report first =
                TestNode.decoded(reporter.tick(ReportContent.CHANGES, 0, 0).get(0));
        Report second = TestNode.decoded(
                reporter.tick(ReportContent.CHANGES, 100 * MS, 0).get(0));

        assertThat(first.livePeers()).isEqualTo(Optional.of(TWO));
        assertThat(second.livePeers()).isEmpty();
    }
}
