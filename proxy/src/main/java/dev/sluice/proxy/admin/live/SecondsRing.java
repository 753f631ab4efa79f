package dev.sluice.proxy.admin.live;

import dev.sluice.proxy.admin.live.body.LiveNumbers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The values of the last {@value #SECONDS} seconds, one for each tick of the view, as floats: {@value #SECONDS} x 4 bytes. A
 * tick without a value holds NaN: not known. Owned by the view.
 */
final class SecondsRing {
    /** How far back the view looks. */
    static final int SECONDS = 900;

    private final float[] values = new float[SECONDS];
    private final long firstTick;
    private long lastTick;

    /** Begins with that tick. */
    SecondsRing(long firstTick) {
        this.firstTick = firstTick;
        this.lastTick = firstTick - 1;
        Arrays.fill(values, Float.NaN);
    }

    /** Sets the value of a tick, which is not before the last one. Those left out are not known. */
    void set(long tick, double value) {
        for (long skipped = Math.max(lastTick + 1, tick - SECONDS); skipped < tick; skipped++) {
            values[index(skipped)] = Float.NaN;
        }
        values[index(tick)] = (float) value;
        lastTick = tick;
    }

    private static int index(long tick) {
        return (int) Math.floorMod(tick, (long) SECONDS);
    }

    /** The value of a tick; NaN: not known. */
    double get(long tick) {
        boolean isKept = tick <= lastTick && tick >= firstTick && tick > lastTick - SECONDS;
        return isKept ? values[index(tick)] : Double.NaN;
    }

    /** The mean of the last ticks, of which those that are not known count as zero. */
    double mean(long tick, int ticks) {
        double sum = 0;
        for (long t = tick - ticks + 1; t <= tick; t++) {
            double value = get(t);
            sum += Double.isNaN(value) ? 0 : value;
        }
        return sum / ticks;
    }

    /** Its values up to a tick, the oldest first. */
    List<Optional<Number>> series(long tick) {
        long from = Math.max(firstTick, tick - SECONDS + 1);
        List<Optional<Number>> series = new ArrayList<>();
        for (long t = from; t <= tick; t++) {
            series.add(LiveNumbers.optional(get(t)));
        }
        return series;
    }

    /** The same; empty if all are zero or not known. */
    List<Optional<Number>> seriesUnlessZero(long tick) {
        for (long t = Math.max(firstTick, tick - SECONDS + 1); t <= tick; t++) {
            double value = get(t);
            if (!Double.isNaN(value) && value != 0) {
                return series(tick);
            }
        }
        return List.of();
    }

    /** Whether a value that is not zero is among the last. */
    boolean isQuiet(long tick) {
        for (long t = Math.max(firstTick, tick - SECONDS + 1); t <= tick; t++) {
            if (get(t) > 0) {
                return false;
            }
        }
        return true;
    }
}
