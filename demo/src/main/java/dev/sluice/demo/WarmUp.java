package dev.sluice.demo;

import dev.sluice.demo.OutcomeCounters.Counts;

/**
 * Tells when the programs of the demo are fast enough for its seconds to be judged. Just after the start most of their code
 * is not compiled yet. Requests then wait for a second or two, and their responses come together in a later second than the
 * one in which they were admitted: the table would show an excess that the gateway never saw.
 *
 * <p>Belongs to one thread.
 */
final class WarmUp {
    /** After so many seconds the machine is judged as it is. */
    static final int SECONDS_MAX = 15;
    /** A second is steady if so large a part of the rate is sent, and as much comes back, give or take the rest. */
    private static final double STEADY_PART = 0.95;

    private static final int STEADY_SECONDS = 2;

    private final int ratePerSecond;
    private int seconds;
    private int steadySeconds;

    /** @param ratePerSecond what the client is to send */
    WarmUp(int ratePerSecond) {
        this.ratePerSecond = ratePerSecond;
    }

    /** Adds a whole second; returns whether the next one is to be judged. */
    boolean isOver(Counts second) {
        seconds++;
        long returned = second.admitted() + second.rejected() + second.failed();
        double tolerated = (1 - STEADY_PART) * ratePerSecond;
        boolean isSteady =
                second.offered() >= ratePerSecond - tolerated && Math.abs(returned - second.offered()) <= tolerated;
        steadySeconds = isSteady ? steadySeconds + 1 : 0;
        return steadySeconds >= STEADY_SECONDS || seconds >= SECONDS_MAX;
    }
}
