package dev.sluice.proxy.admin.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.admission.Admission;
import dev.sluice.limits.admission.Ticket;
import dev.sluice.limits.admission.Verdict;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.OperationClass;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.SubjectIds;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The series of the limits that reject the most. */
class RejectingLimitsTest {
    private final Admission admission = new Admission(
            new SubjectIds("c"),
            100,
            0,
            new Policy(
                    LimitSet.of(Dimension.READ_OPS, Limit.perSecond(10, MeterAlgorithm.WINDOW)),
                    LimitSet.UNLIMITED,
                    LimitSet.UNLIMITED,
                    LimitSet.UNLIMITED,
                    Map.of(),
                    Map.of(),
                    Map.of()));
    private final Ticket ticket = new Ticket();

    private void requests(String user, int count) {
        for (int i = 0; i < count; i++) {
            if (admission.admit(Identity.ofUser(user), "", OperationClass.READ, ticket, 0)
                    instanceof Verdict.Admitted) {
                ticket.commit();
            }
            ticket.release(0);
        }
    }

    private List<String> series(SluiceMetrics metrics) {
        return metrics.scrape()
                .lines()
                .filter(line -> line.startsWith("sluice_limit_rejected_total{"))
                .toList();
    }

    @Test
    void limitsWithTheMostRejections_areSeries_andTheOthersAreOne() {
        requests("alice", 17);
        requests("bob", 14);
        requests("carol", 12);
        try (SluiceMetrics metrics = new SluiceMetrics()) {
            new RejectingLimits(admission, (scope, subject) -> subject, 2).bind(metrics);

            assertThat(series(metrics))
                    .containsExactlyInAnyOrder(
                            "sluice_limit_rejected_total{dimension=\"read-ops\",scope=\"user\",subject=\"alice\"} 7.0",
                            "sluice_limit_rejected_total{dimension=\"read-ops\",scope=\"user\",subject=\"bob\"} 4.0",
                            "sluice_limit_rejected_total{dimension=\"\",scope=\"\",subject=\"(others)\"} 2.0");
        }
    }

    @Test
    void subjectsOfOneNameForPeople_areOneSeries() {
        requests("alice", 17);
        requests("bob", 14);
        try (SluiceMetrics metrics = new SluiceMetrics()) {
            new RejectingLimits(admission, (scope, subject) -> "key:0011aabb", 20).bind(metrics);

            assertThat(series(metrics))
                    .contains(
                            "sluice_limit_rejected_total{dimension=\"read-ops\",scope=\"user\",subject=\"key:0011aabb\"} 11.0");
        }
    }
}
