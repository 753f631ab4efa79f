package dev.sluice.proxy.admin.live;

import dev.sluice.sync.activity.ActivityState;

/**
 * How a part of a sidecar is.
 *
 * @param sinceWallMillis when it began to be so; 0: not known
 * @param problem what is wrong; empty: nothing
 */
public record LivePart(ActivityState state, long sinceWallMillis, String problem) {
    /** Nothing is known. */
    public static final LivePart UNKNOWN = new LivePart(ActivityState.UNKNOWN, 0, "");

    boolean isBad() {
        return state == ActivityState.BAD;
    }
}
