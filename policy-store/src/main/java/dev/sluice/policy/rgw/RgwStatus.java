package dev.sluice.policy.rgw;

import dev.sluice.policy.rgw.client.RgwState;

/**
 * How the Admin API is.
 *
 * @param problem for people; empty: none
 * @param sinceWallMillis when it began to be so; what is known is not older than that
 */
public record RgwStatus(RgwState state, String problem, long sinceWallMillis) {
    /** Whether users, or limits, can be looked up. */
    public boolean isOk() {
        return state == RgwState.OK;
    }

    /** The next status: the time stays while the state does. */
    RgwStatus next(RgwState nextState, String nextProblem, long nowWallMillis) {
        return new RgwStatus(nextState, nextProblem, nextState == state ? sinceWallMillis : nowWallMillis);
    }
}
