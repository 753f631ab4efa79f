package dev.sluice.sync.outgoing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Chooses the entries to send when not all of them fit. Three quarters of the bytes go to the highest priorities,
 * the last quarter to the entries that were deferred for the longest time. So each entry is sent at the latest
 * after the time in which a quarter of the rate sends everything once.
 */
final class EntrySelection {
    private static final double PRIORITY_PART = 0.75;

    private EntrySelection() {}

    /**
     * Chooses the entries to send now, and marks all others as deferred.
     *
     * @param candidates consumed by the call
     * @param bytesMax for the entries
     */
    static List<OutgoingSubject> choose(List<OutgoingSubject> candidates, long bytesMax, long nowNanos) {
        long bytes = 0;
        for (OutgoingSubject subject : candidates) {
            bytes += subject.entryBytesMax();
        }
        if (bytes <= bytesMax) {
            return candidates;
        }
        List<OutgoingSubject> chosen = new ArrayList<>();
        candidates.sort(Comparator.comparingDouble(OutgoingSubject::priority).reversed());
        long left = bytesMax - take(candidates, chosen, (long) (PRIORITY_PART * bytesMax));
        candidates.sort(Comparator.comparingLong(OutgoingSubject::deferredSinceNanos));
        take(candidates, chosen, left);
        candidates.forEach(subject -> subject.defer(nowNanos));
        return chosen;
    }

    /** Moves entries from the head of one list to the other while they fit; returns their bytes. */
    private static long take(List<OutgoingSubject> from, List<OutgoingSubject> to, long bytesMax) {
        long bytes = 0;
        int count = 0;
        while (count < from.size() && bytes + from.get(count).entryBytesMax() <= bytesMax) {
            bytes += from.get(count++).entryBytesMax();
        }
        List<OutgoingSubject> head = from.subList(0, count);
        to.addAll(head);
        head.clear();
        return bytes;
    }
}
