package dev.sluice.limits.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.OnExceed;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Requests that wait and have several limits. */
class HeldRequestSeveralLimitsTest extends HeldRequestFixture {
    @Test
    void requestOfSeveralLimits_waitsOnlyIfAllThatRefuseLetItWait() {
        Admission admission = admission(policy(
                reads(10, WAIT),
                LimitSet.UNLIMITED,
                Map.of("strict", reads(1, OnExceed.REJECT), "kind", reads(1, WAIT))));
        send(admission, "s", BOB, "strict");
        send(admission, "k", BOB, "kind");
        ends.clear();
        fill(admission, ALICE, 10);

        send(admission, "a", ALICE, "strict");
        send(admission, "b", ALICE, "kind");

        assertThat(ends).containsExactly("a rejected");
        run(1_015);
        assertThat(ends).containsExactly("a rejected", "b admitted");
    }

    @Test
    void requestThatWaits_movesToTheLimitThatHoldsItNow_andKeepsItsTurn() {
        OnExceed wait = OnExceed.waitUpTo(10 * SECOND);
        Admission admission = admission(policy(reads(10, wait), reads(12, wait), Map.of()));
        fill(admission, ALICE, 10);
        send(admission, "alice", ALICE, "");
        run(500);
        send(admission, "bob0", BOB, "");
        send(admission, "bob1", BOB, "");
        send(admission, "bob2", BOB, "");
        assertThat(ends).containsExactly("bob0 admitted", "bob1 admitted");

        run(2_000);

        assertThat(ends).containsExactly("bob0 admitted", "bob1 admitted", "alice admitted", "bob2 admitted");
        assertThat(admission.holding().held()).isEqualTo(2);
    }

    @Test
    void slotsOfARequest_areOfferedOnceAllOfThemAreFree() {
        LimitSet waiting =
                LimitSet.of(Dimension.CONCURRENT_REQUESTS, Limit.concurrent(1).with(WAIT));
        LimitSet rejecting = LimitSet.of(Dimension.CONCURRENT_REQUESTS, Limit.concurrent(1));
        Admission admission = admission(policy(LimitSet.UNLIMITED, waiting, Map.of("b", waiting)));
        Client first = send(admission, "first", ALICE, "b");
        send(admission, "second", BOB, "b");
        admission.policy(policy(LimitSet.UNLIMITED, waiting, Map.of("b", rejecting)), clock.nowNanos);
        assertThat(ends).containsExactly("first admitted");

        first.ticket.release(clock.nowNanos);

        run(0);
        assertThat(ends).containsExactly("first admitted", "second admitted");
    }
}
