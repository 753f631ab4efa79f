package dev.sluice.quota.rate;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Calls with an idempotency key: a repetition takes nothing again, and gets the same answer. A call that was refused took
 * nothing, so it is not remembered: a client may use its key until the tokens are taken.
 *
 * <p>What is remembered is of this node. It is bounded: beyond the bound the oldest key is forgotten, and its repetition takes
 * tokens again, which lets too few calls through, never too many. Thread-safe; time is an argument and monotonic.
 */
public final class KeyedRates {
    private final RateQuotas quotas;
    private final long keepNanos;
    private final int stepsMax;
    private final ConcurrentMap<String, Remembered> byKey = new ConcurrentHashMap<>();
    /** The oldest first. */
    private final Queue<Remembered> order = new ConcurrentLinkedQueue<>();

    private final AtomicLong steps = new AtomicLong();

    private record Remembered(String key, String callHash, RateDecision.Taken decision, long takenNanos) {
        boolean isOver(long keepNanos, long nowNanos) {
            return nowNanos - takenNanos > keepNanos;
        }
    }

    /**
     * Remembers nothing yet.
     *
     * @param keepNanos for how long a repetition is recognised
     * @param stepsMax how many calls are remembered; one of several quotas counts as so many
     */
    public KeyedRates(RateQuotas quotas, long keepNanos, int stepsMax) {
        this.quotas = quotas;
        this.keepNanos = keepNanos;
        this.stepsMax = stepsMax;
    }

    /**
     * Takes tokens of all quotas or of none, unless the call was made before.
     *
     * @param key a name of the call
     * @param callHash differs for calls that differ
     */
    public RateDecision take(String key, String callHash, List<RateStep> call, long nowNanos) {
        Attempt attempt = new Attempt(key, callHash, call, nowNanos);
        Remembered kept = byKey.compute(key, (text, known) -> attempt.unlessKnown(known));
        RateDecision made = attempt.made;
        if (made != null) {
            if (kept != null) {
                order.add(kept);
                steps.addAndGet(call.size());
                forgetOld(nowNanos);
            }
            return made;
        }
        return kept != null && kept.callHash.equals(callHash) ? kept.decision : new RateDecision.KeyReused();
    }

    /** One call; made while the map holds its key, so that calls with one key come one after the other. */
    private final class Attempt {
        private final String key;
        private final String callHash;
        private final List<RateStep> call;
        private final long nowNanos;
        private @Nullable RateDecision made;

        Attempt(String key, String callHash, List<RateStep> call, long nowNanos) {
            this.key = key;
            this.callHash = callHash;
            this.call = call;
            this.nowNanos = nowNanos;
        }

        @Nullable
        Remembered unlessKnown(@Nullable Remembered known) {
            if (known != null && !known.isOver(keepNanos, nowNanos)) {
                return known;
            }
            made = quotas.take(call, nowNanos);
            // a repetition has nothing to give back
            return made instanceof RateDecision.Taken taken
                    ? new Remembered(key, callHash, new RateDecision.Taken(taken.views(), at -> {}), nowNanos)
                    : null;
        }
    }

    private void forgetOld(long nowNanos) {
        Remembered oldest = order.peek();
        while (oldest != null && (oldest.isOver(keepNanos, nowNanos) || steps.get() > stepsMax)) {
            if (order.remove(oldest)) {
                byKey.remove(oldest.key, oldest);
                steps.addAndGet(-oldest.decision.views().size());
            }
            oldest = order.peek();
        }
    }

    /** How many keys are remembered. */
    public int size() {
        return byKey.size();
    }
}
