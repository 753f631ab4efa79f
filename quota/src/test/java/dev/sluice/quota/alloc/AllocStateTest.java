package dev.sluice.quota.alloc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.limits.model.QuotaName;
import dev.sluice.quota.alloc.AllocCommand.Change;
import dev.sluice.quota.alloc.AllocCommand.Define;
import dev.sluice.quota.alloc.AllocCommand.Remove;
import dev.sluice.quota.alloc.AllocCommand.Renew;
import dev.sluice.quota.alloc.AllocResult.Decided;
import dev.sluice.quota.alloc.AllocStep.Allocate;
import dev.sluice.quota.alloc.AllocStep.Free;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AllocStateTest {
    private static final QuotaName CPUS = new QuotaName("ci", "cpus");
    private static final QuotaName DISKS = new QuotaName("ci", "disks");
    private static final long HOUR_MILLIS = 3_600_000;

    private final AllocState state = new AllocState(new AllocBounds(3, 1_000));
    private long nowMillis = 1_000_000;

    @BeforeEach
    void defineQuotas() {
        apply(new Define(CPUS, 10, HOUR_MILLIS));
        apply(new Define(DISKS, 4, 0));
    }

    @Test
    void allocation_takesTokens_andRaisesTheVersion() {
        assertThat(one(allocate(CPUS, 4, 0))).isEqualTo(new StepResult(StepOutcome.APPLIED, 6, 2, AllocLease.NONE));
        assertThat(one(free(CPUS, 1, 2))).isEqualTo(new StepResult(StepOutcome.APPLIED, 7, 3, AllocLease.NONE));
        assertThat(state.view(CPUS)).contains(new QuotaView(3, 10, 3, HOUR_MILLIS));
    }

    @Test
    void allocationOverCapacity_orFreeOfMoreThanIsAllocated_changesNothing() {
        apply(allocate(CPUS, 8, 0));

        assertThat(one(allocate(CPUS, 3, 0))).isEqualTo(new StepResult(StepOutcome.NO_CAPACITY, 2, 2, AllocLease.NONE));
        assertThat(one(free(CPUS, 9, 0))).isEqualTo(new StepResult(StepOutcome.NOT_ALLOCATED, 2, 2, AllocLease.NONE));
    }

    @Test
    void versionIsCheckedBeforeTheCapacity_andZeroIsNotChecked() {
        assertThat(one(allocate(CPUS, 100, 7)).outcome()).isEqualTo(StepOutcome.INVALID_VERSION);
        assertThat(one(allocate(CPUS, 100, 1)).outcome()).isEqualTo(StepOutcome.NO_CAPACITY);
        assertThat(one(allocate(CPUS, 10, 0)).outcome()).isEqualTo(StepOutcome.APPLIED);
    }

    @Test
    void unknownQuota_isNotFound() {
        assertThat(one(allocate(new QuotaName("ci", "gpus"), 1, 0))).isEqualTo(StepResult.NOT_FOUND);
        assertThat(apply(new Remove(new QuotaName("ci", "gpus")))).isEqualTo(new AllocResult.Missing());
    }

    @Test
    void namesAreNotJoined() {
        apply(new Define(new QuotaName("a_b", "c"), 1, 0));

        assertThat(state.view(new QuotaName("a", "b_c"))).isEmpty();
    }

    @Test
    void changeOfSeveralQuotas_appliesAllOrNone() {
        Change tooMany = change(step(CPUS, 2), step(DISKS, 5));
        assertThat(((Decided) apply(tooMany)).steps())
                .containsExactly(
                        new StepResult(StepOutcome.NOT_APPLIED, 10, 1, AllocLease.NONE),
                        new StepResult(StepOutcome.NO_CAPACITY, 4, 1, AllocLease.NONE));

        Decided fitting = (Decided) apply(change(step(CPUS, 2), step(DISKS, 4)));
        assertThat(fitting.isApplied()).isTrue();
        assertThat(state.view(CPUS).orElseThrow().allocated()).isEqualTo(2);
        assertThat(state.view(DISKS).orElseThrow().allocated()).isEqualTo(4);
    }

    @Test
    void changeThatNamesAQuotaTwice_isNoChange() {
        assertThatThrownBy(() -> change(step(CPUS, 1), step(CPUS, 1))).hasMessageContaining("ci/cpus twice");
    }

    @Test
    void capacityBelowWhatIsAllocated_isShown_andNothingFitsUntilItIsFreed() {
        apply(allocate(CPUS, 8, 0));
        apply(new Define(CPUS, 5, 0));

        assertThat(state.view(CPUS)).contains(new QuotaView(8, 5, 2, 0));
        assertThat(one(allocate(CPUS, 1, 0))).isEqualTo(new StepResult(StepOutcome.NO_CAPACITY, 0, 2, AllocLease.NONE));
        assertThat(one(free(CPUS, 4, 0))).isEqualTo(new StepResult(StepOutcome.APPLIED, 1, 3, AllocLease.NONE));
    }

    @Test
    void repetitionWithTheSameKey_changesNothing_andHasTheSameResult() {
        Change keyed = keyed("k", "body", step(CPUS, 4));
        AllocResult first = apply(keyed);
        apply(allocate(CPUS, 1, 0));

        assertThat(apply(keyed)).isEqualTo(first);
        assertThat(state.view(CPUS).orElseThrow().allocated()).isEqualTo(5);
        assertThat(apply(keyed("k", "other", step(CPUS, 4)))).isEqualTo(new AllocResult.KeyReused());
    }

    @Test
    void refusalWithAKey_isRepeatedToo() {
        Change keyed = keyed("k", "body", step(CPUS, 11));
        AllocResult refused = apply(keyed);
        apply(new Define(CPUS, 20, 0));

        assertThat(apply(keyed)).isEqualTo(refused);
    }

    @Test
    void keysAreForgottenAfterTheirTime_andNeverForRoom() {
        apply(keyed("a", "", step(CPUS, 1)));
        apply(keyed("b", "", step(CPUS, 1)));
        apply(keyed("c", "", step(CPUS, 1)));
        assertThat(apply(keyed("d", "", step(CPUS, 1)))).isEqualTo(new AllocResult.KeysExhausted());
        assertThat(apply(keyed("a", "", step(CPUS, 1)))).isInstanceOf(Decided.class);
        assertThat(state.view(CPUS).orElseThrow().allocated()).isEqualTo(3);

        nowMillis += 1_001;

        assertThat(apply(keyed("a", "", step(CPUS, 1)))).isInstanceOf(Decided.class);
        assertThat(state.view(CPUS).orElseThrow().allocated()).isEqualTo(4);
    }

    @Test
    void changeOfSeveralQuotas_countsAsSoManyKeys() {
        apply(new Change(List.of(step(CPUS, 1), step(DISKS, 1)), Optional.of(new IdempotencyKey("a", ""))));
        assertThat(apply(keyed("b", "", step(CPUS, 1)))).isInstanceOf(Decided.class);
        assertThat(apply(keyed("c", "", step(CPUS, 1)))).isEqualTo(new AllocResult.KeysExhausted());
    }

    @Test
    void leaseFreesItselfOnce_atItsEnd() {
        long lease = one(lease(CPUS, 6, 5_000)).lease();
        assertThat(state.leases(CPUS)).containsExactly(new AllocLease(lease, CPUS, 6, "job", nowMillis + 5_000));
        assertThat(state.nextExpiryMillis()).isEqualTo(nowMillis + 5_000);

        nowMillis += 4_999;
        state.advance(nowMillis);
        assertThat(state.view(CPUS)).contains(new QuotaView(6, 10, 2, HOUR_MILLIS));

        nowMillis += 1;
        state.advance(nowMillis);
        state.advance(nowMillis + HOUR_MILLIS);
        assertThat(state.view(CPUS)).contains(new QuotaView(0, 10, 3, HOUR_MILLIS));
        assertThat(state.leases(CPUS)).isEmpty();
    }

    @Test
    void leasedTokens_areFreedOnlyByTheirLease() {
        apply(allocate(CPUS, 1, 0));
        long lease = one(lease(CPUS, 6, 5_000)).lease();

        assertThat(one(free(CPUS, 2, 0)).outcome()).isEqualTo(StepOutcome.NOT_ALLOCATED);
        assertThat(one(freeOf(lease, 4)).outcome()).isEqualTo(StepOutcome.APPLIED);
        assertThat(one(freeOf(lease, 3)).outcome()).isEqualTo(StepOutcome.NOT_ALLOCATED);
        nowMillis += 5_000;
        state.advance(nowMillis);

        assertThat(state.view(CPUS).orElseThrow().allocated()).isEqualTo(1);
        assertThat(one(freeOf(lease, 1)).outcome()).isEqualTo(StepOutcome.NOT_ALLOCATED);
    }

    @Test
    void renewedLease_lastsFromNow_andNotLongerThanTheQuotaAllows() {
        long lease = one(lease(CPUS, 6, 5_000)).lease();
        nowMillis += 4_000;
        assertThat(apply(new Renew(lease, 5_000))).isEqualTo(new AllocResult.Done());
        assertThat(apply(new Renew(lease, HOUR_MILLIS + 1))).isEqualTo(new AllocResult.LeaseTooLong(HOUR_MILLIS));
        nowMillis += 4_999;
        state.advance(nowMillis);
        assertThat(state.leases(CPUS)).hasSize(1);

        nowMillis += 1;
        assertThat(apply(new Renew(lease, 5_000))).isEqualTo(new AllocResult.Missing());
        assertThat(one(lease(CPUS, 1, HOUR_MILLIS + 1)).outcome()).isEqualTo(StepOutcome.LEASE_TOO_LONG);
        assertThat(one(lease(DISKS, 1, 1)).outcome()).isEqualTo(StepOutcome.LEASE_TOO_LONG);
    }

    @Test
    void timeThatGoesBack_isTheLatestTime() {
        long lease = one(lease(CPUS, 6, 5_000)).lease();
        state.advance(nowMillis - HOUR_MILLIS);
        assertThat(one(lease(CPUS, 1, 5_000)).lease()).isNotEqualTo(lease);

        assertThat(state.leases(CPUS)).extracting(AllocLease::expiresMillis).containsOnly(nowMillis + 5_000);
    }

    @Test
    void removedQuota_takesItsLeasesWithIt_andTheirNumbersAreNotUsedAgain() {
        long before = one(lease(CPUS, 6, 5_000)).lease();
        apply(new Remove(CPUS));
        apply(new Define(CPUS, 10, HOUR_MILLIS));

        assertThat(state.nextExpiryMillis()).isEqualTo(Long.MAX_VALUE);
        assertThat(one(lease(CPUS, 6, 5_000)).lease()).isGreaterThan(before);
    }

    private AllocResult apply(AllocCommand command) {
        return state.apply(List.of(command), nowMillis).get(0);
    }

    private StepResult one(Change change) {
        return ((Decided) apply(change)).steps().get(0);
    }

    private static AllocStep step(QuotaName quota, long tokens) {
        return new Allocate(quota, tokens, AllocStep.ANY_VERSION, Optional.empty());
    }

    private static Change change(AllocStep... steps) {
        return new Change(List.of(steps), Optional.empty());
    }

    private static Change keyed(String key, String body, AllocStep step) {
        return new Change(List.of(step), Optional.of(new IdempotencyKey(key, body)));
    }

    private static Change allocate(QuotaName quota, long tokens, long version) {
        return change(new Allocate(quota, tokens, version, Optional.empty()));
    }

    private static Change lease(QuotaName quota, long tokens, long millis) {
        return change(new Allocate(quota, tokens, 0, Optional.of(new LeaseTerms(millis, "job"))));
    }

    private static Change free(QuotaName quota, long tokens, long version) {
        return change(new Free(quota, tokens, version, AllocLease.NONE));
    }

    private static Change freeOf(long lease, long tokens) {
        return change(new Free(CPUS, tokens, 0, lease));
    }
}
