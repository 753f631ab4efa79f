package dev.sluice.benchmarks.bus;

import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.usage.UsageRegistry;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The load of all sidecars while sync is measured.
 *
 * @param peers besides the measured sidecar
 * @param subjects busy users, the same on each sidecar
 * @param usedPart the part of a user's limit that the cluster uses; it decides how often a user is reported
 * @param keys whether the bus has keys
 * @param role of the measured process
 */
public record BusCase(int peers, int subjects, double usedPart, boolean keys, Role role) {
    /** What the measured process is. */
    public enum Role {
        SIDECAR,
        /** Forwards the reports of the others; no user is busy on it. */
        RELAY
    }

    public static final long INTERVAL_NANOS = 100_000_000L;
    static final String CLUSTER = "bench";
    /** Requests of each user on each sidecar, per interval. */
    static final int REQUESTS = 2;

    private static final double TICKS_PER_SECOND = 1e9 / INTERVAL_NANOS;
    /** As in sync: the part of an even share that is worth a report, near the limit and far from it. */
    private static final double WORTH = 0.02;

    private static final double WORTH_WHILE_FAR = 0.08;
    private static final double FAR = 0.125;

    /** The limit of each user. */
    Limit limit() {
        return Limit.perSecond(Math.round(requestsPerSecond() * (peers + 1) / usedPart), MeterAlgorithm.WINDOW);
    }

    private double requestsPerSecond() {
        return REQUESTS * TICKS_PER_SECOND;
    }

    /** How many ticks pass between two reports of a user; at most those of a second. */
    int ticksPerReport() {
        double worth = (usedPart < FAR ? WORTH_WHILE_FAR : WORTH) * requestsPerSecond() / usedPart;
        int visited = usedPart < FAR ? UsageRegistry.VISITS_APART_MAX : 1;
        double visits = Math.max(Math.ceil(worth / REQUESTS / visited), 1);
        return (int) Math.min(visits * visited, TICKS_PER_SECOND);
    }

    static String user(int number) {
        return "user" + number;
    }

    IntStream users() {
        return IntStream.range(0, subjects);
    }

    public String title() {
        String busy = subjects == 0
                ? "nobody busy"
                : String.format(Locale.ROOT, "%,d users at %.0f %% of their limits", subjects, usedPart * 100);
        return peers + " others, " + busy;
    }
}
