package dev.sluice.sync.activity;

import java.util.Optional;

/** What sidecars show of themselves and each other. Implementations are bounded and thread-safe, and never block. */
public interface ActivityBook {
    /** Shows nothing and takes nothing. */
    ActivityBook NONE = new ActivityBook() {
        @Override
        public Optional<NodeActivity> poll() {
            return Optional.empty();
        }

        @Override
        public void receive(long sender, NodeActivity activity, long nowNanos) {}
    };

    /** What this sidecar has to show, if it has not been taken yet. */
    Optional<NodeActivity> poll();

    /**
     * A peer has reported its activity.
     *
     * @param sender the incarnation of the peer
     */
    void receive(long sender, NodeActivity activity, long nowNanos);
}
