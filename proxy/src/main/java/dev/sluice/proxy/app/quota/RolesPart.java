package dev.sluice.proxy.app.quota;

import dev.sluice.common.QuotaRole;
import dev.sluice.policy.settings.Settings;
import dev.sluice.proxy.admin.metrics.SluiceMetrics;
import dev.sluice.proxy.app.sync.SyncViews;
import dev.sluice.proxy.loop.Transport;
import dev.sluice.proxy.quota.api.RoleRoutes;
import dev.sluice.proxy.quota.forward.NodeChoice;
import dev.sluice.proxy.quota.forward.NodeConnections;
import dev.sluice.proxy.quota.forward.RoleForwarder;
import dev.sluice.proxy.quota.forward.RoleNode;
import dev.sluice.proxy.quota.http.QuotaRoute;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The roles of this node, and the way to nodes that have the others. */
final class RolesPart implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RolesPart.class);

    private final Set<QuotaRole> own;
    private final boolean hasTls;
    private final IntSupplier allocations;
    private final AtomicBoolean hasWarned = new AtomicBoolean();
    private Optional<NodeConnections> connections = Optional.empty();
    private Optional<RoleForwarder> forwarder = Optional.empty();

    /** @param allocations how many allocation quotas this node has */
    RolesPart(Settings.Quota settings, IntSupplier allocations) {
        this.own = settings.roles();
        this.hasTls = settings.tls().isPresent();
        this.allocations = allocations;
    }

    private boolean hasAll() {
        return own.containsAll(Set.of(QuotaRole.RATE, QuotaRole.ALLOC));
    }

    /** The roles that others may forward calls for: they connect without TLS. */
    Set<QuotaRole> forOthers() {
        return hasTls ? Set.of() : own;
    }

    /** The same routes; those that this node has no role for forward. */
    List<QuotaRoute> over(List<QuotaRoute> routes, int maxBatch) {
        return forwarder
                .map(to -> new RoleRoutes(own, to, maxBatch).over(routes))
                .orElse(routes);
    }

    /** Registers the metrics. To be called before the routes are made. */
    void bind(SluiceMetrics to, SyncViews sync) {
        to.gauge(
                "sluice.quota.alloc.nodes",
                "Live nodes with the role alloc that others see, and this one; more than 1 keep different allocations",
                this,
                part -> part.allocNodes(sync));
        if (!hasAll()) {
            connections = Optional.of(new NodeConnections(Transport.best()));
            forwarder = connections.map(kept -> RoleForwarder.over(kept, new NodeChoice(sync::roleNodes)));
            forwarder.get().bind(to);
        }
    }

    private int allocNodes(SyncViews sync) {
        return (own.contains(QuotaRole.ALLOC) ? 1 : 0) + others(sync).size();
    }

    private static List<RoleNode> others(SyncViews sync) {
        return sync.roleNodes().stream()
                .filter(node -> node.roles().contains(QuotaRole.ALLOC))
                .toList();
    }

    /** Why allocations are not what they should be: several nodes keep them, each its own; empty: one does. */
    Optional<String> problem(SyncViews sync) {
        List<RoleNode> others = others(sync);
        boolean areSeveral = own.contains(QuotaRole.ALLOC) ? !others.isEmpty() : others.size() > 1;
        boolean areUsed = !own.contains(QuotaRole.ALLOC) || allocations.getAsInt() > 0;
        Optional<String> problem = areSeveral && areUsed
                ? Optional.of("several nodes have the role alloc, and each keeps its own allocations: "
                        + (own.contains(QuotaRole.ALLOC) ? "this one, " : "")
                        + String.join(
                                ", ",
                                others.stream().map(RoleNode::name).sorted().toList())
                        + "; set quota.roles so that one has it")
                : Optional.empty();
        if (problem.isPresent() && !hasWarned.getAndSet(true)) {
            LOG.warn("{}", problem.get());
        }
        return problem;
    }

    @Override
    public void close() {
        connections.ifPresent(NodeConnections::close);
    }
}
