package dev.sluice.policy.source;

import dev.sluice.policy.hocon.ConfigProblem;
import java.util.List;

/** Receives what becomes of a {@link Reloadable}, on the thread that updates it. */
public interface ReloadListener<T> {
    /**
     * The source gave another value, or was bad and is good again.
     *
     * @param problems what was found in the source; warnings, unless parts of it can't be used
     */
    void onLoaded(T value, List<ConfigProblem> problems);

    /** The source, or part of it, can't be used: what was in use for it stays. Called once for each bad content. */
    void onRejected(Staleness staleness, List<ConfigProblem> problems);
}
