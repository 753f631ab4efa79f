package dev.sluice.limits.admission;

import dev.sluice.limits.meter.Meter;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.QuotaName;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.sharing.Ledger;
import dev.sluice.limits.usage.LimitUsage;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Takes tokens of rate quotas: of all quotas that a call names, or of none. It is to quotas what {@link Admission} is to
 * requests, on the same accounts. No lock. Thread-safe; time is an argument and monotonic.
 */
public final class TokenAdmission {
    /** A bucket's level is a rounded number of nanoseconds. */
    private static final double ROUNDING = 1e-6;

    private final AccountTable accounts;

    TokenAdmission(AccountTable accounts) {
        this.accounts = accounts;
    }

    /** What became of a call. */
    public sealed interface Outcome {
        /** All tokens were taken. */
        Outcome TAKEN = new Taken();

        /** All tokens were taken. */
        record Taken() implements Outcome {}

        /**
         * Nothing was taken.
         *
         * @param step the one that takes longest until it can be taken
         * @param waitNanos until then, if nobody else takes any, above 0; {@link Meter#NEVER}: never
         */
        record Refused(int step, long waitNanos) implements Outcome {}
    }

    /** Begins a call of so many steps, to be passed to {@link #take}. */
    public TokenCharge call(int steps) {
        return new TokenCharge(steps);
    }

    /**
     * Adds a step to a call.
     *
     * @param i its number
     * @param tokens at least 1
     * @return whether there is such a quota
     */
    public boolean add(TokenCharge call, int i, QuotaName quota, long tokens, long nowNanos) {
        Ledger ledger = ledger(quota, nowNanos);
        if (ledger != null) {
            call.step(i, ledger, tokens);
        }
        return ledger != null;
    }

    private @Nullable Ledger ledger(QuotaName quota, long nowNanos) {
        Account account = accounts.of(Scope.QUOTA, quota.subject(), nowNanos);
        return account == null ? null : account.ledger(Dimension.TOKENS);
    }

    /**
     * Takes tokens of one quota, for good: the caller gives none back.
     *
     * @param tokens at least 1
     * @return null: there is no such quota
     */
    public @Nullable Outcome takeOne(QuotaName quota, long tokens, long nowNanos) {
        Ledger ledger = ledger(quota, nowNanos);
        if (ledger == null) {
            return null;
        }
        boolean fitsEver = tokens <= ledger.capacity();
        if (fitsEver && ledger.tryTake(ledger.meter(), tokens, nowNanos)) {
            ledger.owner().markAdmitted();
            return Outcome.TAKEN;
        }
        if (fitsEver) {
            ledger.countRefused(tokens);
        }
        ledger.countRejected();
        return new Outcome.Refused(0, waitNanos(ledger, tokens, nowNanos));
    }

    /** Takes the tokens of all steps of a call, if all quotas have them. */
    public Outcome take(TokenCharge call, long nowNanos) {
        int refusing = firstRefusing(call, nowNanos);
        for (int i = 0; refusing < 0 && i < call.steps(); i++) {
            if (!call.take(i, nowNanos)) {
                call.refund(i, nowNanos);
                refusing = i;
            }
        }
        if (refusing >= 0) {
            return refuse(call, refusing, nowNanos);
        }
        for (int i = 0; i < call.steps(); i++) {
            call.ledger(i).owner().markAdmitted();
        }
        return Outcome.TAKEN;
    }

    /** Asks those that refuse much before anything is taken: a refusal then leaves no trace at the others. */
    private static int firstRefusing(TokenCharge call, long nowNanos) {
        for (int i = 0; i < call.steps(); i++) {
            Ledger ledger = call.ledger(i);
            boolean isRefusing = call.tokens(i) > ledger.capacity()
                    || (i > 0 && ledger.isRecentlyRejecting() && !ledger.hasRoom(call.tokens(i), nowNanos));
            if (isRefusing) {
                return i;
            }
        }
        return -1;
    }

    /** Nothing is taken. Names the step that takes longest to have its tokens. */
    private Outcome refuse(TokenCharge call, int refusing, long nowNanos) {
        int longest = refusing;
        long waitNanos = 0;
        for (int i = 0; i < call.steps(); i++) {
            Ledger ledger = call.ledger(i);
            boolean fitsEver = call.tokens(i) <= ledger.capacity();
            if (i == refusing || !fitsEver || !ledger.hasRoom(call.tokens(i), nowNanos)) {
                // What can never pass is no demand.
                if (fitsEver) {
                    ledger.countRefused(call.tokens(i));
                }
                long itsWaitNanos = waitNanos(ledger, call.tokens(i), nowNanos);
                if (itsWaitNanos > waitNanos) {
                    longest = i;
                    waitNanos = itsWaitNanos;
                }
            }
        }
        call.ledger(longest).countRejected();
        return new Outcome.Refused(longest, waitNanos);
    }

    private static long waitNanos(Ledger ledger, long tokens, long nowNanos) {
        if (tokens > ledger.capacity()) {
            return Meter.NEVER;
        }
        long waitNanos = Math.max(1, ledger.waitNanos(tokens, nowNanos));
        // The part of the cluster that reaches each other may not have so many: that ends, nobody knows when.
        long capacityNow = ledger.limit().part(ledger.fraction()).capacity();
        return tokens > capacityNow ? Math.max(waitNanos, ledger.limit().periodNanos()) : waitNanos;
    }

    /** Receives the state of a quota. */
    @FunctionalInterface
    public interface Viewer<V> {
        /**
         * The state.
         *
         * @param remaining tokens that are left, 0 to the limit's capacity
         * @param resetNanos until all of the capacity is left, if nobody takes any; 0: now; {@link Meter#NEVER}: never
         */
        V view(Limit limit, long remaining, long resetNanos);
    }

    /** The state of a quota after or before a call; the quota of one of its steps. */
    public <V> V view(TokenCharge call, int step, Viewer<V> viewer, long nowNanos) {
        return view(call.ledger(step), viewer, nowNanos);
    }

    /** The state of a quota, which needs no account for it; null: there is no such quota. */
    public <V> @Nullable V view(QuotaName quota, Viewer<V> viewer, long nowNanos) {
        String subject = quota.subject();
        Ledger ledger = known(subject);
        if (ledger != null) {
            return view(ledger, viewer, nowNanos);
        }
        Limit limit = accounts.policy().limitsOf(Scope.QUOTA, subject).get(Dimension.TOKENS);
        return limit == null ? null : viewer.view(limit, limit.amount() == 0 ? 0 : limit.capacity(), 0);
    }

    /**
     * How many tokens this node may take in that time if it receives no report; 0 where nothing holds it to a share, below 0
     * where nothing is known of the quota yet.
     */
    public double unsynchronisedMax(QuotaName quota, double seconds, long nowNanos) {
        Ledger ledger = known(quota.subject());
        return ledger == null ? -1 : ledger.unsynchronisedMax(seconds, nowNanos);
    }

    /** What was ever taken of a quota, by this node and others; 0 where nothing is known of it. */
    public long charged(QuotaName quota) {
        Ledger ledger = known(quota.subject());
        return ledger == null ? 0 : ledger.charged();
    }

    private @Nullable Ledger known(String subject) {
        Account account = accounts.known(Scope.QUOTA, subject);
        return account == null ? null : account.ledger(Dimension.TOKENS);
    }

    private static <V> V view(Ledger ledger, Viewer<V> viewer, long nowNanos) {
        ledger.settle(nowNanos);
        Limit limit = ledger.limit();
        Meter meter = ledger.meter();
        long room = (long) Math.floor(meter.certainRoom(nowNanos) + ROUNDING);
        long remaining = Math.max(0, Math.min(room, limit.capacity()));
        return viewer.view(limit, remaining, meter.waitNanos(limit.capacity(), nowNanos));
    }

    /**
     * The use of the quotas with an entry of their own of which this node was asked most for tokens, for people.
     *
     * @param most at least 1
     */
    public List<LimitUsage> busiest(int most, long nowNanos) {
        Map<String, LimitSet> named = accounts.policy().quotas().named();
        Comparator<Ledger> byAsked = Comparator.comparingLong(ledger -> ledger.admitted() + ledger.rejectedCount());
        PriorityQueue<Ledger> kept = new PriorityQueue<>(byAsked);
        for (Account account : accounts.all()) {
            Ledger ledger = account.scope() == Scope.QUOTA && named.containsKey(account.label())
                    ? account.ledger(Dimension.TOKENS)
                    : null;
            if (ledger != null) {
                kept.add(ledger);
                if (kept.size() > most) {
                    kept.poll();
                }
            }
        }
        return kept.stream().map(ledger -> LimitUsage.of(ledger, nowNanos)).toList();
    }
}
