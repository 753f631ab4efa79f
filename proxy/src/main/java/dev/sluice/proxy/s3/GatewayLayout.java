package dev.sluice.proxy.s3;

import dev.sluice.policy.settings.GatewaySettings;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a gateway takes a request for: the domains of its buckets, its APIs, and its probes. Immutable. */
public final class GatewayLayout {
    private final HostDomains domains;
    private final GatewayRoots roots;
    private final ProbeRequests probes;
    private final Set<String> specialSegments;

    /** RGW's own layout, with these domains. */
    public GatewayLayout(List<String> domains) {
        this(new HostDomains(domains), GatewayRoots.DEFAULT, new ProbeRequests(GatewaySettings.DEFAULT.probes()));
    }

    public GatewayLayout(HostDomains domains, GatewayRoots roots, ProbeRequests probes) {
        this.domains = domains;
        this.roots = roots;
        this.probes = probes;
        Set<String> segments = new HashSet<>(roots.firstSegments());
        segments.addAll(probes.firstSegments());
        this.specialSegments = Set.copyOf(segments);
    }

    HostDomains domains() {
        return domains;
    }

    GatewayRoots roots() {
        return roots;
    }

    ProbeRequests probes() {
        return probes;
    }

    /** Whether a path with this first segment may be something else than a bucket. */
    boolean isSpecial(String firstSegment) {
        return specialSegments.contains(firstSegment) || roots.isSwiftEverywhere();
    }
}
