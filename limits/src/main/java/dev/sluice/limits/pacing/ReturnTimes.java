package dev.sluice.limits.pacing;

import dev.sluice.limits.model.Limit;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The times at which refused requests of one limit should return. All that are refused at a moment wait for the same room.
 * Were they all sent back to the moment at which it is there, most would be refused again. So each gets a place behind those
 * before it, as far apart as this node admits requests.
 *
 * <p>Nobody knows which of them will return. So the places reach no further than the wait is long, at least 0.75 s and a
 * few seconds at most. Who comes when all are taken returns at a random time after the wait. Lock-free.
 */
public final class ReturnTimes {
    /** How much later than there is room a request may be told to return. */
    public static final long LATER_NANOS_MAX = 4 * Limit.SECOND_NANOS;

    /** How far the places reach at least. */
    private static final long PLACES_NANOS_MIN = Limit.SECOND_NANOS * 3 / 4;
    /** The part of the wait that is random: nodes have their places at the same times. */
    private static final double SPREAD = 0.25;

    private volatile long lastPlaceNanos;

    private static final VarHandle LAST_PLACE_NANOS;

    static {
        try {
            LAST_PLACE_NANOS = MethodHandles.lookup().findVarHandle(ReturnTimes.class, "lastPlaceNanos", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Places from now on. */
    public ReturnTimes(long nowNanos) {
        lastPlaceNanos = nowNanos;
    }

    /**
     * Gives a request the next place.
     *
     * @param waitNanos until there is room, at least 0
     * @param apartNanos between two places
     * @param random 0 to 1
     * @return from now; at least {@code waitNanos}, and {@value #LATER_NANOS_MAX} more at most
     */
    public long next(long waitNanos, double apartNanos, double random, long nowNanos) {
        long soonest = nowNanos + waitNanos;
        long laterMax = Math.min(waitNanos, LATER_NANOS_MAX);
        long spreadNanos = (long) (random * SPREAD * laterMax);
        long placesNanos = Math.max(PLACES_NANOS_MIN, (long) ((1 - SPREAD) * laterMax));
        long apart = (long) Math.min(apartNanos, LATER_NANOS_MAX);
        while (true) {
            long last = lastPlaceNanos;
            long next = Math.max(soonest, last + apart);
            if (next - soonest > placesNanos) {
                return waitNanos + (long) (random * laterMax);
            }
            if (LAST_PLACE_NANOS.compareAndSet(this, last, next)) {
                return next - nowNanos + spreadNanos;
            }
        }
    }
}
