package dev.sluice.proxy.admin.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.admission.Admission;
import dev.sluice.limits.admission.Ticket;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.OperationClass;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectIds;
import dev.sluice.proxy.admin.api.UsageBody.UsageQuery;
import dev.sluice.proxy.admin.api.UsageRow;
import dev.sluice.proxy.admin.limits.UsageList.UsageRates;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The limits in use, of which those that reject the most are never cut off. */
class UsageListTest {
    private static final int USERS = 12_000;

    private final Admission admission = new Admission(
            new SubjectIds("c"),
            50_000,
            0,
            new Policy(
                    LimitSet.of(Dimension.READ_OPS, Limit.perSecond(2, MeterAlgorithm.FIXED)),
                    LimitSet.of(Dimension.READ_BYTES, Limit.bytesPerSecond(4 << 20, MeterAlgorithm.WINDOW)),
                    LimitSet.UNLIMITED,
                    LimitSet.UNLIMITED,
                    Map.of(),
                    Map.of(),
                    Map.of()));
    private final UsageList list = new UsageList(
            admission,
            (scope, subject) -> subject,
            Optional::empty,
            (id, dimension) -> Optional.of(new UsageRates(1, 2)));

    private void requests(String user, String bucket, int count) {
        Ticket ticket = new Ticket();
        for (int i = 0; i < count; i++) {
            admission.admit(Identity.ofUser(user), bucket, OperationClass.READ, ticket, 0);
            ticket.commit();
            ticket.release(0);
        }
    }

    private List<String> subjects(UsageQuery query) {
        return list.rows(query, 0).stream().map(UsageRow::subject).toList();
    }

    @Test
    void topRows_areThoseThatRejectTheMost_ofHoweverMany() {
        for (int i = 0; i < USERS; i++) {
            requests("user" + i, "", 1);
        }
        requests("zoe", "", 12);
        requests("yan", "", 7);

        assertThat(subjects(new UsageQuery(3, true, Optional.empty(), "")))
                .startsWith("zoe", "yan")
                .hasSize(3);
        List<String> all = subjects(UsageQuery.ALL);
        assertThat(all).hasSize(UsageQuery.ROWS_MAX).contains("zoe", "yan").isSorted();
    }

    @Test
    void rows_areOfTheScopeAndText() {
        requests("Alice", "logs", 1);
        requests("bob", "alpine", 1);

        assertThat(subjects(new UsageQuery(9, true, Optional.of(Scope.BUCKET), "")))
                .containsExactlyInAnyOrder("logs", "alpine");
        assertThat(subjects(new UsageQuery(9, true, Optional.empty(), "AL")))
                .containsExactlyInAnyOrder("Alice", "alpine");
        assertThat(subjects(new UsageQuery(9, true, Optional.empty(), "read-b")))
                .containsExactlyInAnyOrder("logs", "alpine");
        assertThat(subjects(new UsageQuery(9, true, Optional.of(Scope.TENANT), "")))
                .isEmpty();
    }

    @Test
    void row_hasTheLimitAsItIsWritten_andItsRates() {
        requests("alice", "logs", 3);

        UsageRow bytes = list.rows(new UsageQuery(1, true, Optional.of(Scope.BUCKET), ""), 0)
                .get(0);
        UsageRow reads = list.rows(new UsageQuery(1, true, Optional.of(Scope.USER), ""), 0)
                .get(0);

        assertThat(bytes.limit()).isEqualTo("4 MiB/s");
        assertThat(reads.limit()).isEqualTo("2/s");
        assertThat(reads.rejected()).isEqualTo(1);
        assertThat(reads.rejectedPerSecond()).contains(2);
        assertThat(reads.origin()).isEmpty();
    }
}
