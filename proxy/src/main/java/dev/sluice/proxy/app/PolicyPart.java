package dev.sluice.proxy.app;

import dev.sluice.limits.model.Policy;
import dev.sluice.policy.limitsfile.LimitsOverlay;
import dev.sluice.policy.settings.Settings;
import dev.sluice.policy.source.PolicyInForce;
import dev.sluice.policy.source.PolicyLayer;
import dev.sluice.policy.source.PolicyOrigins;
import dev.sluice.policy.source.PolicySnapshot;
import dev.sluice.policy.source.Reloadable;
import dev.sluice.proxy.admin.api.PeersBody;
import dev.sluice.proxy.admin.limits.AuditLog;
import dev.sluice.proxy.admin.limits.LimitEditor;
import dev.sluice.proxy.admin.limits.LimitExplainer;
import dev.sluice.proxy.admin.limits.LimitList;
import dev.sluice.proxy.admin.limits.LimitsApi;
import dev.sluice.proxy.proof.ClaimProofs;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The sources of limits and identities: follows them and brings what they hold into force in the limiter. */
final class PolicyPart implements AutoCloseable {
    /** Beside the overlay. */
    private static final String AUDIT_FILE = "limits-audit.log";

    private final PolicySources sources;

    private PolicyPart(PolicySources sources) {
        this.sources = sources;
    }

    /**
     * Brings all into force, now and at each change.
     *
     * @param quotas gets the allocation quotas
     * @param inForce gets the limits that all sidecars should have, once they are in force
     */
    static PolicyPart start(
            PolicySources sources, PolicyInForce policy, Consumer<PolicySnapshot> quotas, Consumer<Policy> inForce) {
        quotas.accept(policy.current());
        inForce.accept(sources.statedLimits());
        sources.start(snapshot -> {
            policy.swap(snapshot, System.nanoTime());
            quotas.accept(snapshot);
            inForce.accept(sources.statedLimits());
        });
        return new PolicyPart(sources);
    }

    /** The limits file: what it held when it was last good, and whether it is bad. */
    Reloadable<PolicyLayer> limitsFile() {
        return sources.limitsFile();
    }

    /** The limits that were set by command. */
    Reloadable<PolicyLayer> overlay() {
        return sources.overlay();
    }

    /** Where the limits in force are set. */
    PolicyOrigins origins() {
        return sources.origins();
    }

    /**
     * The paths of limits on the admin port.
     *
     * @param peers gives the other sidecars
     */
    LimitsApi api(Settings settings, LimiterPart limiter, Supplier<PeersBody> peers) {
        PolicyInForce inForce = limiter.policy();
        LimitList list = new LimitList(inForce::current, sources::origins);
        LimitExplainer explainer = new LimitExplainer(
                settings.nodeId(), inForce::current, sources::origins, limiter.directory(), limiter.admission());
        Optional<LimitEditor> editor = settings.limitsOverlay()
                .map(file -> new LimitEditor(
                        settings.nodeId(),
                        new LimitsOverlay(file),
                        settings.limitsFile(),
                        sources.overlay(),
                        list,
                        new AuditLog(file.resolveSibling(AUDIT_FILE))));
        return new LimitsApi(
                settings.nodeId(),
                explainer,
                ClaimProofs::label,
                limiter.directory()::userOfKey,
                list,
                editor,
                settings.admin().token(),
                peers);
    }

    @Override
    public void close() {
        sources.close();
    }
}
