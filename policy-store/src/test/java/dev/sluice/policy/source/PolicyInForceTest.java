package dev.sluice.policy.source;

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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PolicyInForceTest {
    private static final long NOW = 1_000_000_000L;
    private static final LimitSet NONE = LimitSet.of(Dimension.READ_OPS, Limit.perSecond(0, MeterAlgorithm.WINDOW));

    private static PolicySnapshot snapshot(Map<String, LimitSet> users, Map<String, String> accessKeys) {
        Policy limits = new Policy(
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                users,
                Map.of(),
                Map.of());
        return PolicyMerger.merge(List.of(new PolicyLayer(limits, accessKeys)));
    }

    private static Admission admission(PolicySnapshot first) {
        return new Admission(new SubjectIds("test"), 1_000, 0, first.limits());
    }

    @Test
    void swap_bringsLimitsAndIdentitiesIntoForce() {
        PolicySnapshot first = snapshot(Map.of(), Map.of());
        Admission admission = admission(first);
        PolicyInForce policy = new PolicyInForce(admission, first);
        PolicySnapshot next = snapshot(Map.of("alice", NONE), Map.of("K", "alice"));

        policy.swap(next, NOW);

        assertThat(policy.current()).isSameAs(next);
        assertThat(admission.policy()).isEqualTo(next.limits());
    }

    /**
     * Each snapshot gives the key to a new user and forbids this user everything, so each known request is rejected.
     */
    @Test
    void newIdentity_neverMeetsOlderLimits() throws Exception {
        PolicySnapshot first = snapshot(Map.of(), Map.of());
        Admission admission = admission(first);
        PolicyInForce policy = new PolicyInForce(admission, first);
        AtomicBoolean isDone = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Callable<Integer> requests = () -> {
                Ticket ticket = new Ticket();
                int rejected = 0;
                while (!isDone.get()) {
                    Identity identity = policy.current().identities().get("K");
                    if (identity != null) {
                        Verdict verdict = admission.admit(identity, "", OperationClass.READ, ticket, NOW);
                        assertThat(verdict).isInstanceOf(Verdict.Rejected.class);
                        rejected++;
                    }
                }
                return rejected;
            };
            List<Future<Integer>> results = IntStream.range(0, 2)
                    .mapToObj(i -> threads.submit(requests))
                    .toList();

            Map<String, LimitSet> users = new HashMap<>();
            for (int i = 0; i < 300; i++) {
                users.put("user" + i, NONE);
                policy.swap(snapshot(users, Map.of("K", "user" + i)), NOW);
            }
            isDone.set(true);

            for (Future<Integer> result : results) {
                assertThat(result.get()).isNotNegative();
            }
        } finally {
            isDone.set(true);
            threads.shutdownNow();
        }
    }
}
