package dev.sluice.common;

import java.util.Optional;
import java.util.Set;

/**
 * Where a node serves HTTP, as it reports to others. Immutable.
 *
 * @param roles in the quota service; empty: it has none that others may use
 * @param host for others; empty: that from which its reports come
 * @param port 1 to 65535, of the quota service, else of the admin API
 * @param hasTls whether it has to be connected to with TLS
 */
public record NodeService(Set<QuotaRole> roles, Optional<String> host, int port, boolean hasTls) {
    /** The longest host, in characters, all of them ASCII. */
    public static final int HOST_CHARS_MAX = 255;

    /** Without TLS. */
    public NodeService(Set<QuotaRole> roles, Optional<String> host, int port) {
        this(roles, host, port, false);
    }

    /** Checks host and port. */
    public NodeService {
        roles = Set.copyOf(roles);
        if (!isValid(host.orElse("localhost"), port)) {
            throw new IllegalArgumentException("no address of a service: " + host.orElse("") + ":" + port);
        }
    }

    /** Whether it is the name or address of a host, and a port that can be connected to. */
    public static boolean isValid(String host, int port) {
        return host.length() <= HOST_CHARS_MAX && HostPort.isHost(host) && port >= 1 && port <= 65_535;
    }
}
