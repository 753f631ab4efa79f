package dev.sluice.proxy.accesslog;

import dev.sluice.proxy.course.CourseListener;
import dev.sluice.proxy.course.RequestCourse;
import java.util.SplittableRandom;

/** Puts the requests of one event loop into its ring, or a random part of them. Belongs to that loop. */
final class EntryCollector implements CourseListener {
    private final EntryRing ring;
    private final double part;
    private final SplittableRandom random = new SplittableRandom();

    /** @param part of the requests: above 0, up to 1 */
    EntryCollector(EntryRing ring, double part) {
        this.ring = ring;
        this.part = part;
    }

    @Override
    public void onEnd(RequestCourse course) {
        if (part >= 1 || random.nextDouble() < part) {
            ring.offer(AccessEntry.of(course));
        }
    }
}
