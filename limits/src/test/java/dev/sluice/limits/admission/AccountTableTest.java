package dev.sluice.limits.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectIds;
import dev.sluice.limits.pacing.PacingSettings;
import dev.sluice.limits.sharing.ClusterView;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class AccountTableTest {
    private static final long START = 5_000 * Limit.SECOND_NANOS;

    private final SubjectIds ids = new SubjectIds("test");
    private final AccountTable table = table(eachUser(10));

    private AccountTable table(Policy policy) {
        return new AccountTable(ids, 2, new ClusterView(0, PacingSettings.DEFAULT), new UrgentAccounts(), policy);
    }

    private static LimitSet reads(long perSecond) {
        return LimitSet.of(Dimension.READ_OPS, Limit.perSecond(perSecond, MeterAlgorithm.WINDOW));
    }

    private static Policy eachUser(long perSecond) {
        return users(reads(perSecond), Map.of());
    }

    private static Policy users(LimitSet each, Map<String, LimitSet> named) {
        LimitSet none = LimitSet.UNLIMITED;
        return new Policy(each, none, none, none, named, Map.of(), Map.of());
    }

    private Account user(String name) {
        return Objects.requireNonNull(table.of(Scope.USER, name, START));
    }

    private static long limit(Account account) {
        return Objects.requireNonNull(account.ledger(Dimension.READ_OPS))
                .limit()
                .amount();
    }

    @Test
    void subjectWithoutLimits_hasNoAccount() {
        assertThat(table.of(Scope.BUCKET, "logs", START)).isNull();
        assertThat(table.of(ids.of(Scope.BUCKET, "logs"), Scope.BUCKET, START)).isNull();
        assertThat(table.size()).isZero();
    }

    @Test
    void subject_isTheSameByNameAndById_alsoWhenAPeerReportedItFirst() {
        Account byId = table.of(ids.of(Scope.USER, "alice"), Scope.USER, START);
        assertThat(Objects.requireNonNull(byId).label()).startsWith("id:");

        assertThat(user("alice")).isSameAs(byId);
        assertThat(byId.label()).isEqualTo("alice");
        assertThat(table.known(Scope.USER, "alice")).isSameAs(byId);
    }

    @Test
    void changedPolicy_reachesEveryAccount() {
        Account alice = user("alice");
        Account bob = user("bob");

        table.policy(users(reads(20), Map.of("bob", reads(30))), START);

        assertThat(limit(alice)).isEqualTo(20);
        assertThat(limit(bob)).isEqualTo(30);
    }

    @Test
    void policyWithoutLimits_forgetsTheAccounts() {
        Account alice = user("alice");
        var ledger = Objects.requireNonNull(alice.ledger(Dimension.READ_OPS));

        table.policy(Policy.UNLIMITED, START);

        assertThat(table.size()).isZero();
        assertThat(table.known(Scope.USER, "alice")).isNull();
        assertThat(ledger.isCurrent()).isFalse();
    }

    @Test
    void fullTable_givesUnknownSubjectsOneAccount_butNamedOnesTheirOwn() {
        table.policy(users(reads(10), Map.of("vip", reads(50))), START);
        user("alice");
        user("bob");

        Account third = user("carol");

        assertThat(user("dave")).isSameAs(third);
        assertThat(third.label()).isEqualTo(AccountTable.OVERFLOW);
        assertThat(limit(user("vip"))).isEqualTo(50);
        assertThat(table.overflowed()).isPositive();
    }

    @Test
    void idleAccounts_areForgotten() {
        user("alice");

        table.forgetIdle(START + 2 * Limit.SECOND_NANOS, Limit.SECOND_NANOS);
        assertThat(table.size()).isEqualTo(1);

        table.forgetIdle(START + 4 * Limit.SECOND_NANOS, Limit.SECOND_NANOS);
        assertThat(table.size()).isZero();
    }

    @Test
    void subjectsThatOnlyPeersReport_haveHalfOfThePlaces() {
        AccountTable ten = new AccountTable(
                ids, 10, new ClusterView(0, PacingSettings.DEFAULT), new UrgentAccounts(), eachUser(10));
        for (int i = 0; i < 100; i++) {
            ten.of(ids.of(Scope.USER, "reported" + i), Scope.USER, START);
        }
        assertThat(ten.size()).isEqualTo(5);

        for (int i = 0; i < 5; i++) {
            assertThat(Objects.requireNonNull(ten.of(Scope.USER, "here" + i, START))
                            .label())
                    .isEqualTo("here" + i);
        }

        assertThat(ten.size()).isEqualTo(10);
    }

    @Test
    void reportedSubjectsThatAreUsedHere_makeRoomForOthers() {
        AccountTable ten = new AccountTable(
                ids, 10, new ClusterView(0, PacingSettings.DEFAULT), new UrgentAccounts(), eachUser(10));
        for (int i = 0; i < 5; i++) {
            ten.of(ids.of(Scope.USER, "user" + i), Scope.USER, START);
            ten.of(Scope.USER, "user" + i, START);
        }

        ten.forgetIdle(START, Limit.SECOND_NANOS);

        assertThat(ten.of(ids.of(Scope.USER, "reported"), Scope.USER, START)).isNotNull();
    }

    @Test
    void madeUpSubjectOfTheTotal_hasNoAccount() {
        LimitSet none = LimitSet.UNLIMITED;
        AccountTable total = table(new Policy(none, none, none, reads(10), Map.of(), Map.of(), Map.of()));

        assertThat(total.of(ids.of(Scope.USER, "x"), Scope.TOTAL, START)).isNull();
        assertThat(total.of(ids.of(Scope.TOTAL, ""), Scope.TOTAL, START)).isNotNull();
    }

    @Test
    void subjectThatAPeerReportsInAnotherScope_hasItsOwnLimitsHere() {
        LimitSet none = LimitSet.UNLIMITED;
        Policy policy =
                new Policy(reads(10), reads(1_000_000), none, none, Map.of("alice", reads(20)), Map.of(), Map.of());
        AccountTable both = table(policy);

        assertThat(both.of(ids.of(Scope.USER, "alice"), Scope.BUCKET, START)).isNull();
        assertThat(both.of(ids.of(Scope.USER, "bob"), Scope.BUCKET, START)).isNotNull();

        assertThat(limit(Objects.requireNonNull(both.of(Scope.USER, "alice", START))))
                .isEqualTo(20);
        assertThat(limit(Objects.requireNonNull(both.of(Scope.USER, "bob", START))))
                .isEqualTo(10);
        assertThat(both.of(Scope.BUCKET, "bob", START)).isNotSameAs(both.of(Scope.USER, "bob", START));
    }
}
