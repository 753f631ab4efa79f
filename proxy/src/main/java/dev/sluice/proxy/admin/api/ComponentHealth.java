package dev.sluice.proxy.admin.api;

import java.util.Optional;

/**
 * How one part of a process is.
 *
 * @param state ok, or what is wrong
 * @param stateAgeSeconds how long it has been in this state; empty: not known
 * @param problem details for people; empty: none
 */
public record ComponentHealth(ComponentState state, Optional<Double> stateAgeSeconds, String problem) {
    /** Nothing is wrong. */
    public static final ComponentHealth OK = new ComponentHealth(ComponentState.OK, Optional.empty(), "");

    /** Something is wrong, and it isn't known since when. */
    public static ComponentHealth of(ComponentState state, String problem) {
        return new ComponentHealth(state, Optional.empty(), problem);
    }

    /** Something has been wrong since a moment of the wall clock. */
    public static ComponentHealth since(ComponentState state, long sinceWallMillis, String problem) {
        double ageSeconds = Math.max(0, System.currentTimeMillis() - sinceWallMillis) / 1e3;
        return new ComponentHealth(state, Optional.of(ageSeconds), problem);
    }
}
