package dev.sluice.proxy;

import dev.sluice.policy.PeerDiscovery;
import dev.sluice.sync.Discovery;
import dev.sluice.sync.DnsDiscovery;
import dev.sluice.sync.ServiceMapDiscovery;
import java.util.List;

/** From the settings of a search for peers to the search. */
final class PeerSearch {
    private PeerSearch() {}

    static Discovery of(PeerDiscovery settings) {
        if (settings instanceof PeerDiscovery.Dns dns) {
            return new DnsDiscovery(dns.name(), dns.port());
        }
        PeerDiscovery.CephServiceMap map = (PeerDiscovery.CephServiceMap) settings;
        List<String> command = map.command().isEmpty() ? ServiceMapDiscovery.COMMAND : map.command();
        ServiceMapDiscovery.Host host =
                map.host().equals("hostname") ? ServiceMapDiscovery.Host.HOSTNAME : ServiceMapDiscovery.Host.ADDRESS;
        return new ServiceMapDiscovery(command, host, map.port());
    }
}
