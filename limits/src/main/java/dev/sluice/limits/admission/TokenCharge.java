package dev.sluice.limits.admission;

import dev.sluice.limits.meter.Meter;
import dev.sluice.limits.sharing.Ledger;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that one call takes of rate quotas, in the order of its steps. One thread fills it and takes them; then any
 * thread may give them back.
 */
public final class TokenCharge {
    private final @Nullable Ledger[] ledgers;
    /** The meters that were charged: a change of limits may have given the ledger another one meanwhile. */
    private final @Nullable Meter[] meters;

    private final long[] tokens;
    private final AtomicBoolean isGivenBack = new AtomicBoolean();
    private long chargedNanos;

    /** A call of so many steps. */
    TokenCharge(int steps) {
        ledgers = new Ledger[steps];
        meters = new Meter[steps];
        tokens = new long[steps];
    }

    void step(int i, Ledger ledger, long cost) {
        ledgers[i] = ledger;
        tokens[i] = cost;
    }

    int steps() {
        return tokens.length;
    }

    /** The limit of a step's quota. */
    Ledger ledger(int i) {
        return Objects.requireNonNull(ledgers[i]);
    }

    /** What a step takes. */
    long tokens(int i) {
        return tokens[i];
    }

    boolean take(int i, long nowNanos) {
        Ledger ledger = ledger(i);
        Meter meter = ledger.meter();
        if (!ledger.tryTake(meter, tokens[i], nowNanos)) {
            return false;
        }
        meters[i] = meter;
        chargedNanos = nowNanos;
        return true;
    }

    /** Gives back what the first steps took. */
    void refund(int steps, long nowNanos) {
        for (int i = 0; i < steps; i++) {
            ledger(i).refund(Objects.requireNonNull(meters[i]), tokens[i], chargedNanos, nowNanos);
        }
    }

    /** Gives all tokens back: what they were taken for does not happen. A second time does nothing. */
    public void giveBack(long nowNanos) {
        if (isGivenBack.compareAndSet(false, true)) {
            refund(tokens.length, nowNanos);
        }
    }
}
