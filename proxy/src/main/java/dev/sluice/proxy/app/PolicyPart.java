package dev.sluice.proxy.app;

import dev.sluice.limits.model.Policy;
import dev.sluice.policy.source.PolicyInForce;
import dev.sluice.policy.source.PolicyLayer;
import dev.sluice.policy.source.PolicyOrigins;
import dev.sluice.policy.source.Reloadable;
import java.util.function.Consumer;

/** The sources of limits and identities: follows them and brings what they hold into force in the limiter. */
final class PolicyPart implements AutoCloseable {
    private final PolicySources sources;

    private PolicyPart(PolicySources sources) {
        this.sources = sources;
    }

    /** @param inForce gets the limits now and each time that others come into force */
    static PolicyPart start(PolicySources sources, PolicyInForce policy, Consumer<Policy> inForce) {
        inForce.accept(policy.current().limits());
        sources.start(snapshot -> {
            policy.swap(snapshot, System.nanoTime());
            inForce.accept(snapshot.limits());
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

    @Override
    public void close() {
        sources.close();
    }
}
