package dev.sluice.limits.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.limits.pacing.PacingSettings;
import dev.sluice.limits.sharing.ClusterView;
import dev.sluice.limits.sharing.Ledger;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AccountTest {
    private static final long START = 5_000 * Limit.SECOND_NANOS;

    private final ClusterView cluster = new ClusterView(0, PacingSettings.DEFAULT);
    private final UrgentAccounts urgent = new UrgentAccounts();

    private Account account(LimitSet limits) {
        return new Account(new SubjectId(1, 2), Scope.USER, "alice", limits, cluster, urgent, START);
    }

    private static LimitSet reads(long perSecond, MeterAlgorithm algorithm) {
        return LimitSet.of(Dimension.READ_OPS, Limit.perSecond(perSecond, algorithm));
    }

    private static Ledger reads(Account account) {
        return Objects.requireNonNull(account.ledger(Dimension.READ_OPS));
    }

    private static int admitted(Ledger ledger, int wanted) {
        int admitted = 0;
        for (int i = 0; i < wanted; i++) {
            admitted += ledger.meter().tryCharge(1, START) ? 1 : 0;
        }
        return admitted;
    }

    @ParameterizedTest
    @EnumSource(MeterAlgorithm.class)
    void changedLimit_keepsWhatWasCharged(MeterAlgorithm algorithm) {
        for (MeterAlgorithm other : MeterAlgorithm.values()) {
            Account account = account(reads(100, algorithm));
            Ledger ledger = reads(account);
            admitted(ledger, 60);

            account.apply(reads(80, other), cluster, START);

            assertThat(admitted(ledger, 100)).as("%s to %s", algorithm, other).isEqualTo(20);
        }
    }

    @Test
    void liftedLimit_takesNoMoreRemoteUsage() {
        Account account = account(reads(100, MeterAlgorithm.WINDOW));
        Ledger ledger = reads(account);

        account.apply(LimitSet.UNLIMITED, cluster, START);

        assertThat(account.ledger(Dimension.READ_OPS)).isNull();
        assertThat(ledger.isCurrent()).isFalse();
    }

    @Test
    void account_isForgettable_onceItsMetersAreEmptyAndItsPeriodsAreOver() {
        Account account = account(reads(100, MeterAlgorithm.WINDOW));
        admitted(reads(account), 1);

        assertThat(account.isForgettable(START + Limit.SECOND_NANOS / 2, 0)).isFalse();
        assertThat(account.isForgettable(START + 2 * Limit.SECOND_NANOS, 0)).isFalse();
        assertThat(account.isForgettable(START + 4 * Limit.SECOND_NANOS, 0)).isTrue();
        assertThat(account.isForgettable(START + 4 * Limit.SECOND_NANOS, 5 * Limit.SECOND_NANOS))
                .isFalse();
    }

    @Test
    void urgentAccount_isListedOnce_andWakesOnlyTheFirstTime() {
        int[] woken = new int[1];
        urgent.onFirst(() -> woken[0]++);
        Account first = account(reads(100, MeterAlgorithm.WINDOW));
        Account second = account(reads(100, MeterAlgorithm.WINDOW));

        first.requestUrgentUpdate();
        second.requestUrgentUpdate();
        first.requestUrgentUpdate();

        assertThat(woken[0]).isEqualTo(1);
        assertThat(urgent.takeAll()).isSameAs(second);
        assertThat(second.takeNextUrgent()).isSameAs(first);
        assertThat(first.takeNextUrgent()).isNull();
        assertThat(urgent.isEmpty()).isTrue();
    }
}
