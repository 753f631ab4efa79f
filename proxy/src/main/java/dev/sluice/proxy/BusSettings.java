package dev.sluice.proxy;

import dev.sluice.policy.HostPort;
import dev.sluice.policy.Settings;
import dev.sluice.sync.Reach;
import dev.sluice.sync.SyncConfig;
import java.util.List;

/** From the settings of the exchange to what the bus wants. */
final class BusSettings {
    private BusSettings() {}

    /** @param sync of one that listens */
    static SyncConfig of(String nodeId, Settings.Sync sync) {
        Settings.Reach reach = sync.reach();
        return new SyncConfig(
                nodeId,
                sync.listen().orElseThrow().tcpUri(),
                sync.cluster(),
                sync.interval().toNanos(),
                uris(sync.peers()),
                sync.onPartition(),
                sync.bytesPerSecondMax(),
                SyncKeys.ring(sync.trust()),
                new Reach(reach.advertise().map(HostPort::tcpUri), uris(reach.relays()), reach.nodes()));
    }

    private static List<String> uris(List<HostPort> endpoints) {
        return endpoints.stream().map(HostPort::tcpUri).toList();
    }
}
