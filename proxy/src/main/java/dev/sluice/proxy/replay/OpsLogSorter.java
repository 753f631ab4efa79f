package dev.sluice.proxy.replay;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.Consumer;

/**
 * Puts entries into the order in which their requests came: a log is written as they end. It keeps so many entries back, and
 * what comes later than that is handed on late, and counted.
 */
final class OpsLogSorter {
    private static final int KEPT_MAX = 50_000;

    private final Consumer<OpsLogEntry> next;
    private final PriorityQueue<OpsLogEntry> kept =
            new PriorityQueue<>(Comparator.comparingLong(OpsLogEntry::startNanos));
    private long handedNanos = Long.MIN_VALUE;
    private long late;

    OpsLogSorter(Consumer<OpsLogEntry> next) {
        this.next = next;
    }

    void add(OpsLogEntry entry) {
        kept.add(entry);
        if (kept.size() > KEPT_MAX) {
            hand(kept.remove());
        }
    }

    /** Hands on what is left. */
    void finish() {
        while (!kept.isEmpty()) {
            hand(kept.remove());
        }
    }

    private void hand(OpsLogEntry entry) {
        if (entry.startNanos() < handedNanos) {
            late++;
        }
        handedNanos = Math.max(handedNanos, entry.startNanos());
        next.accept(entry);
    }

    /** How many were too late to be put in order. */
    long late() {
        return late;
    }
}
