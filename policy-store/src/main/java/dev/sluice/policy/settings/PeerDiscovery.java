package dev.sluice.policy.settings;

import java.util.List;

/** Where other sidecars are found, besides the list of peers. */
public sealed interface PeerDiscovery {
    /**
     * A name in the DNS.
     *
     * @param name of one or more hosts, or of service records (SRV) if it begins with an underscore
     * @param port of all hosts; 0 where service records give it
     */
    record Dns(String name, int port) implements PeerDiscovery {}

    /**
     * Ceph's map of services: the hosts of all radosgw.
     *
     * @param port of all sidecars
     * @param host {@code address} or {@code hostname}: which of a daemon's properties to connect to
     * @param command prints the map as JSON
     */
    record CephServiceMap(int port, String host, List<String> command) implements PeerDiscovery {
        public CephServiceMap {
            command = List.copyOf(command);
        }
    }
}
