package dev.sluice.limits.pacing;

import dev.sluice.limits.model.ByteRateLimit;
import dev.sluice.limits.model.RateAlgorithm;
import dev.sluice.limits.model.RateLimit;

/**
 * The constants of pacing for one limit. The head of this package has the symbols.
 *
 * @param quantum the unit that the limit is used in: 1 operation, or the bytes that a transfer moves at a time
 * @param perSecond L, the limit as a rate
 * @param syncDelaySeconds delta, until the others have received an admission: an interval and the network's allowance
 * @param flow F, what the limit lets through in that time, at least a quantum; for bytes at least a free body
 * @param urgentNanos between two reports of a node while the limit is nearly used up
 * @param unreported what the limit lets through until the others have received an admission while it is nearly used up, at
 *     least a quantum
 * @param gain G, how many times its share a node may run at, to catch up
 * @param tolerance how far above the window a node may go that is below its share: what flows in half a sync delay, and at
 *     most what flows in {@value #TOLERANCE_SECONDS_MAX} s. Where reports are rarer, a full window would be filled up further than
 *     what it is late by
 * @param toleranceAfterBurst the same while the window is full of a burst: half of {@code unreported}, or {@value
 *     #TOLERANCE_MIN} operations
 * @param toleranceUnsteered how far above its limit an {@linkplain ReleaseMode#UNSTEERED unsteered} node may go: what flows
 *     in a sync delay, because as much may be reported at once; half of it where each operation is reported
 * @param levelMax how much unused room steers upwards at most
 * @param levelWhileFull the same while the window is full: what flows in a sync delay, and its own fluctuations or half as
 *     much again, at most what flows in {@value #REFILL_SECONDS_MAX} s. Where reports are rarer, more would echo from window
 *     to window
 * @param levelWhileFullMin the same where hardly more is asked for than there is
 * @param levelCatchUp how much more of both after a flash, which takes the window at once: nodes that report quickly leave the
 *     window empty until the flash has left it
 * @param levelMin how much excess steers downwards at most
 * @param steersByRoom whether the meter's own level is the feedback
 * @param capacity how much may be used at once: the amount, or the depth of a bucket
 * @param dividesRoom whether the room is divided, not only the rate: more may be used at once than flows in a second
 * @param silentNanos a node without a report for longer is assumed to go on as it did
 * @param reportsEach whether each operation is reported at once while the limit is nearly used up, because it is a large part
 *     of it: a limit of at most {@value #EACH_PER_SECOND_MAX} operations a second
 */
public record PacingParameters(
        double quantum,
        double perSecond,
        double syncDelaySeconds,
        double flow,
        long urgentNanos,
        double unreported,
        double gain,
        double tolerance,
        double toleranceAfterBurst,
        double toleranceUnsteered,
        double levelMax,
        double levelWhileFull,
        double levelWhileFullMin,
        double levelCatchUp,
        double levelMin,
        boolean steersByRoom,
        double capacity,
        boolean dividesRoom,
        long silentNanos,
        boolean reportsEach) {
    private static final double NETWORK_SECONDS = 0.010;
    private static final double HISTORY_UNITS_PER_NODE = 20;
    /** Where more may be used at once than flows in that time, the room is divided. */
    private static final double DIVIDED_SECONDS = 1;

    private static final double WINDOW_GAIN = 1.8;
    private static final double BUCKET_GAIN = 2.5;
    private static final double TOLERANCE_SECONDS_MAX = 0.075;
    /** So many operations are late by chance, however quickly nodes report. */
    private static final double TOLERANCE_MIN = 2.2;

    /** All nodes together send no more urgent reports a second for such a limit. */
    private static final double EACH_PER_SECOND_MAX = 100;
    /** Where each operation is reported, so many are not yet known of a node at most. */
    private static final double UNSTEERED_EACH_MIN = 2;

    private static final double REFILL = 0.5;
    private static final double CATCH_UP = 2;
    private static final double REFILL_SECONDS_MAX = 0.055;
    private static final double REFILL_DEVIATIONS = 3;
    private static final double BYTES_GAIN = 2;

    /**
     * What is divided, a second. Where the room is divided, all of it may be used within a second, wherever it is demanded.
     *
     * @param limitPerSecond of the nodes that reach each other
     * @param room of the limit, without what this node admitted and others don't know
     */
    public double dividedPerSecond(double limitPerSecond, double room) {
        return dividesRoom ? limitPerSecond + Math.max(0, room) / DIVIDED_SECONDS : limitPerSecond;
    }

    /**
     * The unit of {@link LoadHistory#part}. Where the room is divided, single operations must not move it from one node to
     * another.
     */
    public double historyUnit(int liveNodes) {
        return dividesRoom ? Math.max(capacity, HISTORY_UNITS_PER_NODE * liveNodes) : perSecond;
    }

    /** The constants for a limit, where nodes report once in an interval. */
    public static PacingParameters of(RateLimit limit, long intervalNanos) {
        return of(limit, intervalNanos, intervalNanos);
    }

    /**
     * The constants for a limit, where nodes report once in an interval.
     *
     * @param urgentNanos between two reports of a node while the limit is nearly used up, at most an interval
     */
    public static PacingParameters of(RateLimit limit, long intervalNanos, long urgentNanos) {
        double perSecond = limit.amount() / (limit.periodNanos() * 1e-9);
        return limit instanceof ByteRateLimit
                ? ofBytes(limit, perSecond, intervalNanos)
                : ofOperations(limit, perSecond, intervalNanos, urgentNanos);
    }

    private static PacingParameters ofOperations(
            RateLimit limit, double perSecond, long intervalNanos, long urgentNanos) {
        double syncDelaySeconds = intervalNanos * 1e-9 + NETWORK_SECONDS;
        double flow = Math.max(perSecond * syncDelaySeconds, 1);
        double unreported = Math.max(perSecond * (urgentNanos * 1e-9 + NETWORK_SECONDS), 1);
        boolean bucket = limit.rate().algorithm() instanceof RateAlgorithm.TokenBucket;
        double gain = bucket ? BUCKET_GAIN : WINDOW_GAIN;
        double tolerance = limit.rate().algorithm() instanceof RateAlgorithm.SlidingWindow
                ? Math.min(flow / 2, TOLERANCE_SECONDS_MAX * perSecond)
                : 0;
        boolean dividesRoom = limit.capacity() > perSecond * DIVIDED_SECONDS;
        boolean reportsEach = perSecond <= EACH_PER_SECOND_MAX && urgentNanos < intervalNanos && !dividesRoom;
        return new PacingParameters(
                1,
                perSecond,
                syncDelaySeconds,
                flow,
                urgentNanos,
                unreported,
                gain,
                tolerance,
                Math.min(tolerance, Math.max(unreported / 2, TOLERANCE_MIN)),
                reportsEach ? Math.min(flow, Math.max(flow / 2, UNSTEERED_EACH_MIN)) : flow,
                bucket ? limit.capacity() : gain * flow,
                flow
                        + Math.max(
                                Math.min(REFILL * flow, REFILL_SECONDS_MAX * perSecond),
                                REFILL_DEVIATIONS * Math.sqrt(flow)),
                flow + REFILL_DEVIATIONS * Math.sqrt(flow),
                bucket ? 0 : CATCH_UP * (flow - unreported),
                -limit.amount(),
                bucket,
                limit.capacity(),
                dividesRoom,
                intervalNanos * 5 / 2,
                reportsEach);
    }

    /** Transfers wait, so that little has to be caught up with, and no window's room is spent at once. */
    private static PacingParameters ofBytes(RateLimit limit, double perSecond, long intervalNanos) {
        double quantum = TransferChunks.chunkBytes(perSecond);
        double syncDelaySeconds = intervalNanos * 1e-9 + NETWORK_SECONDS;
        // Of a tiny limit at least a few records of TLS, of which each comes as a whole.
        double flow = Math.max(perSecond * syncDelaySeconds, TransferChunks.FREE_BYTES_MAX);
        boolean bucket = limit.rate().algorithm() instanceof RateAlgorithm.TokenBucket;
        double levelMax = bucket ? limit.capacity() : BYTES_GAIN * flow;
        return new PacingParameters(
                quantum,
                perSecond,
                syncDelaySeconds,
                flow,
                intervalNanos,
                flow,
                bucket ? BUCKET_GAIN : BYTES_GAIN,
                0,
                0,
                0,
                levelMax,
                levelMax,
                levelMax,
                0,
                -perSecond,
                bucket,
                limit.capacity(),
                limit.capacity() > perSecond * DIVIDED_SECONDS,
                intervalNanos * 5 / 2,
                false);
    }
}
