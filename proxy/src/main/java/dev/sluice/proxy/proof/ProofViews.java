package dev.sluice.proxy.proof;

import dev.sluice.common.IpAddress;
import dev.sluice.policy.identity.UserSessions;
import dev.sluice.proxy.admin.api.ComponentHealth;
import dev.sluice.proxy.admin.api.ComponentState;
import dev.sluice.proxy.admin.metrics.SluiceMetrics;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/** What a sidecar shows of the claims of requests: numbers, never a key or an address of one. */
public final class ProofViews {
    private static final String CLAIMS = "sluice.claims";
    private static final String DISAGREEMENTS = "sluice.signature.disagreements";

    private ProofViews() {}

    /** Registers the counts. */
    public static void bind(SluiceMetrics to, ClaimProofs proofs) {
        ProofCounters counts = proofs.counters();
        String claims = "Requests with a credential, by how it was proven";
        labelled(to, CLAIMS, claims, "proof", "signature", counts.signed);
        labelled(to, CLAIMS, claims, "proof", "feedback", counts.known);
        labelled(to, CLAIMS, claims, "proof", "none", counts.unproven);
        String unproven = "Requests that were not proven when they came, by what the gateway did";
        labelled(to, "sluice.unproven", unproven, "outcome", "served", counts.unprovenServed);
        labelled(to, "sluice.unproven", unproven, "outcome", "refused", counts.unprovenRefused);
        to.counter(
                "sluice.unproven.over.in.flight",
                "Requests that were rejected because too many of their access key were at the gateway unproven",
                counts.overInFlight,
                LongAdder::sum);
        String disagreements = "Requests that the gateway served although their signature looked wrong or too old";
        labelled(to, DISAGREEMENTS, disagreements, "on", "signature", counts.disagreedOnSignature);
        labelled(to, DISAGREEMENTS, disagreements, "on", "time", counts.disagreedOnTime);
        bind(to, proofs.directory().sessions());
    }

    private static void bind(SluiceMetrics to, UserSessions sessions) {
        String help = "Sessions of STS whose user is known, by where they were learnt";
        to.gauge("sluice.sts.sessions", help, "from", "responses", sessions, UserSessions::learntCount);
        to.gauge("sluice.sts.sessions", help, "from", "peers", sessions, UserSessions::reportedCount);
        to.counter(
                "sluice.sts.sessions.displaced",
                "Sessions of STS that were forgotten before their end because there were too many",
                sessions,
                UserSessions::displaced);
    }

    private static void labelled(
            SluiceMetrics to, String name, String help, String label, String value, LongAdder count) {
        to.counter(name, help, label, value, count, LongAdder::sum);
    }

    /** A warning if all clients have one address; empty: nothing is wrong. */
    public static Optional<ComponentHealth> health(ClaimProofs proofs) {
        IpAddress only = proofs.mode().takesFeedback() ? proofs.spread().only() : null;
        return only == null
                ? Optional.empty()
                : Optional.of(ComponentHealth.of(
                        ComponentState.ONE_ADDRESS,
                        "all clients come from " + only + ": if that is a balancer, name it in listen.trusted-proxies,"
                                + " or an access key that one client has proven counts as proven for all"));
    }
}
