package dev.sluice.simulate.engine;

import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.RateAlgorithm;
import dev.sluice.limits.model.RateLimit;
import dev.sluice.simulate.scenario.LastDisturbance;
import dev.sluice.simulate.scenario.Scenario;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Demand and admissions by the millisecond, and the figures computed from them. */
final class SimulationTrace {
    private static final int SLOTS_PER_SECOND = 1_000;
    private static final long SLOT_NANOS = 1_000_000L;

    private final Scenario scenario;
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
        int slots = (int) (scenario.durationNanos() / SLOT_NANOS);
        admitted = new long[slots];
        offered = new long[slots];
        limitPerSlot = new double[slots];
        admittedByLoad = new long[scenario.loads().size()];
        offeredByLoad = new long[scenario.loads().size()];
        warmUp = (int) (scenario.warmUpNanos() / SLOT_NANOS);
        limit(scenario.limit(), 0);
    }

    void limit(Limit limit, long fromNanos) {
        double perSlot = limit.amount() * (double) SLOT_NANOS / limit.periodNanos();
        for (int i = (int) (fromNanos / SLOT_NANOS); i < limitPerSlot.length; i++) {
            limitPerSlot[i] = perSlot;
        }
    }

    /** Counts a request: what the load wanted and what it got, in the limit's unit. */
    void request(int load, long wanted, long got, long nowNanos) {
        int slot = (int) (nowNanos / SLOT_NANOS);
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

    SimulationOutcome outcome(SimulatedCluster cluster) {
        double seconds = (admitted.length - warmUp) / (double) SLOTS_PER_SECOND;
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
                100 * effectiveBurst() / (limitPerSlot[0] * SLOTS_PER_SECOND),
                windows.unusedMean,
                windows.unusedWorst,
                allOffered == 0 ? 0 : 100.0 * (allOffered - allAdmitted) / allOffered,
                fairness,
                recoveredAfterMillis(),
                messages / seconds,
                bytes / seconds,
                boundPercent(cluster.longestSilenceSeconds()),
                scenario.hasTransfers() ? longestStallNanos / 1_000_000 : -1,
                loads);
    }

    /** What an exact limiter would admit: second by second the demand, at most the limit. */
    private double entitled() {
        double sum = 0;
        for (int from = warmUp; from < admitted.length; from += SLOTS_PER_SECOND) {
            double demand = 0;
            double limit = 0;
            for (int i = from; i < Math.min(from + SLOTS_PER_SECOND, admitted.length); i++) {
                demand += offered[i];
                limit += limitPerSlot[i];
            }
            sum += Math.min(demand, limit);
        }
        return sum;
    }

    private record Windows(double over, double unusedMean, double unusedWorst) {}

    /** Evaluates every sliding period after the warm-up, a millisecond apart. */
    private Windows windows() {
        int length = Math.max(1, (int) (scenario.limit().periodNanos() / SLOT_NANOS));
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
            if (i >= warmUp + length - 1 && i >= length - 1) {
                // If the limit changed within the period: excess is measured against the higher one, unused against the
                // lower.
                double before = limitPerSlot[i - length + 1] * length;
                double now = limitPerSlot[i] * length;
                over = Math.max(over, (sum - Math.max(before, now)) / Math.max(before, now));
                double usable = Math.min(before, now);
                if (demand >= usable - 1e-6) {
                    double part = Math.max(0, (usable - sum) / usable);
                    unused += part;
                    unusedWorst = Math.max(unusedWorst, part);
                    busy++;
                }
            }
        }
        return new Windows(100 * over, busy == 0 ? 0 : 100 * unused / busy, 100 * unusedWorst);
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

    /** The time until every later sliding second is within 5 %; -1: no event. */
    private long recoveredAfterMillis() {
        int from = (int) (LastDisturbance.lastNanos(scenario) / SLOT_NANOS);
        if (from < 0) {
            return -1;
        }
        int length = SLOTS_PER_SECOND;
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
        double perSecond = limitPerSlot[0] * SLOTS_PER_SECOND;
        double most = 0;
        for (SimulatedCluster.UnsynchronisedAllowance sample : unsynchronised) {
            most = Math.max(most, sample.burst() + sample.perSecond() * longestSilenceSeconds);
        }
        double delta = scenario.intervalNanos() * 1e-9 + 0.010;
        double tolerance = Math.max(1, limit.capacity());
        if (limit instanceof RateLimit rate && rate.rate().algorithm() instanceof RateAlgorithm.SlidingWindow) {
            tolerance = scenario.nodes() == 1 ? 0 : Math.max(1, perSecond * delta) / 2;
        }
        return 100 * (tolerance + most) / limit.amount();
    }
}
