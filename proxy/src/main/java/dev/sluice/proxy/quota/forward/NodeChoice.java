package dev.sluice.proxy.quota.forward;

import dev.sluice.common.HostPort;
import dev.sluice.common.QuotaRole;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Chooses nodes for calls. Calls of rates go round all live nodes with the role; those with an idempotency key go to the node
 * that the key belongs to. Calls of allocations go to one node, the same from everywhere: of those with the role the one with
 * the first name. A node that could not be connected to comes last
 * for a second. Time is an argument. Thread-safe.
 */
public final class NodeChoice {
    /** For so long a node that failed comes after the others. */
    static final long SUSPECT_NANOS = 1_000_000_000L;

    private static final int SUSPECTS_MAX = 1024;
    /** 2^32 divided by the golden ratio: spreads hashes of similar texts. */
    private static final int SPREADING = 0x9E3779B1;

    private static final Comparator<RoleNode> BY_NAME = Comparator.comparing(RoleNode::name)
            .thenComparing(node -> node.address().toString());

    private final Supplier<List<RoleNode>> live;
    private final AtomicInteger rounds = new AtomicInteger();
    private final Map<HostPort, Long> suspectUntilNanos = new ConcurrentHashMap<>();

    /** @param live the other nodes that are live now, in any order; read for each call */
    public NodeChoice(Supplier<List<RoleNode>> live) {
        this.live = live;
    }

    /** All live nodes that have all of these roles, by name. */
    public List<RoleNode> with(Set<QuotaRole> roles) {
        return live.get().stream()
                .filter(node -> node.roles().containsAll(roles))
                .sorted(BY_NAME)
                .toList();
    }

    /**
     * The nodes to try for a call that needs these roles, in this order; empty: none has them.
     *
     * @param key the idempotency key of the call; empty: none
     * @param nowNanos monotonic
     */
    List<RoleNode> inOrder(Set<QuotaRole> roles, String key, long nowNanos) {
        List<RoleNode> nodes = with(roles);
        if (nodes.size() < 2) {
            return nodes;
        }
        if (roles.contains(QuotaRole.ALLOC)) {
            // Another one keeps other allocations.
            return nodes.subList(0, 1);
        }
        List<RoleNode> order = new ArrayList<>(nodes);
        if (key.isEmpty()) {
            Collections.rotate(order, -Math.floorMod(rounds.getAndIncrement(), order.size()));
        } else {
            // The highest of the hashes: a node that comes or goes changes the place of its own keys only.
            order.sort(Comparator.comparingInt((RoleNode node) -> spread(key, node))
                    .reversed());
        }
        order.sort(Comparator.comparing(node -> isSuspect(node, nowNanos)));
        return order;
    }

    private static int spread(String key, RoleNode node) {
        int hash = 31 * key.hashCode() + node.name().hashCode();
        hash = (hash ^ hash >>> 16) * SPREADING;
        return (hash ^ hash >>> 15) * SPREADING;
    }

    private boolean isSuspect(RoleNode node, long nowNanos) {
        Long until = suspectUntilNanos.get(node.address());
        return until != null && until - nowNanos > 0;
    }

    /** That node can't be reached. */
    void failed(RoleNode node, long nowNanos) {
        if (suspectUntilNanos.size() >= SUSPECTS_MAX) {
            suspectUntilNanos.values().removeIf(until -> until - nowNanos <= 0);
        }
        if (suspectUntilNanos.size() < SUSPECTS_MAX) {
            suspectUntilNanos.put(node.address(), nowNanos + SUSPECT_NANOS);
        }
    }
}
