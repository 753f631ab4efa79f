package dev.sluice.sync.peers;

import static dev.sluice.limits.model.Dimension.READ_OPS;
import static dev.sluice.sync.testing.TestNode.INTERVAL_NANOS;
import static dev.sluice.sync.testing.TestNode.MS;
import static dev.sluice.sync.testing.TestUsageRegistry.ALICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.sync.testing.TestNode;
import dev.sluice.sync.wire.Report;
import dev.sluice.sync.wire.ReportCodec;
import dev.sluice.sync.wire.ReportDelays;
import dev.sluice.sync.wire.ReportDelays.Span;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** From an admission on one node to its charge on another, on clocks that have nothing to do with each other. */
class ChargeDelayTest {
    private static final long OTHER_CLOCK_NANOS = -5_000_000_000_000L;

    private final TestNode a = new TestNode("a", 1, 0);
    private final TestNode b = new TestNode("b", 2, OTHER_CLOCK_NANOS);

    @Test
    void admissions_areSpreadOverTheIntervalAndTheTransit() {
        exchange(INTERVAL_NANOS, 0);
        a.registry.admit(ALICE, READ_OPS, 1_000);
        exchange(2 * INTERVAL_NANOS, 20 * MS);

        ChargeDelays chargeDelays = chargeDelays();

        assertThat(chargeDelays.count()).isEqualTo(1_000);
        assertThat(chargeDelays.unknown()).isZero();
        assertThat(chargeDelays.quantileNanos(0.5)).isCloseTo(70.0 * MS, within(1.0 * MS));
        assertThat(chargeDelays.quantileNanos(0)).isCloseTo(20.0 * MS, within(1.0 * MS));
        assertThat(chargeDelays.sumNanos()).isCloseTo(1_000 * 70.0 * MS, within(1.0 * MS));
    }

    @Test
    void clocksThatDrift_giveNoNegativeTimes() {
        for (int tick = 1; tick <= 1_000; tick++) {
            a.registry.admit(ALICE, READ_OPS, 1);
            exchange(tick * INTERVAL_NANOS, -tick * MS / 10);
        }

        ChargeDelays chargeDelays = chargeDelays();

        assertThat(chargeDelays.count()).isEqualTo(1_000);
        assertThat(chargeDelays.counts()).allMatch(count -> count >= 0);
        assertThat(chargeDelays.quantileNanos(1)).isLessThanOrEqualTo(100.0 * MS);
    }

    @Test
    void clockThatRunsSlower_isFollowed() {
        for (int tick = 1; tick <= 1_000; tick++) {
            a.registry.admit(ALICE, READ_OPS, 1);
            exchange(tick * INTERVAL_NANOS, tick * MS / 100);
        }

        assertThat(chargeDelays().quantileNanos(1)).isLessThanOrEqualTo(110.0 * MS);
    }

    @Test
    void lostReport_makesItsDelaysUnknown() {
        exchange(INTERVAL_NANOS, 0);
        a.registry.admit(ALICE, READ_OPS, 5);
        a.tick(2 * INTERVAL_NANOS);
        a.registry.admit(ALICE, READ_OPS, 2);

        exchange(3 * INTERVAL_NANOS, 0);

        assertThat(chargeDelays().count()).isEqualTo(2);
        assertThat(chargeDelays().unknown()).isEqualTo(5);
    }

    @Test
    void senderOfTheReleaseBefore_makesItsDelaysUnknown() {
        a.registry.admit(ALICE, READ_OPS, 5);
        Report report = TestNode.decoded(a.tick(INTERVAL_NANOS).get(0));
        Report older = new Report(
                report.clusterHash(),
                report.node(),
                report.incarnation(),
                report.sequence(),
                report.wallMillis(),
                report.intervalNanos(),
                report.uptimeNanos(),
                report.senderState(),
                0,
                Optional.empty(),
                Optional.empty(),
                report.entries());

        b.receive(List.of(ReportCodec.encode(older)), OTHER_CLOCK_NANOS);

        assertThat(chargeDelays().count()).isZero();
        assertThat(chargeDelays().unknown()).isEqualTo(5);
    }

    @Test
    void add_absurdNumbers_keepsCountersGrowing() {
        ChargeDelayCounters counters = new ChargeDelayCounters();
        ReportDelays most =
                new ReportDelays(0, List.of(new Span(ReportDelays.SPAN_NANOS_MAX, ReportDelays.OPERATIONS_MAX)));

        counters.add(most, Long.MIN_VALUE, 0);
        counters.add(most, Long.MAX_VALUE, 0);
        counters.add(most, Long.MAX_VALUE, 0);
        counters.add(most, 7, ChargeDelayCounters.TRANSIT_NANOS_MAX + 1);

        ChargeDelays times = counters.snapshot();
        assertThat(times.counts()).allMatch(count -> count >= 0);
        assertThat(times.count()).isEqualTo(2 * ReportDelays.OPERATIONS_MAX);
        assertThat(times.unknown()).isEqualTo(Long.MAX_VALUE - ReportDelays.OPERATIONS_MAX + 7);
    }

    @Test
    void add_fractions_loseNothing() {
        ChargeDelayCounters counters = new ChargeDelayCounters();
        ReportDelays one = new ReportDelays(0, List.of(new Span(137 * MS, 1)));
        List<Long> before = ChargeDelays.NONE.counts();

        for (int i = 0; i < 1_000; i++) {
            counters.add(one, 1, 3 * MS);
            assertCumulativeNotBelow(counters.snapshot().counts(), before);
            before = counters.snapshot().counts();
        }

        assertThat(counters.snapshot().count()).isEqualTo(1_000);
    }

    private static void assertCumulativeNotBelow(List<Long> now, List<Long> before) {
        long sum = 0;
        for (int i = 0; i < now.size(); i++) {
            sum += now.get(i) - before.get(i);
            assertThat(sum).isNotNegative();
        }
    }

    private void exchange(long nowNanos, long transitNanos) {
        b.receive(a.tick(nowNanos), OTHER_CLOCK_NANOS + nowNanos + transitNanos);
    }

    private ChargeDelays chargeDelays() {
        return b.table.stats().chargeDelays();
    }
}
