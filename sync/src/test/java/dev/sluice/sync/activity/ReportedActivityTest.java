package dev.sluice.sync.activity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sync.outgoing.ReportContent;
import dev.sluice.sync.outgoing.Reporter;
import dev.sluice.sync.peers.PeerTable;
import dev.sluice.sync.testing.TestUsageRegistry;
import dev.sluice.sync.trust.PeerBounds;
import dev.sluice.sync.trust.RefusedPart;
import dev.sluice.sync.wire.NodeIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Activity goes from a reporter to a table of peers, no more often than it should. */
class ReportedActivityTest {
    private static final long TICK = 100_000_000L;
    private static final String FROM = "tcp://127.0.0.1:7070";

    private final Book sent = new Book();
    private final Book received = new Book();
    private final TestUsageRegistry registry = new TestUsageRegistry();
    private final Reporter reporter = new Reporter(identity("a", 1), registry, 0);
    private final PeerTable table = new PeerTable(identity("b", 2), registry, new PeerBounds(8, 100), 0);

    private static final class Book implements ActivityBook {
        private final List<NodeActivity> taken = new ArrayList<>();
        private boolean isFresh = true;

        @Override
        public Optional<NodeActivity> poll() {
            return isFresh ? Optional.of(SampleActivities.DOCUMENTED) : Optional.empty();
        }

        @Override
        public void receive(long sender, NodeActivity activity, long nowNanos) {
            assertThat(sender).isEqualTo(1);
            taken.add(activity);
        }
    }

    private static NodeIdentity identity(String node, long incarnation) {
        return new NodeIdentity(7, node, incarnation, TICK);
    }

    private void tick(long nowNanos) {
        for (byte[] report : reporter.tick(ReportContent.CHANGES, nowNanos, 0)) {
            assertThat(table.receive(report, FROM, nowNanos, 0)).isEmpty();
        }
    }

    @Test
    void activity_isSentTwiceASecondAtMost_andOnlyWhenThereIsSome() {
        reporter.activity(new ActivitySender(sent, 0));
        table.activities(received);

        for (int i = 1; i <= 30; i++) {
            tick(i * TICK);
        }
        assertThat(received.taken).hasSize(6).containsOnly(SampleActivities.DOCUMENTED);

        sent.isFresh = false;
        for (int i = 31; i <= 60; i++) {
            tick(i * TICK);
        }
        assertThat(received.taken).hasSize(6);
    }

    @Test
    void tableThatWantsNone_takesTheReportAllTheSame() {
        reporter.activity(new ActivitySender(sent, 0));

        for (int i = 1; i <= 10; i++) {
            tick(i * TICK);
        }

        assertThat(table.stats().reports()).isEqualTo(10);
    }

    @Test
    void peerThatShowsItselfInEachReport_isRefused_andItsReportsCount() {
        table.activities(received);
        for (int i = 1; i <= 300; i++) {
            long nowNanos = i * TICK / 10;
            reporter.activity(new ActivitySender(sent, 0));
            tick(nowNanos);
        }

        assertThat(received.taken.size()).isBetween(16, 40);
        assertThat(table.stats().refused(RefusedPart.ACTIVITY)).isEqualTo(300 - received.taken.size());
        assertThat(table.stats().reports()).isEqualTo(300);
    }
}
