package dev.sluice.proxy.app;

import dev.sluice.policy.settings.GatewaySettings;
import dev.sluice.policy.settings.Settings;
import dev.sluice.proxy.s3.GatewayLayout;
import dev.sluice.proxy.s3.GatewayRoots;
import dev.sluice.proxy.s3.HostDomains;
import dev.sluice.proxy.s3.ProbeRequests;
import java.util.Optional;

/** The layout of the gateway from the settings. */
final class GatewayLayouts {
    private GatewayLayouts() {}

    static GatewayLayout of(Settings settings) {
        GatewaySettings gateway = settings.gateway();
        return new GatewayLayout(
                new HostDomains(settings.listen().s3Domains()),
                new GatewayRoots(
                        root(gateway, "swift", gateway.swiftPrefix()),
                        root(gateway, "swift_auth", gateway.swiftAuthEntry()),
                        root(gateway, "admin", gateway.adminEntry()),
                        gateway.isAccountInSwiftUrl()),
                new ProbeRequests(gateway.probes()));
    }

    private static Optional<String> root(GatewaySettings gateway, String api, String entry) {
        return gateway.apis().contains(api) ? Optional.of(entry.isEmpty() ? "" : "/" + entry) : Optional.empty();
    }
}
