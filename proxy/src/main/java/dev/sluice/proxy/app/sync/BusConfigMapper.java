package dev.sluice.proxy.app.sync;

import dev.sluice.common.HostPort;
import dev.sluice.policy.settings.Settings;
import dev.sluice.sync.config.NodeAddressing;
import dev.sluice.sync.config.SyncConfig;
import java.util.List;

/** Turns the settings of sync into the configuration of the bus. */
final class BusConfigMapper {
    private BusConfigMapper() {}

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
                new NodeAddressing(reach.advertise().map(HostPort::tcpUri), uris(reach.relays()), reach.nodes()));
    }

    private static List<String> uris(List<HostPort> endpoints) {
        return endpoints.stream().map(HostPort::tcpUri).toList();
    }
}
