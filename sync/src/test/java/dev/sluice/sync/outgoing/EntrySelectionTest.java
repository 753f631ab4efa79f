package dev.sluice.sync.outgoing;

import static dev.sluice.limits.model.Dimension.READ_OPS;
import static dev.sluice.sync.testing.TestNode.MS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.SubjectId;
import dev.sluice.sync.receipts.ReportReceipts;
import dev.sluice.sync.testing.TestNode;
import dev.sluice.sync.testing.TestUsageRegistry;
import dev.sluice.sync.wire.ClusterName;
import dev.sluice.sync.wire.LivePeers;
import dev.sluice.sync.wire.NodeIdentity;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is told when not all of it fits. */
class EntrySelectionTest {
    private static final long INTERVAL_NANOS = 100 * MS;
    /** Room for some 100 entries in a tick, of 22 to 24 bytes. */
    private static final long RATE = 25_000;

    private static final int FIT = 100;

    private final TestUsageRegistry registry = new TestUsageRegistry();
    private final NodeIdentity self = new NodeIdentity(ClusterName.hash("test"), "a", 1, INTERVAL_NANOS);
    private final Reporter reporter = new Reporter(
            self,
            registry,
            () -> 0,
            () -> LivePeers.NONE,
            Optional.empty(),
            new ReportReceipts(self.incarnation(), 0),
            RATE,
            0);
    private long nowNanos;

    @Test
    void twiceAsManyAsFit_areAllReportedEveryFewTicks() {
        int ticks = 60;
        List<Set<SubjectId>> reported = new ArrayList<>();

        for (int tick = 0; tick < ticks; tick++) {
            admit(2 * FIT);
            reported.add(tick(ReportContent.CHANGES));
        }

        for (int i = 0; i < 2 * FIT; i++) {
            int subject = i;
            List<Integer> when = new ArrayList<>();
            for (int tick = 0; tick < ticks; tick++) {
                if (reported.get(tick).contains(id(subject))) {
                    when.add(tick);
                }
            }
            assertThat(gapMax(when, ticks)).as("ticks between reports of %d", i).isLessThanOrEqualTo(6);
        }
        assertThat(reporter.deferred()).isPositive();
    }

    @Test
    void highPriorities_areReportedAtEachTick_andTheOthersOneAfterTheOther() {
        registry.evenShare(id -> id.low() < FIT / 2 ? 0.5 : 50);
        Set<SubjectId> quiet = new HashSet<>();
        tick(ReportContent.CHANGES);

        for (int tick = 0; tick < 40; tick++) {
            admit(4 * FIT);
            Set<SubjectId> reported = tick(ReportContent.CHANGES);
            for (int i = 0; i < FIT / 2; i++) {
                assertThat(reported).as("tick %d", tick).contains(id(i));
            }
            quiet.addAll(reported);
        }

        assertThat(quiet).hasSize(4 * FIT);
    }

    @Test
    void unchangedSubject_isReportedBesideHigherPriorities() {
        registry.admit(id(100_000), READ_OPS, 1);
        registry.evenShare(id -> id.low() == 100_000 ? 50 : 0.05);
        Set<SubjectId> reported = new HashSet<>();

        for (int tick = 0; tick < 40; tick++) {
            admit(4 * FIT);
            reported.addAll(tick(ReportContent.CHANGES));
        }

        assertThat(reported).contains(id(100_000));
    }

    @Test
    void fullStateForANewSubscriber_isSpreadOverTicks() {
        admit(5 * FIT);
        Set<SubjectId> reported = tick(ReportContent.FULL_STATE);
        assertThat(reported).hasSizeLessThan(2 * FIT);

        for (int tick = 0; tick < 10; tick++) {
            reported.addAll(tick(ReportContent.CHANGES));
        }

        assertThat(reported).hasSize(5 * FIT);
    }

    @Test
    void subjectsThatDoNotFit_learnIt() {
        admit(2 * FIT);
        Set<SubjectId> reported = tick(ReportContent.CHANGES);
        Set<SubjectId> deferred = registry.takeDeferred();

        assertThat(deferred).isNotEmpty().doesNotContainAnyElementsOf(reported);
        assertThat(deferred.size() + reported.size()).isEqualTo(2 * FIT);
    }

    @Test
    void finalReport_hasAllSubjects() {
        admit(5 * FIT);

        assertThat(tick(ReportContent.FINAL)).hasSize(5 * FIT);
    }

    @Test
    void entriesThatFit_areNeverDeferred() {
        for (int tick = 0; tick < 20; tick++) {
            admit(FIT);
            assertThat(tick(ReportContent.CHANGES)).hasSize(FIT);
        }

        assertThat(reporter.deferred()).isZero();
    }

    private static int gapMax(List<Integer> when, int end) {
        int last = -1;
        int most = 0;
        for (int tick : when) {
            most = Math.max(most, tick - last);
            last = tick;
        }
        return Math.max(most, end - last);
    }

    private void admit(int subjects) {
        for (int i = 0; i < subjects; i++) {
            registry.admit(id(i), READ_OPS, 1);
        }
    }

    private static SubjectId id(int number) {
        return new SubjectId(7, number);
    }

    private Set<SubjectId> tick(ReportContent content) {
        nowNanos += INTERVAL_NANOS;
        Set<SubjectId> reported = new HashSet<>();
        for (byte[] report : reporter.tick(content, nowNanos, 0)) {
            TestNode.decoded(report).entries().forEach(entry -> reported.add(entry.id()));
        }
        return reported;
    }
}
