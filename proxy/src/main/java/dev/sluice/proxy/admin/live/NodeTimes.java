package dev.sluice.proxy.admin.live;

import dev.sluice.proxy.loop.DurationCounts;
import dev.sluice.proxy.loop.DurationSums;
import dev.sluice.sync.activity.NodeActivity;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** How long the small requests of one sidecar took in the last seconds. Owned by the view. */
final class NodeTimes {
    /** What "now" means for a duration. */
    static final int TICKS = 5;

    /**
     * The three times of some requests.
     *
     * @param request to the client
     * @param upstream at the gateway
     * @param added by the sidecar
     */
    record Sums(DurationSums request, DurationSums upstream, DurationSums added) {
        /** More in one class is a lie; the sum of all sidecars must be a number. */
        private static final long COUNT_MAX = 1L << 48;

        static final Sums NONE = new Sums(DurationSums.NONE, DurationSums.NONE, DurationSums.NONE);

        static Sums of(NodeActivity activity) {
            return new Sums(
                    sums(activity.durations()), sums(activity.upstreamDurations()), sums(activity.addedDurations()));
        }

        /** Classes that this release doesn't have are left out. */
        private static DurationSums sums(List<Long> classes) {
            long[] counts = new long[Math.min(DurationCounts.CLASSES, classes.size())];
            for (int i = 0; i < counts.length; i++) {
                counts[i] = Math.min(classes.get(i), COUNT_MAX);
            }
            return DurationSums.ofClasses(counts);
        }

        Sums plus(Sums other) {
            return new Sums(request.plus(other.request), upstream.plus(other.upstream), added.plus(other.added));
        }

        Sums since(Sums before) {
            return new Sums(request.since(before.request), upstream.since(before.upstream), added.since(before.added));
        }
    }

    /** The oldest first; one more than the ticks that are looked at. */
    private final Deque<Sums> counts = new ArrayDeque<>();

    private Sums lastSecond = Sums.NONE;
    private long receivedNanos;

    /** Takes the activity of a tick, which may be that of the tick before. */
    void update(NodeActivity activity, long nanos) {
        Sums now = Sums.of(activity);
        Sums before = counts.peekLast();
        if (before != null && nanos != receivedNanos) {
            lastSecond = now.since(before);
        }
        receivedNanos = nanos;
        counts.addLast(now);
        if (counts.size() > TICKS + 1) {
            counts.removeFirst();
        }
    }

    /** Nothing is known any more. */
    void clear() {
        counts.clear();
        lastSecond = Sums.NONE;
    }

    /** Of the requests of the last second. */
    Sums lastSecond() {
        return lastSecond;
    }

    /** Of the requests of the last {@value #TICKS} seconds. */
    Sums recent() {
        Sums first = counts.peekFirst();
        Sums last = counts.peekLast();
        return first == null || last == null ? Sums.NONE : last.since(first);
    }
}
