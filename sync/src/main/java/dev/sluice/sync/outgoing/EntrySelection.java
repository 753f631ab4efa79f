package dev.sluice.sync.outgoing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Chooses what is told when not all of it fits. Three quarters of the room are for what presses most; the last one is for what has
 * waited longest, however little it presses. So nothing waits for longer than it takes to tell everything once at a
 * quarter of the rate, whatever goes on elsewhere.
 */
final class EntrySelection {
    private static final double PRIORITY_PART = 0.75;

    private EntrySelection() {}

    /**
     * What is told now; whatever else there is has been put off, and knows it.
     *
     * @param candidates taken over
     * @param bytesMax of their entries
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

    /** Moves as many from the head of one list to the other as fit; returns what they take. */
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
