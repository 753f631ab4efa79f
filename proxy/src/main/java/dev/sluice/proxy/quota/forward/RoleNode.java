package dev.sluice.proxy.quota.forward;

import dev.sluice.common.HostPort;
import dev.sluice.common.QuotaRole;
import java.util.Set;

/**
 * A live node of the quota service, as it reports itself.
 *
 * @param name for people, and for a choice that all nodes make alike
 * @param address of its quota port
 * @param hasTls whether that is connected to with TLS
 */
public record RoleNode(String name, HostPort address, Set<QuotaRole> roles, boolean hasTls) {
    /** Without TLS. */
    public RoleNode(String name, HostPort address, Set<QuotaRole> roles) {
        this(name, address, roles, false);
    }

    public RoleNode {
        roles = Set.copyOf(roles);
    }
}
