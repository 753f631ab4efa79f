package dev.sluice.proxy.admin.api;

import java.util.List;
import java.util.Optional;

/**
 * {@code /api/v1/peers}.
 *
 * @param node this process
 * @param endpoint where it publishes; empty: sync is off
 * @param advertise the endpoint by which others reach it; empty: sync is off
 * @param authentication how peers authenticate each other
 * @param limitsFingerprint 16 hex digits that are the same where the limits are the same
 * @param peers the sidecars that reports were received from
 * @param unreachable sidecars that others receive reports from and this one doesn't
 * @param links the addresses to subscribe to
 * @param discovery the search for peers; empty: there is none
 * @param unauthenticated clients of the bus that were refused for want of a listed key
 * @param refused what was not used of the reports that came, by peer and reason
 */
public record PeersBody(
        String node,
        String endpoint,
        String advertise,
        SyncAuthentication authentication,
        String limitsFingerprint,
        List<PeerRow> peers,
        List<UnreachableRow> unreachable,
        List<LinkRow> links,
        Optional<DiscoveryBody> discovery,
        List<UnauthenticatedRow> unauthenticated,
        List<RefusedRow> refused) {
    public PeersBody {
        peers = List.copyOf(peers);
        unreachable = List.copyOf(unreachable);
        links = List.copyOf(links);
        unauthenticated = List.copyOf(unauthenticated);
        refused = List.copyOf(refused);
    }
}
