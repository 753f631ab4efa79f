package dev.sluice.proxy.app.sync;

import dev.sluice.policy.settings.PeerDiscovery;
import dev.sluice.sync.discovery.Discovery;
import dev.sluice.sync.discovery.DnsDiscovery;
import dev.sluice.sync.discovery.ServiceMapDiscovery;
import dev.sluice.sync.discovery.ServiceMapHost;
import java.util.List;

/** Makes the search for peers that the settings ask for. */
final class DiscoveryFactory {
    private DiscoveryFactory() {}

    static Discovery of(PeerDiscovery settings) {
        if (settings instanceof PeerDiscovery.Dns dns) {
            return new DnsDiscovery(dns.name(), dns.port());
        }
        PeerDiscovery.CephServiceMap map = (PeerDiscovery.CephServiceMap) settings;
        List<String> command = map.command().isEmpty() ? ServiceMapDiscovery.COMMAND : map.command();
        ServiceMapHost host = map.host().equals("hostname") ? ServiceMapHost.HOSTNAME : ServiceMapHost.ADDRESS;
        return new ServiceMapDiscovery(command, host, map.port());
    }
}
