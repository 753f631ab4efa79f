package dev.sluice.sync.outgoing;

import static dev.sluice.sync.testing.TestNode.INTERVAL_NANOS;
import static dev.sluice.sync.testing.TestNode.MS;
import static dev.sluice.sync.testing.TestNode.decoded;
import static dev.sluice.sync.testing.TestUsageRegistry.ALICE;
import static dev.sluice.sync.testing.TestUsageRegistry.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.sync.testing.TestNode;
import dev.sluice.sync.testing.TestUsageRegistry;
import dev.sluice.sync.wire.ClusterName;
import dev.sluice.sync.wire.NodeIdentity;
import dev.sluice.sync.wire.Report;
import dev.sluice.sync.wire.ReportCodec;
import dev.sluice.sync.wire.ReportDelays;
import dev.sluice.sync.wire.ReportDelays.Span;
import dev.sluice.sync.wire.SenderState;
import dev.sluice.sync.wire.UsageEntry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReporterTest {
    private final TestNode node = new TestNode("a", 1, 0);

    @Test
    void tick_nothingAdmitted_givesHeartbeat() {
        List<byte[]> reports = node.tick(INTERVAL_NANOS);

        assertThat(reports).hasSize(1);
        assertThat(decoded(reports.get(0)).entries()).isEmpty();
        assertThat(decoded(reports.get(0)).sequence()).isEqualTo(1);
        assertThat(decoded(reports.get(0)).uptimeNanos()).isEqualTo(INTERVAL_NANOS);
    }

    @Test
    void tick_somethingAdmitted_reportsItOnce() {
        node.registry.admit(ALICE, Dimension.READ_OPS, 5);

        Report first = decoded(node.tick(10 * MS).get(0));
        Report second = decoded(node.tick(20 * MS).get(0));

        assertThat(first.entries()).hasSize(1);
        assertThat(first.entries().get(0).count(Dimension.READ_OPS)).isEqualTo(5);
        assertThat(first.entries().get(0).born()).isEqualTo(1);
        assertThat(second.entries()).isEmpty();
        assertThat(second.sequence()).isEqualTo(2);
    }

    @Test
    void tick_countGrows_reportsTotalWithSameBirth() {
        node.registry.admit(ALICE, Dimension.READ_OPS, 5);
        node.tick(10 * MS);
        node.registry.admit(ALICE, Dimension.READ_OPS, 2);

        UsageEntry entry = decoded(node.tick(20 * MS).get(0)).entries().get(0);

        assertThat(entry.count(Dimension.READ_OPS)).isEqualTo(7);
        assertThat(entry.born()).isEqualTo(1);
    }

    @Test
    void tick_gaugeFallsToZero_reportsIt() {
        node.registry.admit(ALICE, Dimension.CONCURRENT_REQUESTS, 4);
        node.tick(10 * MS);
        node.registry.admit(ALICE, Dimension.CONCURRENT_REQUESTS, -4);

        Report report = decoded(node.tick(20 * MS).get(0));

        assertThat(report.entries()).hasSize(1);
        assertThat(report.entries().get(0).count(Dimension.CONCURRENT_REQUESTS)).isZero();
    }

    @Test
    void tick_fullState_reportsAll() {
        node.registry.admit(ALICE, Dimension.READ_OPS, 5);
        node.registry.admit(BOB, Dimension.WRITE_BYTES, 1 << 20);
        node.tick(10 * MS);

        Report report = decoded(node.tickAll(20 * MS).get(0));

        assertThat(report.entries()).extracting(UsageEntry::id).containsExactlyInAnyOrder(ALICE, BOB);
    }

    @Test
    void tick_unchangedSubjects_repeatsEachAboutOnceASecondAndNeverInOneBurst() {
        int subjects = 1_000;
        for (int i = 0; i < subjects; i++) {
            node.registry.admit(new SubjectId(i, i * 0x9e37_79b9_7f4a_7c15L), Dimension.READ_OPS, 1);
        }
        node.tick(INTERVAL_NANOS);

        Set<SubjectId> repeated = new HashSet<>();
        List<Integer> perTick = new ArrayList<>();
        for (int tick = 2; tick <= 60; tick++) {
            Report report = decoded(node.tick(tick * INTERVAL_NANOS).get(0));
            if (tick <= 14) {
                report.entries().forEach(entry -> repeated.add(entry.id()));
            }
            perTick.add(report.entries().size());
        }

        assertThat(repeated).hasSize(subjects);
        assertThat(perTick).allMatch(entries -> entries < subjects / 3);
        assertThat(perTick.subList(40, 59)).allMatch(entries -> entries < subjects / 5);
        assertThat(perTick.stream().mapToInt(Integer::intValue).sum()).isBetween(4 * subjects, 7 * subjects);
    }

    @Test
    void tick_subjectReportedOftenEnough_isNotRepeatedAsWell() {
        int reported = 0;
        for (int tick = 1; tick <= 8 * 20; tick++) {
            if (tick % 8 == 0) {
                node.registry.admit(ALICE, Dimension.READ_OPS, 1);
            }
            reported +=
                    decoded(node.tick(tick * INTERVAL_NANOS).get(0)).entries().size();
        }

        assertThat(reported).isBetween(20, 22);
    }

    @Test
    void tick_subjectUnchangedForLong_repeatsItInTenSecondsAtTheLatest() {
        node.registry.admit(ALICE, Dimension.READ_OPS, 1);
        int reported = 0;
        for (int tick = 1; tick <= 600; tick++) {
            Report report = decoded(node.tick(tick * INTERVAL_NANOS).get(0));
            reported += tick > 200 ? report.entries().size() : 0;
        }

        assertThat(reported).isBetween(4, 6);
    }

    @Test
    void tick_subjectForgottenAndBack_isBornAgain() {
        node.registry.admit(ALICE, Dimension.READ_OPS, 5);
        node.tick(10 * MS);
        node.registry.remove(ALICE);
        for (int tick = 2; tick <= Reporter.REVIEW_TICKS; tick++) {
            node.tick(10 * tick * MS);
        }
        assertThat(node.reporter.subjects()).isZero();
        node.registry.admit(ALICE, Dimension.READ_OPS, 3);

        UsageEntry entry = decoded(node.tick(100 * MS).get(0)).entries().get(0);

        assertThat(entry.born()).isEqualTo(Reporter.REVIEW_TICKS + 1);
        assertThat(entry.count(Dimension.READ_OPS)).isEqualTo(3);
    }

    @Test
    void tick_countBeganAnewBetweenTicks_staysCumulative() {
        node.registry.admit(ALICE, Dimension.READ_OPS, 5);
        node.tick(10 * MS);
        node.registry.remove(ALICE);
        node.registry.admit(ALICE, Dimension.READ_OPS, 3);

        UsageEntry entry = decoded(node.tick(20 * MS).get(0)).entries().get(0);

        assertThat(entry.born()).isEqualTo(1);
        assertThat(entry.count(Dimension.READ_OPS)).isEqualTo(8);
    }

    @Test
    void tick_limitGoesAndComesBack_staysCumulative() {
        TestUsageRegistry registry = new TestUsageRegistry();
        Reporter reporter = new Reporter(new NodeIdentity(1, "a", 2, INTERVAL_NANOS), registry, 0);
        registry.admit(ALICE, Dimension.READ_OPS, 5);
        registry.admit(ALICE, Dimension.WRITE_OPS, 1);
        reporter.tick(ReportContent.CHANGES, 1, 1);
        registry.unlimit(ALICE, Dimension.READ_OPS);
        reporter.tick(ReportContent.CHANGES, 2, 2);
        registry.limitAnew(ALICE, Dimension.READ_OPS);
        registry.admit(ALICE, Dimension.READ_OPS, 7);

        UsageEntry entry = decoded(reporter.tick(ReportContent.CHANGES, 3, 3).get(0))
                .entries()
                .get(0);

        assertThat(entry.count(Dimension.READ_OPS)).isEqualTo(12);
        assertThat(entry.count(Dimension.WRITE_OPS)).isEqualTo(1);
    }

    @Test
    void tick_registryInUseBefore_reportsOnlyWhatCameSince() {
        node.registry.admit(ALICE, Dimension.READ_OPS, 100);
        node.registry.admit(ALICE, Dimension.CONCURRENT_REQUESTS, 2);
        NodeIdentity next = new NodeIdentity(ClusterName.hash("test"), "a", 2, INTERVAL_NANOS);
        Reporter reporter = new Reporter(next, node.registry, 0);
        node.registry.admit(ALICE, Dimension.READ_OPS, 1);

        UsageEntry entry = decoded(reporter.tick(ReportContent.CHANGES, 1, 1).get(0))
                .entries()
                .get(0);

        assertThat(entry.count(Dimension.READ_OPS)).isEqualTo(1);
        assertThat(entry.count(Dimension.CONCURRENT_REQUESTS)).isEqualTo(2);
    }

    @Test
    void tick_moreThanOneReportHolds_splitsWithConsecutiveSequences() {
        int subjects = 30_000;
        for (int i = 0; i < subjects; i++) {
            node.registry.admit(new SubjectId(i, i), Dimension.READ_OPS, 1);
        }

        List<byte[]> reports = node.tick(INTERVAL_NANOS);

        assertThat(reports).hasSizeGreaterThan(1).allMatch(bytes -> bytes.length <= ReportCodec.REPORT_BYTES_MAX);
        int entries = 0;
        for (int i = 0; i < reports.size(); i++) {
            Report report = decoded(reports.get(i));
            assertThat(report.sequence()).isEqualTo(i + 1);
            assertThat(report.entries()).allMatch(entry -> entry.born() == report.sequence());
            entries += report.entries().size();
        }
        assertThat(entries).isEqualTo(subjects);
    }

    @Test
    void tick_operationsAdmitted_reportsTheDelaySinceTheTickBefore() {
        node.tick(INTERVAL_NANOS);
        node.registry.admit(ALICE, Dimension.READ_OPS, 5);
        node.registry.admit(ALICE, Dimension.READ_BYTES, 5_000);
        node.registry.admit(BOB, Dimension.WRITE_OPS, 2);
        node.registry.admit(BOB, Dimension.CONCURRENT_REQUESTS, 1);

        ReportDelays delays =
                decoded(node.tick(3 * INTERVAL_NANOS).get(0)).delays().orElseThrow();

        assertThat(delays).isEqualTo(new ReportDelays(3 * INTERVAL_NANOS, List.of(new Span(2 * INTERVAL_NANOS, 7))));
    }

    @Test
    void tick_repetition_reportsNoDelayAgain() {
        node.registry.admit(ALICE, Dimension.READ_OPS, 5);
        node.tick(INTERVAL_NANOS);

        Report repeated = decoded(node.tickAll(2 * INTERVAL_NANOS).get(0));

        assertThat(repeated.entries()).hasSize(1);
        assertThat(repeated.delays().orElseThrow().spans()).isEmpty();
    }

    @Test
    void tick_noReportForAWhile_reportsTheWholeDelay() {
        node.tick(INTERVAL_NANOS);
        node.registry.isWorthAReport(false);
        node.registry.admit(ALICE, Dimension.READ_OPS, 5);
        Report quiet = decoded(node.tick(INTERVAL_NANOS + MS).get(0));
        node.registry.admit(ALICE, Dimension.READ_OPS, 1);
        node.registry.isWorthAReport(true);

        Report reported = decoded(node.tick(3 * INTERVAL_NANOS).get(0));

        assertThat(quiet.entries()).isEmpty();
        assertThat(reported.delays().orElseThrow().spans()).containsExactly(new Span(2 * INTERVAL_NANOS, 6));
    }

    @Test
    void tick_manyDifferentDelays_shortensNone() {
        ReportDelaysBuilder builder = new ReportDelaysBuilder();
        for (int i = 1; i <= 100; i++) {
            builder.add(i % 50 * MS, 1);
        }

        ReportDelays delays = builder.take(0);

        assertThat(delays.spans()).hasSize(ReportDelays.SPANS_MAX).last().matches(span -> span.nanos() == 49 * MS);
        assertThat(delays.operations()).isEqualTo(100);
    }

    @Test
    void tick_final_reportsChangesAndShutdown() {
        node.registry.admit(ALICE, Dimension.READ_OPS, 5);

        Report report =
                decoded(node.reporter.tick(ReportContent.FINAL, 10 * MS, 0).get(0));

        assertThat(report.senderState()).isEqualTo(SenderState.SHUTTING_DOWN);
        assertThat(report.entries()).hasSize(1);
    }
}
