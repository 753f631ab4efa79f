package dev.sluice.sync.outgoing;

import static dev.sluice.limits.model.Dimension.CONCURRENT_REQUESTS;
import static dev.sluice.limits.model.Dimension.READ_OPS;
import static dev.sluice.sync.testing.TestUsageRegistry.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.limits.usage.LocalUsage;
import org.junit.jupiter.api.Test;

class ReportPriorityTest {
    private final ReportPriority priority = new ReportPriority();
    private final Usage usage = new Usage();

    @Test
    void take_lessThanTwoPercentOfAnEvenShare_waitsUntilItAddsUp() {
        usage.evenShare = 1_000;

        assertThat(priority.take(usage, READ_OPS, 19, 0)).isZero();
        assertThat(priority.take(usage, READ_OPS, 40, 0)).isEqualTo(2);
        assertThat(priority.take(usage, READ_OPS, 59, 0)).isZero();
        assertThat(usage.reported).isEqualTo(40);
    }

    @Test
    void take_farBelowTheLimit_waitsForEightPercent() {
        usage.evenShare = 1_000;
        usage.farBelowLimit = true;

        assertThat(priority.take(usage, READ_OPS, 79, 0)).isZero();
        assertThat(priority.take(usage, READ_OPS, 80, 0)).isEqualTo(1);
    }

    @Test
    void take_demandFallsOrRises_hasPriorityWithoutAnyCount() {
        usage.evenShare = 1_000;

        assertThat(priority.take(usage, READ_OPS, 0, 200)).isEqualTo(10);
        assertThat(priority.take(usage, READ_OPS, 0, 190)).isZero();
        assertThat(priority.take(usage, READ_OPS, 0, 100)).isEqualTo(5);
        assertThat(usage.reported).isZero();
    }

    @Test
    void take_notPaced_reportsEachChange() {
        assertThat(priority.take(usage, READ_OPS, 1, 0)).isEqualTo(1);
        assertThat(priority.take(usage, READ_OPS, 1, 0)).isZero();
        assertThat(priority.take(usage, CONCURRENT_REQUESTS, 3, 0)).isEqualTo(1);
        assertThat(priority.take(usage, CONCURRENT_REQUESTS, 2, 0)).isEqualTo(1);
    }

    @Test
    void take_limitComesBack_countsFromZero() {
        usage.evenShare = 1_000;
        priority.take(usage, READ_OPS, 500, 500);

        assertThat(priority.take(usage, READ_OPS, LocalUsage.NO_LIMIT, 0)).isZero();
        assertThat(priority.take(usage, READ_OPS, 20, 20)).isEqualTo(1);
        assertThat(usage.reported).isEqualTo(520);
    }

    @Test
    void take_smallerCountThanBefore_countsFromZero() {
        usage.evenShare = 1_000;
        priority.take(usage, READ_OPS, 500, 0);

        assertThat(priority.take(usage, READ_OPS, 40, 0)).isEqualTo(2);
        assertThat(usage.reported).isEqualTo(540);
    }

    @Test
    void skip_countsFromThere() {
        usage.evenShare = 1_000;
        priority.skip(READ_OPS, 500);

        assertThat(priority.take(usage, READ_OPS, 520, 0)).isEqualTo(1);
        assertThat(usage.reported).isEqualTo(20);
    }

    @Test
    void take_whileTheLimitIsNearlyUsedUp_smallChangesAreWorthAReport() {
        usage.evenShare = 1_000;
        usage.nearLimit = true;

        assertThat(priority.take(usage, READ_OPS, 4, 0)).isZero();
        assertThat(priority.take(usage, READ_OPS, 5, 0)).isEqualTo(1);
    }

    private static final class Usage implements LocalUsage {
        private double evenShare;
        private boolean farBelowLimit;
        private boolean nearLimit;
        private long reported;

        @Override
        public SubjectId id() {
            return ALICE;
        }

        @Override
        public Scope scope() {
            return Scope.USER;
        }

        @Override
        public long admitted(Dimension dimension) {
            throw new AssertionError("the caller has read it");
        }

        @Override
        public double demand(Dimension dimension) {
            throw new AssertionError("the caller has read it");
        }

        @Override
        public double evenShare(Dimension dimension) {
            return evenShare;
        }

        @Override
        public boolean isNearLimit(Dimension dimension) {
            return nearLimit;
        }

        @Override
        public boolean isFarBelowLimit(Dimension dimension) {
            return farBelowLimit;
        }

        @Override
        public void countReported(Dimension dimension, long amount) {
            reported += amount;
        }
    }
}
