package dev.sluice.limits.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.ByteRateLimit;
import dev.sluice.limits.model.ByteRateLimit.ByteEnforcement;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitRate;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.OnExceed;
import dev.sluice.limits.model.OperationClass;
import dev.sluice.limits.model.OperationRateLimit;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.RateAlgorithm;
import dev.sluice.limits.model.Sharing;
import dev.sluice.limits.model.SubjectIds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each event loop reads its clock when it wakes: a request that another loop handles may so be reported a time before the
 * one at which its account began. That alone is no reason to refuse it.
 */
class EventLoopClocksTest {
    private static final long START = 5_000 * Limit.SECOND_NANOS;
    private static final long BEHIND_NANOS = 20_000_000;
    private static final Identity ALICE = Identity.ofUser("alice");

    record Case(Dimension dimension, MeterAlgorithm meter, Sharing sharing, ByteEnforcement bytes) {}

    static Stream<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (int i = 0; i < Dimension.TOKENS.ordinal(); i++) {
            for (MeterAlgorithm meter : MeterAlgorithm.values()) {
                for (Sharing sharing : Sharing.values()) {
                    for (ByteEnforcement bytes : ByteEnforcement.values()) {
                        cases.add(new Case(Dimension.at(i), meter, sharing, bytes));
                    }
                }
            }
        }
        return cases.stream();
    }

    private static Limit limit(Case c) {
        RateAlgorithm algorithm = RateAlgorithm.of(c.meter(), 1_000);
        LimitRate rate = new LimitRate(1_000, Limit.SECOND_NANOS, algorithm, algorithm.supported(c.sharing()));
        return switch (c.dimension().unit()) {
            case REQUESTS -> Limit.concurrent(1_000);
            case OPERATIONS -> new OperationRateLimit(rate, OnExceed.REJECT);
            case BYTES ->
                c.meter() == MeterAlgorithm.SEED
                        ? ByteRateLimit.of(rate)
                        : ByteRateLimit.of(rate).with(c.bytes());
        };
    }

    @ParameterizedTest
    @MethodSource("cases")
    void request_withAnEarlierClock_isAdmitted(Case c) {
        LimitSet limits = LimitSet.of(c.dimension(), limit(c));
        Admission admission = new Admission(new SubjectIds("test"), 100, 0, eachUser(limits));
        OperationClass operation = operation(c.dimension());

        Verdict first = admission.admit(ALICE, "", operation, new Ticket(), START);
        Verdict second = admission.admit(ALICE, "", operation, new Ticket(), START - BEHIND_NANOS);

        assertThat(first).isEqualTo(Verdict.ADMITTED);
        assertThat(second).isEqualTo(Verdict.ADMITTED);
    }

    private static OperationClass operation(Dimension dimension) {
        return switch (dimension) {
            case WRITE_OPS, WRITE_BYTES -> OperationClass.WRITE;
            case LIST_OPS -> OperationClass.LIST;
            case DELETE_OPS -> OperationClass.DELETE;
            case READ_OPS, READ_BYTES, CONCURRENT_REQUESTS, TOKENS -> OperationClass.READ;
        };
    }

    private static Policy eachUser(LimitSet limits) {
        return new Policy(
                limits, LimitSet.UNLIMITED, LimitSet.UNLIMITED, LimitSet.UNLIMITED, Map.of(), Map.of(), Map.of());
    }
}
