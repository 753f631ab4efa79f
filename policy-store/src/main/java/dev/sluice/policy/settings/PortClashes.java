package dev.sluice.policy.settings;

import dev.sluice.common.HostPort;
import dev.sluice.policy.hocon.ConfigSection;
import java.util.Optional;

/**
 * Reports addresses of one process that can't be listened on together.
 *
 * @param top the section {@code sluice}
 * @param clients where S3 clients come in; empty: nowhere
 * @param bus where reports are published; empty: sync is off
 */
record PortClashes(ConfigSection top, Optional<HostPort> clients, Optional<HostPort> bus, Settings.Admin admin) {
    private static final String HINT = "give each a port of its own";

    void report(Optional<Settings.Upstream> upstream, Optional<Settings.Quota> quota) {
        if (clashesWithClients(admin.address())) {
            top.section("admin").error("address", "sluice.listen.address has the same port", HINT);
        }
        if (bus.isPresent() && (clashesWithClients(bus.get()) || bus.get().clashesWith(admin.address()))) {
            top.section("sync").error("listen", "sluice.listen or sluice.admin has the same port", HINT);
        }
        Optional<HostPort> service = quota.map(Settings.Quota::listen);
        if (service.filter(this::clashesWithAny).isPresent()) {
            top.section("quota").error("listen", "sluice.listen, sluice.admin or sluice.sync has the same port", HINT);
        }
        Optional<HostPort> envoy = quota.flatMap(Settings.Quota::envoy).map(Settings.Envoy::listen);
        if (envoy.filter(this::clashesWithAny).isPresent()
                || envoy.flatMap(address -> service.filter(address::clashesWith))
                        .isPresent()) {
            top.section("quota")
                    .section("envoy")
                    .error("listen", "another address of this file has the same port", HINT);
        }
        boolean isLoop = upstream.map(Settings.Upstream::address)
                .filter(gateway ->
                        gateway.isLoopback() || clients.filter(gateway::equals).isPresent())
                .filter(this::clashesWithClients)
                .isPresent();
        if (isLoop) {
            top.section("upstream")
                    .error("address", "this is where the sidecar itself listens", "write where the gateway is");
        }
    }

    private boolean clashesWithAny(HostPort address) {
        return clashesWithClients(address)
                || address.clashesWith(admin.address())
                || bus.filter(address::clashesWith).isPresent();
    }

    private boolean clashesWithClients(HostPort address) {
        return clients.filter(address::clashesWith).isPresent();
    }
}
