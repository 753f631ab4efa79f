package dev.sluice.demo;

import dev.sluice.demo.OutcomeCounters.Counts;
import java.util.Locale;

/**
 * Judges a run of the demo by its seconds. A limit is held only if no single second had more than the limit, give or take
 * what sidecars admit between two reports, and only if the limit rejected anything at all: a client that never reaches a
 * limit shows nothing.
 *
 * <p>Belongs to one thread.
 */
final class DemoVerdict {
    /** What two sidecars may admit between reports, and responses that come late into the next second. */
    private static final double TOLERANCE = 0.15;
    /** The same where the limit is so small that one request is a large part of it. */
    private static final int TOLERATED_MIN = 3;
    /** The same over the whole run, where late responses even out. */
    private static final double MEAN_TOLERANCE = 0.05;
    /** One failed request in so many is too many. */
    private static final int FAILED_PART = 100;

    private final int limitPerSecond;
    private final int ratePerSecond;
    private int seconds;
    private long worstSecond;
    private Counts all = Counts.NONE;

    /** What a run showed. */
    enum DemoOutcome {
        HELD,
        NOT_HELD,
        TOO_MANY_FAILED,
        /** The client reached its rate, and that is below the limit. */
        NOTHING_LIMITED,
        /** The client didn't reach its rate, nor the limit. */
        MACHINE_TOO_SLOW,
        /** Not one whole second. */
        TOO_SHORT
    }

    /**
     * Begins without seconds.
     *
     * @param ratePerSecond what the client is to send
     */
    DemoVerdict(int limitPerSecond, int ratePerSecond) {
        this.limitPerSecond = limitPerSecond;
        this.ratePerSecond = ratePerSecond;
    }

    /** Adds a whole second, over both sidecars. */
    void add(Counts second) {
        seconds++;
        worstSecond = Math.max(worstSecond, second.admitted());
        all = all.plus(second);
    }

    DemoOutcome outcome() {
        if (seconds == 0) {
            return DemoOutcome.TOO_SHORT;
        }
        boolean isExcessWanted = ratePerSecond > limitPerSecond;
        if (isExcessWanted && all.offered() < (long) limitPerSecond * seconds) {
            // also where single seconds are full: responses of such a machine come late, and then many at once
            return DemoOutcome.MACHINE_TOO_SLOW;
        }
        double tolerated = Math.max(TOLERATED_MIN, TOLERANCE * limitPerSecond);
        double mostInAll = seconds * limitPerSecond * (1 + MEAN_TOLERANCE) + tolerated;
        if (worstSecond > limitPerSecond + tolerated || all.admitted() > mostInAll) {
            return DemoOutcome.NOT_HELD;
        }
        if (all.admitted() == 0 || all.failed() * FAILED_PART > all.offered()) {
            return DemoOutcome.TOO_MANY_FAILED;
        }
        if (all.rejected() > 0) {
            return DemoOutcome.HELD;
        }
        return isExcessWanted ? DemoOutcome.MACHINE_TOO_SLOW : DemoOutcome.NOTHING_LIMITED;
    }

    /** For people: the sums, and what they mean. */
    String text() {
        if (seconds == 0) {
            return "It ended before a second had passed: nothing was measured.";
        }
        return String.format(
                        Locale.ROOT,
                        "In %d s: %d offered, %d admitted (%d/s), %d rejected, %d failed. ",
                        seconds,
                        all.offered(),
                        all.admitted(),
                        Math.round((double) all.admitted() / seconds),
                        all.rejected(),
                        all.failed())
                + meaning();
    }

    private String meaning() {
        String fullest = ". The fullest second had " + worstSecond + " of " + limitPerSecond + ".";
        return switch (outcome()) {
            case HELD -> "Limit " + limitPerSecond + "/s: held" + fullest;
            case NOT_HELD -> "Limit " + limitPerSecond + "/s: NOT HELD" + fullest;
            case TOO_MANY_FAILED -> "Too many requests failed: the limit was not tested.";
            case NOTHING_LIMITED ->
                "Nothing was limited: the client tried " + ratePerSecond + "/s, and the limit is " + limitPerSecond
                        + "/s. Try more: --rate " + 4L * limitPerSecond;
            case MACHINE_TOO_SLOW ->
                "This machine is too slow for this demo: the client was to send " + ratePerSecond + "/s and sent "
                        + all.offered() / seconds + "/s, so it did not keep the limit of " + limitPerSecond
                        + "/s busy. The fullest second had " + worstSecond + ". Try a lower limit: --limit "
                        + Math.max(1, all.admitted() / seconds / 4);
            case TOO_SHORT -> "";
        };
    }
}
