package dev.sluice.proxy.quota.forward;

import dev.sluice.common.QuotaRole;
import java.util.Set;
import java.util.TreeSet;

/**
 * What this node does itself. Rates are decided by each node that has the role. Allocations are kept by one: of the live nodes
 * with the role the one with the first name, so that all nodes choose the same. The others forward to it, as nodes without the
 * role do. A node that has just started waits for a moment for others before it keeps allocations itself.
 *
 * <p>Time is an argument. Thread-safe.
 */
public final class OwnRoles {
    /** What is known of other nodes is read so often at most. */
    static final long READ_NANOS = 50_000_000L;
    /** For so long after its start a node that knows of peers waits for the first report. */
    static final long START_NANOS = 3_000_000_000L;

    private final String node;
    private final Set<QuotaRole> roles;
    private final OtherKeepers others;
    private final long startNanos;
    private volatile KeeperState state;

    /** What is known of the other nodes that have the role for allocations. Any thread. */
    public interface OtherKeepers {
        /** The names of those that are live, also of those that can't be connected to from here. */
        Set<String> names();

        /** Whether there should be other nodes, none of which has reported yet. */
        boolean areAwaited();
    }

    private record KeeperState(boolean isHere, boolean isAwaited, long readNanos) {}

    /**
     * The roles of a node.
     *
     * @param node its name, as others see it
     * @param roles as configured
     * @param nowNanos monotonic
     */
    public OwnRoles(String node, Set<QuotaRole> roles, OtherKeepers others, long nowNanos) {
        this.node = node;
        this.roles = Set.copyOf(roles);
        this.others = others;
        this.startNanos = nowNanos;
        this.state = read(nowNanos);
    }

    private KeeperState read(long nowNanos) {
        boolean isAwaited = nowNanos - startNanos < START_NANOS && others.areAwaited();
        return new KeeperState(!isAwaited && keeper().equals(node), isAwaited, nowNanos);
    }

    /** Who keeps the allocations, as far as this node knows; empty: nobody. */
    public String keeper() {
        TreeSet<String> all = new TreeSet<>(others.names());
        if (roles.contains(QuotaRole.ALLOC)) {
            all.add(node);
        }
        return all.isEmpty() ? "" : all.first();
    }

    /** The other nodes with the role for allocations, by name. */
    public Set<String> otherKeepers() {
        return new TreeSet<>(others.names());
    }

    /** Whether the node has the role, whoever keeps the allocations now. */
    public boolean isConfigured(QuotaRole role) {
        return roles.contains(role);
    }

    /** Whether this node makes the calls of a role itself. */
    public boolean has(QuotaRole role, long nowNanos) {
        return roles.contains(role) && (role != QuotaRole.ALLOC || current(nowNanos).isHere);
    }

    /** Whether it makes those of all of these roles. */
    public boolean hasAll(Set<QuotaRole> needed, long nowNanos) {
        return needed.stream().allMatch(role -> has(role, nowNanos));
    }

    /** Whether this node doesn't know yet who keeps the allocations, because it has just started. */
    public boolean isAwaitingOthers(long nowNanos) {
        return roles.contains(QuotaRole.ALLOC) && current(nowNanos).isAwaited;
    }

    private KeeperState current(long nowNanos) {
        KeeperState known = state;
        if (nowNanos - known.readNanos >= READ_NANOS) {
            known = read(nowNanos);
            state = known;
        }
        return known;
    }
}
