package dev.sluice.simulate.engine;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Actions ordered by time and then by a sequence number. A binary heap in arrays: most of a simulation is adding an action
 * here and taking it out again.
 */
final class ActionQueue {
    private static final int CAPACITY_AT_FIRST = 256;

    private long[] times = new long[CAPACITY_AT_FIRST];
    private long[] sequences = new long[CAPACITY_AT_FIRST];
    private @Nullable Action[] actions = new Action[CAPACITY_AT_FIRST];
    private int size;

    /** Adds an action; a sequence is used once. */
    void add(long atNanos, long sequence, Action action) {
        if (size == times.length) {
            int capacity = 2 * size;
            times = Arrays.copyOf(times, capacity);
            sequences = Arrays.copyOf(sequences, capacity);
            actions = Arrays.copyOf(actions, capacity);
        }
        int hole = size++;
        while (hole > 0) {
            int parent = (hole - 1) >>> 1;
            if (!isBefore(atNanos, sequence, parent)) {
                break;
            }
            move(parent, hole);
            hole = parent;
        }
        set(hole, atNanos, sequence, action);
    }

    /** The time of the next action; {@link Long#MAX_VALUE}: there is none. */
    long nextNanos() {
        return size == 0 ? Long.MAX_VALUE : times[0];
    }

    /** The sequence of the next action; {@link Long#MAX_VALUE}: there is none. */
    long nextSequence() {
        return size == 0 ? Long.MAX_VALUE : sequences[0];
    }

    /** Removes the next action; there must be one. */
    Action remove() {
        Action first = Objects.requireNonNull(actions[0]);
        int last = --size;
        long atNanos = times[last];
        long sequence = sequences[last];
        Action action = Objects.requireNonNull(actions[last]);
        actions[last] = null;
        if (size > 0) {
            sink(atNanos, sequence, action);
        }
        return first;
    }

    private void sink(long atNanos, long sequence, Action action) {
        int hole = 0;
        for (int child = 1; child < size; child = 2 * hole + 1) {
            if (child + 1 < size && isBefore(times[child + 1], sequences[child + 1], child)) {
                child++;
            }
            if (isBefore(atNanos, sequence, child)) {
                break;
            }
            move(child, hole);
            hole = child;
        }
        set(hole, atNanos, sequence, action);
    }

    private boolean isBefore(long atNanos, long sequence, int index) {
        return atNanos != times[index] ? atNanos < times[index] : sequence < sequences[index];
    }

    private void move(int from, int to) {
        times[to] = times[from];
        sequences[to] = sequences[from];
        actions[to] = actions[from];
    }

    private void set(int index, long atNanos, long sequence, Action action) {
        times[index] = atNanos;
        sequences[index] = sequence;
        actions[index] = action;
    }
}
