package dev.sluice.limits.pacing;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** The largest of the values of the last minute, to 5 seconds. One thread records, any reads. */
public final class RecentPeak {
    private static final long SLOT_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int SLOTS = 12;

    private final AtomicReferenceArray<@Nullable Slot> slots = new AtomicReferenceArray<>(SLOTS);

    private record Slot(long number, double peak) {}

    /** Nothing was recorded. */
    public RecentPeak() {}

    /** Records a value. */
    public void record(double value, long nowNanos) {
        long number = Math.floorDiv(nowNanos, SLOT_NANOS);
        int index = (int) Math.floorMod(number, (long) SLOTS);
        Slot slot = slots.get(index);
        if (slot == null || slot.number() != number || value > slot.peak()) {
            slots.set(index, new Slot(number, value));
        }
    }

    /** The largest value of the last minute; 0 if there was none. */
    public double value(long nowNanos) {
        long number = Math.floorDiv(nowNanos, SLOT_NANOS);
        double peak = 0;
        for (int i = 0; i < SLOTS; i++) {
            Slot slot = slots.get(i);
            if (slot != null && number - slot.number() < SLOTS) {
                peak = Math.max(peak, slot.peak());
            }
        }
        return peak;
    }
}
