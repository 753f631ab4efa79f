package dev.sluice.limits.admission;

import static dev.sluice.limits.admission.OneOfTwoNodes.SECOND;
import static dev.sluice.limits.admission.OneOfTwoNodes.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.limits.pacing.RemoteNode;
import dev.sluice.limits.sharing.RemoteUsageSink;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What others admitted is pending first, and charged when a reader needs it. */
class RemoteUsageTest {
    private final OneOfTwoNodes node = new OneOfTwoNodes(100);
    private final Admission admission = node.admission;
    private final SubjectId alice = node.alice;
    private final RemoteNode other = node.other;

    private void applyRemote(long amount, long now) {
        node.applyRemote(amount, 0, now);
    }

    private long used(long now) {
        return admission.usage(10, now).get(0).used();
    }

    @Test
    void pendingCharge_isThereForEachReader() {
        applyRemote(30, START);
        applyRemote(40, START + 1);

        assertThat(used(START + 1)).isEqualTo(70);
    }

    @Test
    void nextDecision_knowsWhatWasReceivedAtTheSameMoment() {
        assertThat(node.admits(START)).isTrue();
        applyRemote(200, START);

        assertThat(node.admits(START)).isFalse();
    }

    @Test
    void pendingCharge_leavesTheWindowHardlyLater() {
        for (int i = 0; i < 10; i++) {
            applyRemote(5, START + i * SECOND / 100);
        }
        long end = START + SECOND / 10;
        applyRemote(1, end);
        admission.measure(usage -> {}, end);

        assertThat(used(end + SECOND / 2)).isEqualTo(51);
        assertThat(used(end + SECOND + SECOND / 20)).isZero();
    }

    @Test
    void changedLimit_keepsPendingCharges() {
        applyRemote(30, START);

        admission.policy(OneOfTwoNodes.policy(1_000), START);

        assertThat(used(START)).isEqualTo(30);
    }

    @Test
    void sink_isCurrentUntilTheSubjectIsForgotten() {
        assertThat(admission.sink(alice, Dimension.READ_OPS)).isEmpty();
        applyRemote(30, START);
        RemoteUsageSink sink = admission.sink(alice, Dimension.READ_OPS).orElseThrow();

        sink.applyRemote(other, 12, 0, START);
        assertThat(used(START)).isEqualTo(42);
        assertThat(sink.isCurrent()).isTrue();

        admission.forgetIdle(START + 300 * SECOND);
        assertThat(sink.isCurrent()).isFalse();
        assertThat(admission.sink(alice, Dimension.READ_OPS)).isEmpty();
    }

    @Test
    void demandThatEnds_ofNodeThatAdmittedNothing_isStillVisited() {
        OneOfTwoNodes refusing = new OneOfTwoNodes(1_000);
        refusing.applyRemote(2_000, 0, START);
        for (int i = 0; i < 100; i++) {
            assertThat(refusing.admits(START + SECOND / 20)).isFalse();
        }
        List<Double> demands = new ArrayList<>();

        for (int tenths = 1; tenths <= 2; tenths++) {
            refusing.admission.measure(
                    usage -> demands.add(usage.demand(Dimension.READ_OPS)), START + tenths * SECOND / 10);
        }

        assertThat(demands).hasSize(2);
        assertThat(demands.get(0)).isPositive();
        assertThat(demands.get(1)).isZero();
    }
}
