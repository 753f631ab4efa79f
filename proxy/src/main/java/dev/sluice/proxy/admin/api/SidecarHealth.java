package dev.sluice.proxy.admin.api;

import java.util.Optional;

/**
 * How the parts of a sidecar are.
 *
 * @param serving whether it takes requests: false while it drains
 * @param upstream the gateway
 * @param sync the sync of usage with other sidecars
 * @param limits the limits file
 * @param tls the certificate that clients are shown; empty: they come without TLS
 */
public record SidecarHealth(
        boolean serving,
        ComponentHealth upstream,
        ComponentHealth sync,
        ComponentHealth limits,
        Optional<ComponentHealth> tls) {}
