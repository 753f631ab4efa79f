package dev.sluice.quota.alloc;

import dev.sluice.limits.model.QuotaName;
import dev.sluice.quota.alloc.AllocCommand.Bound;
import dev.sluice.quota.alloc.AllocCommand.Change;
import dev.sluice.quota.alloc.AllocCommand.Define;
import dev.sluice.quota.alloc.AllocCommand.Remove;
import dev.sluice.quota.alloc.AllocCommand.Renew;
import dev.sluice.quota.alloc.AllocResult.Decided;
import dev.sluice.quota.alloc.AllocStep.Allocate;
import dev.sluice.quota.alloc.AllocStep.Free;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All allocation quotas of a store: a state machine. Equal states that take the same commands at the same times are equal
 * again, so a log of commands restores it, and replicas of it stay equal. It reads no clock and does no I/O.
 *
 * <p>Time never goes back: an earlier one counts as the latest. Leases that are over are freed first, each once, in the
 * order of their ends. Belongs to one thread.
 */
public final class AllocState {
    private final Map<QuotaName, AllocQuota> quotas = new LinkedHashMap<>();
    private final AllocLeases leases = new AllocLeases();
    private final KeyedResults results;
    private final Set<QuotaName> changed = new LinkedHashSet<>();
    private long nowMillis;

    /** Without any quota, and with {@link AllocBounds#DEFAULT}. */
    public AllocState() {
        this(AllocBounds.DEFAULT);
    }

    AllocState(AllocBounds bounds) {
        this.results = new KeyedResults(bounds);
    }

    /**
     * Applies commands in their order.
     *
     * @param millis since 1970
     * @return a result for each
     */
    public List<AllocResult> apply(List<AllocCommand> batch, long millis) {
        advance(millis);
        List<AllocResult> all = new ArrayList<>(batch.size());
        for (AllocCommand command : batch) {
            all.add(apply(command));
        }
        return all;
    }

    /** Frees the leases that are over by then, and forgets old keys. */
    public void advance(long millis) {
        nowMillis = Math.max(nowMillis, millis);
        for (AllocLease lease = leases.firstOver(nowMillis); lease != null; lease = leases.firstOver(nowMillis)) {
            leases.remove(lease.number());
            AllocQuota quota = quotas.get(lease.quota());
            if (quota != null) {
                quota.free(lease.tokens(), true);
                changed.add(lease.quota());
            }
        }
        results.forgetBefore(nowMillis - results.bounds().keepMillis());
    }

    private AllocResult apply(AllocCommand command) {
        if (command instanceof Define define) {
            changed.add(define.quota());
            quotas.computeIfAbsent(define.quota(), name -> new AllocQuota())
                    .define(define.capacity(), define.leaseMillisMax());
            return new AllocResult.Done();
        }
        if (command instanceof Remove remove) {
            changed.add(remove.quota());
            AllocQuota removed = quotas.remove(remove.quota());
            if (removed != null && removed.leased() > 0) {
                leases.removeOf(remove.quota());
            }
            return removed != null ? new AllocResult.Done() : new AllocResult.Missing();
        }
        if (command instanceof Bound bound) {
            results.bounds(bound.bounds());
            return new AllocResult.Done();
        }
        return command instanceof Renew renew ? renew(renew) : change((Change) command);
    }

    private AllocResult renew(Renew renew) {
        AllocLease lease = leases.get(renew.lease());
        AllocQuota quota = lease == null ? null : quotas.get(lease.quota());
        if (lease == null || quota == null) {
            return new AllocResult.Missing();
        }
        if (renew.millis() > quota.leaseMillisMax()) {
            return new AllocResult.LeaseTooLong(quota.leaseMillisMax());
        }
        leases.put(lease.until(nowMillis + renew.millis()));
        return new AllocResult.Done();
    }

    private AllocResult change(Change change) {
        if (change.key().isEmpty()) {
            return decide(change);
        }
        IdempotencyKey key = change.key().get();
        KeyedResults.Known known = results.get(key.text());
        if (known != null) {
            return known.bodyHash().equals(key.bodyHash()) ? known.result() : new AllocResult.KeyReused();
        }
        if (results.isFull()) {
            return new AllocResult.KeysExhausted();
        }
        Decided result = decide(change);
        results.put(key, result, nowMillis);
        return result;
    }

    private Decided decide(Change change) {
        List<StepOutcome> outcomes = change.steps().stream().map(this::check).toList();
        boolean isApplied = outcomes.stream().allMatch(outcome -> outcome == StepOutcome.APPLIED);
        List<StepResult> steps = new ArrayList<>(outcomes.size());
        for (int i = 0; i < outcomes.size(); i++) {
            AllocStep step = change.steps().get(i);
            boolean isHeldBack = !isApplied && outcomes.get(i) == StepOutcome.APPLIED;
            long lease = isApplied ? take(step) : AllocLease.NONE;
            steps.add(result(step.quota(), isHeldBack ? StepOutcome.NOT_APPLIED : outcomes.get(i), lease));
        }
        return new Decided(steps);
    }

    /** A version is checked before the capacity. */
    private StepOutcome check(AllocStep step) {
        AllocQuota quota = quotas.get(step.quota());
        if (quota == null) {
            return StepOutcome.NOT_FOUND;
        }
        if (step.version() != AllocStep.ANY_VERSION && step.version() != quota.version()) {
            return StepOutcome.INVALID_VERSION;
        }
        if (step instanceof Free free) {
            return free.tokens() <= freeable(quota, free) ? StepOutcome.APPLIED : StepOutcome.NOT_ALLOCATED;
        }
        long lease = ((Allocate) step).lease().map(LeaseTerms::millis).orElse(0L);
        if (lease > quota.leaseMillisMax()) {
            return StepOutcome.LEASE_TOO_LONG;
        }
        return quota.hasRoom(step.tokens()) ? StepOutcome.APPLIED : StepOutcome.NO_CAPACITY;
    }

    /** What is leased is freed by the number of its lease, or by its end: else it would be freed twice. */
    private long freeable(AllocQuota quota, Free free) {
        if (free.lease() == AllocLease.NONE) {
            return quota.allocated() - quota.leased();
        }
        AllocLease lease = leases.get(free.lease());
        return lease != null && lease.quota().equals(free.quota()) ? lease.tokens() : 0;
    }

    /** Returns the number of the lease that was made. */
    private long take(AllocStep step) {
        AllocQuota quota = quota(step.quota());
        changed.add(step.quota());
        if (step instanceof Free free) {
            quota.free(free.tokens(), free.lease() != AllocLease.NONE);
            leases.reduce(free.lease(), free.tokens());
            return AllocLease.NONE;
        }
        Allocate allocate = (Allocate) step;
        quota.allocate(allocate.tokens(), allocate.lease().isPresent());
        return allocate.lease()
                .map(terms -> leases.add(allocate.quota(), allocate.tokens(), terms, nowMillis))
                .orElse(AllocLease.NONE);
    }

    private StepResult result(QuotaName name, StepOutcome outcome, long lease) {
        AllocQuota quota = quotas.get(name);
        return quota == null
                ? StepResult.NOT_FOUND
                : new StepResult(outcome, quota.view().remaining(), quota.version(), lease);
    }

    private AllocQuota quota(QuotaName name) {
        AllocQuota quota = quotas.get(name);
        if (quota == null) {
            throw new IllegalStateException("was checked before: " + name);
        }
        return quota;
    }

    // ---- reading ----

    /** A quota as it stands; empty: there is none of that name. */
    public Optional<QuotaView> view(QuotaName name) {
        return Optional.ofNullable(quotas.get(name)).map(AllocQuota::view);
    }

    /** How many idempotency keys are remembered, and for how long. */
    public AllocBounds bounds() {
        return results.bounds();
    }

    /** The names of all quotas, in the order of their definition. */
    public List<QuotaName> names() {
        return List.copyOf(quotas.keySet());
    }

    /** Who holds what of a quota until when, in the order of their ends. */
    public List<AllocLease> leases(QuotaName name) {
        return leases.of(name);
    }

    /**
     * Who holds what of a quota; empty: there is none of that name.
     *
     * @param leasesMax more leases are only counted
     */
    public Optional<AllocHoldings> holdings(QuotaName name, int leasesMax) {
        AllocQuota quota = quotas.get(name);
        if (quota == null) {
            return Optional.empty();
        }
        // a look at the leases of all quotas
        List<AllocLease> all = quota.leased() > 0 ? leases.of(name) : List.of();
        int shown = Math.min(all.size(), leasesMax);
        return Optional.of(new AllocHoldings(quota.view(), quota.leased(), all.subList(0, shown), all.size() - shown));
    }

    /** What a change with that key would get without changing anything; empty: the key is not remembered. */
    public Optional<AllocResult> known(IdempotencyKey key) {
        KeyedResults.Known known = results.get(key.text());
        if (known == null) {
            return Optional.empty();
        }
        return Optional.of(known.bodyHash().equals(key.bodyHash()) ? known.result() : new AllocResult.KeyReused());
    }

    /** The quotas that may have changed since the last call. */
    public Set<QuotaName> takeChanged() {
        Set<QuotaName> taken = Set.copyOf(changed);
        changed.clear();
        return taken;
    }

    /** How many leases are held. */
    public int leaseCount() {
        return leases.count();
    }

    /** When the next lease ends; {@link Long#MAX_VALUE}: there is none. */
    public long nextExpiryMillis() {
        return leases.nextExpiryMillis();
    }

    /** The latest time that it was given. */
    public long nowMillis() {
        return nowMillis;
    }

    // ---- snapshots: the fields, for the codec ----

    Map<QuotaName, AllocQuota> quotas() {
        return quotas;
    }

    AllocLeases leaseTable() {
        return leases;
    }

    KeyedResults results() {
        return results;
    }
}
