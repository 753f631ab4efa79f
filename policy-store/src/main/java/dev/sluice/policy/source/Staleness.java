package dev.sluice.policy.source;

import java.time.Instant;

/**
 * A source can't be used at the moment: the last good value stays in use.
 *
 * @param sinceWallMillis when the source was first seen bad since it was last good
 * @param firstProblem what is wrong with it, and what would be right
 */
public record Staleness(long sinceWallMillis, String firstProblem) {
    /** One line for people. */
    public String text() {
        return "stale since " + Instant.ofEpochMilli(sinceWallMillis) + ": " + firstProblem;
    }
}
