package dev.sluice.proxy.app;

import dev.sluice.limits.admission.Admission;
import dev.sluice.policy.identity.KeyOwners;
import dev.sluice.policy.rgw.RgwDirectory;
import dev.sluice.policy.rgw.RgwStatus;
import dev.sluice.policy.settings.Settings;
import dev.sluice.policy.source.PolicyLayer;
import dev.sluice.policy.source.Reloadable;
import dev.sluice.proxy.admin.api.ComponentHealth;
import dev.sluice.proxy.admin.api.ComponentState;
import dev.sluice.proxy.admin.metrics.SluiceMetrics;
import dev.sluice.proxy.app.heap.HeapTable;
import java.util.List;
import java.util.Optional;

/** The users and limits that are known from RGW, where the settings have an admin key. */
final class RgwPart implements AutoCloseable {
    /** A key, its secret, its owner and their place in the cache. */
    private static final int KEY_BYTES = 400;

    private final Optional<RgwDirectory> directory;

    /** Asks nothing yet. */
    RgwPart(Settings settings) {
        this.directory = settings.rgwAdmin().map(RgwDirectory::new);
    }

    /** Begins to ask. */
    void start(Admission admission) {
        directory.ifPresent(d -> d.start(() -> admission.cluster().membership().known()));
    }

    /** The owners of access keys. */
    KeyOwners owners() {
        return directory.isPresent() ? directory.get() : KeyOwners.NONE;
    }

    /** RGW's own rate limits; empty: they are not asked for. */
    Optional<Reloadable<PolicyLayer>> limits() {
        return directory.map(RgwDirectory::limits);
    }

    /** For the note of what is in the heap. */
    List<HeapTable> heapTables() {
        return directory
                .map(d -> List.of(new HeapTable("access keys of RGW", d::knownKeys, KEY_BYTES)))
                .orElse(List.of());
    }

    /** How the Admin API is; empty: RGW isn't asked. */
    Optional<ComponentHealth> health() {
        return directory.map(RgwPart::health);
    }

    /** Registers the metrics, where RGW is asked. */
    void bind(SluiceMetrics to) {
        directory.ifPresent(d -> bind(to, d));
    }

    private static ComponentHealth health(RgwDirectory directory) {
        RgwStatus status = directory.status();
        return ComponentHealth.since(stateOf(status), status.sinceWallMillis(), status.problem());
    }

    private static ComponentState stateOf(RgwStatus status) {
        return switch (status.state()) {
            case UNKNOWN -> ComponentState.UNKNOWN;
            case OK -> ComponentState.OK;
            case UNREACHABLE -> ComponentState.UNREACHABLE;
            case WRONG_SECRET -> ComponentState.WRONG_SECRET;
            case UNKNOWN_ACCESS_KEY -> ComponentState.UNKNOWN_ACCESS_KEY;
            case MISSING_CAPABILITY -> ComponentState.MISSING_CAPABILITY;
            case CLOCK_SKEW -> ComponentState.CLOCK_SKEW;
            case NOT_SERVED -> ComponentState.NOT_SERVED;
            case FAILING -> ComponentState.FAILING;
        };
    }

    private static void bind(SluiceMetrics to, RgwDirectory directory) {
        to.gauge(
                "sluice.rgw.admin.up",
                "1 while users can be looked up in RGW",
                directory,
                d -> d.status().isOk() ? 1 : 0);
        to.counter("sluice.rgw.admin.calls", "Calls of RGW's Admin API", directory, RgwDirectory::calls);
        to.counter(
                "sluice.rgw.admin.failures",
                "Calls of RGW's Admin API that had no answer",
                directory,
                RgwDirectory::failures);
        to.gauge("sluice.rgw.keys", "Access keys whose owner is known from RGW", directory, RgwDirectory::knownKeys);
        to.gauge("sluice.rgw.keys.wanted", "Access keys that are to be looked up", directory, RgwDirectory::wantedKeys);
        to.gauge("sluice.rgw.users", "Users that are known from RGW", directory, RgwDirectory::knownUsers);
    }

    @Override
    public void close() throws InterruptedException {
        if (directory.isPresent()) {
            directory.get().close();
        }
    }
}
