package dev.sluice.simulate.engine;

import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.RateAlgorithm;
import dev.sluice.limits.model.RateLimit;
import dev.sluice.simulate.scenario.LastDisturbance;
import dev.sluice.simulate.scenario.Scenario;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Demand and admissions by the slot, and the figures computed from them. A slot is a millisecond; of a limit a minute ten,
 * of an hour or more a hundred.
 */
final class SimulationTrace {
    private static final long SLOT_NANOS_MIN = 1_000_000L;
    private static final long SLOT_NANOS_MAX = 100_000_000L;
    private static final long MINUTE_NANOS = 60 * Scenario.SECOND_NANOS;

    private final Scenario scenario;
    private final long slotNanos;
    private final int slotsPerSecond;
    private final long[] admitted;
    private final long[] offered;
    private final double[] limitPerSlot;
    private final long[] admittedByLoad;
    private final long[] offeredByLoad;
    private final int warmUp;
    private final List<SimulatedCluster.UnsynchronisedAllowance> unsynchronised = new ArrayList<>();
    private long longestStallNanos;
    private long messages;
    private long bytes;

    SimulationTrace(Scenario scenario) {
        this.scenario = scenario;
        this.slotNanos = slotNanos(scenario.limit().periodNanos());
        this.slotsPerSecond = (int) (Scenario.SECOND_NANOS / slotNanos);
        int slots = (int) (scenario.durationNanos() / slotNanos);
        admitted = new long[slots];
        offered = new long[slots];
        limitPerSlot = new double[slots];
        admittedByLoad = new long[scenario.loads().size()];
        offeredByLoad = new long[scenario.loads().size()];
        warmUp = (int) (scenario.warmUpNanos() / slotNanos);
        limit(scenario.limit(), 0);
    }

    private static long slotNanos(long periodNanos) {
        if (periodNanos < MINUTE_NANOS) {
            return SLOT_NANOS_MIN;
        }
        return periodNanos == MINUTE_NANOS ? 10 * SLOT_NANOS_MIN : SLOT_NANOS_MAX;
    }

    void limit(Limit limit, long fromNanos) {
        double perSlot = limit.amount() * (double) slotNanos / limit.periodNanos();
        for (int i = (int) (fromNanos / slotNanos); i < limitPerSlot.length; i++) {
            limitPerSlot[i] = perSlot;
        }
    }

    /** Counts a request: what the load wanted and what it got, in the limit's unit. */
    void request(int load, long wanted, long got, long nowNanos) {
        int slot = (int) (nowNanos / slotNanos);
        if (slot >= offered.length) {
            return;
        }
        offered[slot] += wanted;
        admitted[slot] += got;
        if (slot >= warmUp) {
            offeredByLoad[load] += wanted;
            admittedByLoad[load] += got;
        }
    }

    /** Counts the time that a transfer stood still. */
    void held(long nanos) {
        longestStallNanos = Math.max(longestStallNanos, nanos);
    }

    void message(int length, long nowNanos) {
        if (nowNanos >= scenario.warmUpNanos()) {
            messages++;
            bytes += length;
        }
    }

    void unsynchronised(SimulatedCluster.UnsynchronisedAllowance now) {
        unsynchronised.add(now);
    }

    /** All admissions since the start, warm-up included. */
    long allAdmitted() {
        return Arrays.stream(admitted).sum();
    }

    /**
     * The figures.
     *
     * @param longestSilenceSeconds the longest time without a report between two nodes
     * @param skippedNanos of the time, in which no messages were sent
     */
    SimulationOutcome outcome(double longestSilenceSeconds, long skippedNanos) {
        double sendingSeconds = Math.max(1, scenario.durationNanos() - scenario.warmUpNanos() - skippedNanos) * 1e-9;
        double seconds = (admitted.length - warmUp) / (double) slotsPerSecond;
        long allAdmitted = 0;
        long allOffered = 0;
        List<SimulationOutcome.LoadOutcome> loads = new ArrayList<>();
        double squares = 0;
        for (int i = 0; i < admittedByLoad.length; i++) {
            allAdmitted += admittedByLoad[i];
            allOffered += offeredByLoad[i];
            squares += (double) admittedByLoad[i] * admittedByLoad[i];
            loads.add(new SimulationOutcome.LoadOutcome(
                    scenario.loads().get(i).name(), offeredByLoad[i] / seconds, admittedByLoad[i] / seconds));
        }
        double fairness = squares == 0 ? 1 : (double) allAdmitted * allAdmitted / (admittedByLoad.length * squares);
        Windows windows = windows();
        double entitled = entitled();
        return new SimulationOutcome(
                allAdmitted / seconds,
                entitled == 0 ? 0 : 100 * (allAdmitted - entitled) / entitled,
                windows.over,
                100 * effectiveBurst() / (limitPerSlot[0] * slotsPerSecond),
                windows.unusedMean,
                windows.unusedWorst,
                allOffered == 0 ? 0 : 100.0 * (allOffered - allAdmitted) / allOffered,
                fairness,
                recoveredAfterMillis(),
                messages / sendingSeconds,
                bytes / sendingSeconds,
                boundPercent(longestSilenceSeconds),
                scenario.hasTransfers() ? longestStallNanos / 1_000_000 : -1,
                loads);
    }

    /** What is due: of a limit a second the demand of each second, at most the limit; else what an exact limiter admits. */
    private double entitled() {
        return isLongPeriod() && ExactLimiter.exists(scenario.limit()) ? entitledExactly() : entitledBySeconds();
    }

    private boolean isLongPeriod() {
        return scenario.limit().periodNanos() > Scenario.SECOND_NANOS;
    }

    private double entitledExactly() {
        ExactLimiter exact = new ExactLimiter((RateLimit) scenario.limit(), slotNanos);
        double sum = 0;
        for (int i = 0; i < offered.length; i++) {
            double due = exact.admit(i, (double) offered[i], limitPerSlot[i]);
            sum += i >= warmUp ? due : 0;
        }
        return sum;
    }

    private double entitledBySeconds() {
        double sum = 0;
        for (int from = warmUp; from < admitted.length; from += slotsPerSecond) {
            double demand = 0;
            double limit = 0;
            for (int i = from; i < Math.min(from + slotsPerSecond, admitted.length); i++) {
                demand += offered[i];
                limit += limitPerSlot[i];
            }
            sum += Math.min(demand, limit);
        }
        return sum;
    }

    private record Windows(double over, double unusedMean, double unusedWorst) {}

    /**
     * Evaluates every sliding period after the warm-up, a slot apart; of a fixed window each window. If there is no warm-up,
     * the limit can be exceeded before the first period is over.
     */
    private Windows windows() {
        int length = Math.max(1, (int) (scenario.limit().periodNanos() / slotNanos));
        boolean isFixed = isRateOf(RateAlgorithm.FixedWindow.class);
        double over = 0;
        double unused = 0;
        double unusedWorst = 0;
        long busy = 0;
        double sum = 0;
        double demand = 0;
        for (int i = 0; i < admitted.length; i++) {
            sum += admitted[i];
            demand += offered[i];
            if (i >= length) {
                sum -= admitted[i - length];
                demand -= offered[i - length];
            }
            boolean isWindow = !isFixed || (i + 1) % length == 0;
            boolean isWhole = isWindow && i >= warmUp + length - 1;
            // If the limit changed within the period: excess is measured against the higher one, unused against the
            // lower.
            double before = limitPerSlot[Math.max(0, i - length + 1)] * length;
            double now = limitPerSlot[i] * length;
            if (isWhole || (warmUp == 0 && i < length)) {
                over = Math.max(over, (sum - Math.max(before, now)) / Math.max(before, now));
            }
            double usable = Math.min(before, now);
            if (isWhole && demand >= usable - 1e-6) {
                double part = Math.max(0, (usable - sum) / usable);
                unused += part;
                unusedWorst = Math.max(unusedWorst, part);
                busy++;
            }
        }
        if (isLongPeriod() && isRateOf(RateAlgorithm.TokenBucket.class)) {
            over = Math.max(0, effectiveBurst() - scenario.limit().capacity())
                    / scenario.limit().amount();
        }
        return new Windows(100 * over, busy == 0 ? 0 : 100 * unused / busy, 100 * unusedWorst);
    }

    private boolean isRateOf(Class<? extends RateAlgorithm> algorithm) {
        return scenario.limit() instanceof RateLimit rate
                && algorithm.isInstance(rate.rate().algorithm());
    }

    /** The depth of a token bucket with the limit's rate that would admit the same. */
    private double effectiveBurst() {
        double level = 0;
        double deepest = 0;
        for (int i = 0; i < admitted.length; i++) {
            level = Math.max(0, level + admitted[i] - limitPerSlot[i]);
            deepest = Math.max(deepest, level);
        }
        return deepest;
    }

    /** The time until every later sliding second is within 5 %; -1: no event, or a limit longer than a second. */
    private long recoveredAfterMillis() {
        int from = (int) (LastDisturbance.lastNanos(scenario) / slotNanos);
        if (from < 0 || isLongPeriod()) {
            return -1;
        }
        int length = slotsPerSecond;
        double sum = 0;
        double demand = 0;
        double limit = 0;
        int lastOff = -1;
        for (int i = 0; i < admitted.length; i++) {
            sum += admitted[i];
            demand += offered[i];
            limit += limitPerSlot[i];
            if (i >= length) {
                sum -= admitted[i - length];
                demand -= offered[i - length];
                limit -= limitPerSlot[i - length];
            }
            int start = i - length + 1;
            double due = Math.min(limit, demand);
            if (start >= from && Math.abs(sum - due) > 0.05 * due + 1e-9) {
                lastOff = start;
            }
        }
        return lastOff < 0 ? 0 : lastOff - from + 1;
    }

    /** How far a second may exceed the limit at most, in percent. */
    private double boundPercent(double longestSilenceSeconds) {
        Limit limit = scenario.limit();
        double perSecond = limitPerSlot[0] * slotsPerSecond;
        double most = 0;
        for (SimulatedCluster.UnsynchronisedAllowance sample : unsynchronised) {
            most = Math.max(most, sample.burst() + sample.perSecond() * longestSilenceSeconds);
        }
        double delta = scenario.intervalNanos() * 1e-9 + 0.010;
        double tolerance = Math.max(1, limit.capacity());
        if (isRateOf(RateAlgorithm.SlidingWindow.class)) {
            tolerance = scenario.nodes() == 1 ? 0 : Math.max(1, perSecond * delta) / 2;
        }
        return 100 * (tolerance + most) / limit.amount();
    }
}
