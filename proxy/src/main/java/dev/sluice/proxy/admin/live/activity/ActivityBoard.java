package dev.sluice.proxy.admin.live.activity;

import dev.sluice.sync.activity.ActivityBook;
import dev.sluice.sync.activity.NodeActivity;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Where the view and the sync leave the activity of sidecars for each other: the last of each, and of at most {@value
 * #PEERS_MAX} peers. Thread-safe.
 */
public final class ActivityBoard implements ActivityBook {
    /** A peer's takes some 20 kB at most. */
    static final int PEERS_MAX = 256;

    private final AtomicReference<Optional<NodeActivity>> own = new AtomicReference<>(Optional.empty());
    private final Map<Long, ReceivedActivity> peers = new ConcurrentHashMap<>();

    /** Nothing is known. */
    public ActivityBoard() {}

    /** Leaves this sidecar's own, for the next report. */
    public void publish(NodeActivity activity) {
        own.set(Optional.of(activity));
    }

    @Override
    public Optional<NodeActivity> poll() {
        Optional<NodeActivity> latest = own.getAndSet(Optional.empty());
        return latest == null ? Optional.empty() : latest;
    }

    @Override
    public void receive(long sender, NodeActivity activity, long nowNanos) {
        if (peers.size() < PEERS_MAX || peers.containsKey(sender)) {
            peers.put(sender, new ReceivedActivity(activity, nowNanos));
        }
    }

    /** The last of a peer; empty: it has reported none. */
    public Optional<ReceivedActivity> of(long incarnation) {
        return Optional.ofNullable(peers.get(incarnation));
    }

    /** Forgets all other peers. */
    public void keep(Set<Long> incarnations) {
        peers.keySet().retainAll(incarnations);
    }
}
