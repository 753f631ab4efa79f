package dev.sluice.proxy.app.quota;

import dev.sluice.common.QuotaRole;
import dev.sluice.policy.keys.GatewayTrust;
import dev.sluice.policy.settings.Settings;
import dev.sluice.proxy.admin.metrics.SluiceMetrics;
import dev.sluice.proxy.app.sync.SyncViews;
import dev.sluice.proxy.loop.Transport;
import dev.sluice.proxy.quota.api.RoleRoutes;
import dev.sluice.proxy.quota.forward.NodeChoice;
import dev.sluice.proxy.quota.forward.NodeConnections;
import dev.sluice.proxy.quota.forward.NodeTls;
import dev.sluice.proxy.quota.forward.OwnRoles;
import dev.sluice.proxy.quota.forward.RoleForwarder;
import dev.sluice.proxy.quota.forward.RoleNode;
import dev.sluice.proxy.quota.http.QuotaRoute;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The roles of this node, and the way to nodes that have the others, or that keep the allocations. */
final class RolesPart implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RolesPart.class);

    private final Set<QuotaRole> roles;
    private final boolean hasTls;
    private final Optional<GatewayTrust> trust;
    private final IntSupplier allocations;
    private final AtomicBoolean hasWarned = new AtomicBoolean();
    private Optional<OwnRoles> own = Optional.empty();
    private Optional<NodeConnections> connections = Optional.empty();
    private Optional<RoleForwarder> forwarder = Optional.empty();

    /** @param allocations how many allocation quotas this node has */
    RolesPart(Settings.Quota settings, IntSupplier allocations) {
        this.roles = settings.roles();
        this.hasTls = settings.tls().isPresent();
        this.trust = settings.nodeTrust();
        this.allocations = allocations;
    }

    /** The same routes, which forward what this node doesn't do itself. */
    List<QuotaRoute> over(List<QuotaRoute> routes, int maxBatch) {
        return own.isPresent() && forwarder.isPresent()
                ? new RoleRoutes(own.get(), forwarder.get(), maxBatch).over(routes)
                : routes;
    }

    /**
     * Finds other nodes by the sync. To be called before the routes are made.
     *
     * @param node the name of this node
     * @throws SSLException if the authorities of the other nodes' certificates can't be used
     */
    void start(String node, SyncViews sync, SluiceMetrics metrics) throws SSLException {
        OwnRoles known = new OwnRoles(node, roles, new KeepersBySync(sync), System.nanoTime());
        own = Optional.of(known);
        metrics.gauge(
                "sluice.quota.alloc.nodes",
                "Live nodes with the role alloc that others see, and this one; one of them keeps the allocations",
                known,
                RolesPart::allocNodes);
        if (sync.isOn()) {
            Optional<NodeTls> tls = trust.isPresent() ? Optional.of(NodeTls.of(trust.get())) : Optional.empty();
            connections = Optional.of(new NodeConnections(Transport.best(), tls));
            forwarder = connections.map(kept -> RoleForwarder.over(kept, new NodeChoice(() -> usable(sync))));
            forwarder.get().bind(metrics);
        }
    }

    /** A node with TLS sends no call, and no token, without it. */
    private List<RoleNode> usable(SyncViews sync) {
        return sync.roleNodes().stream()
                .filter(node -> node.hasTls() || !hasTls)
                .toList();
    }

    private record KeepersBySync(SyncViews sync) implements OwnRoles.OtherKeepers {
        @Override
        public Set<String> names() {
            return sync.allocNodes();
        }

        @Override
        public boolean areAwaited() {
            return sync.awaitsPeers();
        }
    }

    private static int allocNodes(OwnRoles known) {
        return (known.isConfigured(QuotaRole.ALLOC) ? 1 : 0)
                + known.otherKeepers().size();
    }

    /** Why allocations are not what they should be: several nodes have the role, and one keeps them; empty: one has it. */
    Optional<String> problem() {
        boolean areUsed = !roles.contains(QuotaRole.ALLOC) || allocations.getAsInt() > 0;
        Optional<String> problem =
                own.filter(known -> areUsed && allocNodes(known) > 1).map(RolesPart::problem);
        if (problem.isPresent() && !hasWarned.getAndSet(true)) {
            LOG.warn("{}", problem.get());
        }
        return problem;
    }

    private static String problem(OwnRoles known) {
        return "several nodes have the role alloc: "
                + (known.isConfigured(QuotaRole.ALLOC) ? "this one, " : "")
                + String.join(", ", known.otherKeepers())
                + "; all calls go to " + known.keeper() + ", the first by name. If it stops, the next one goes on with "
                + "allocations of its own. Set quota.roles so that one node has the role";
    }

    @Override
    public void close() {
        connections.ifPresent(NodeConnections::close);
    }
}
