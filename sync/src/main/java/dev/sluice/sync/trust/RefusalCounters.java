package dev.sluice.sync.trust;

import dev.sluice.sync.wire.DropReason;
import java.util.ArrayList;
import java.util.List;

/** What was refused of one link, by reason. Bounded: there are only so many reasons. Owned by the thread that receives. */
public final class RefusalCounters {
    private static final DropReason[] DROPS = DropReason.values();
    private static final RefusedPart[] PARTS = RefusedPart.values();

    private final String endpoint;
    private final long[] counts = new long[DROPS.length + PARTS.length];
    private final long[] lastNanos = new long[DROPS.length + PARTS.length];
    private String node = "";

    /** @param endpoint of the link */
    public RefusalCounters(String endpoint) {
        this.endpoint = endpoint;
    }

    /** The name that the node at the link gives itself. */
    public void node(String name) {
        node = name;
    }

    /** A message was refused. */
    public void count(DropReason reason, long nowNanos) {
        count(reason.ordinal(), nowNanos);
    }

    /** A part of a message was refused. */
    public void count(RefusedPart part, long nowNanos) {
        count(DROPS.length + part.ordinal(), nowNanos);
    }

    private void count(int index, long nowNanos) {
        counts[index]++;
        lastNanos[index] = nowNanos;
    }

    /** Adds what was refused to a list. A node's own reports that come back are harmless, and left out. */
    public void addTo(List<PeerRefusal> list, long nowNanos) {
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0 && i != DropReason.ECHO.ordinal()) {
                String reason = i < DROPS.length ? DROPS[i].key() : PARTS[i - DROPS.length].key();
                list.add(new PeerRefusal(endpoint, node, reason, counts[i], nowNanos - lastNanos[i]));
            }
        }
    }

    /** What was refused, by reason. */
    public List<PeerRefusal> list(long nowNanos) {
        List<PeerRefusal> list = new ArrayList<>();
        addTo(list, nowNanos);
        return List.copyOf(list);
    }
}
