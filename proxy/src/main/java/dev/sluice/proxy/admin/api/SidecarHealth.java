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
 * @param rgwAdmin RGW's Admin API, which users and limits are learnt from; empty: it isn't asked
 * @param clients whether they can be told apart by their addresses; empty: nothing is wrong
 * @param quota the quota service beside S3; empty: it is off
 */
public record SidecarHealth(
        boolean serving,
        ComponentHealth upstream,
        ComponentHealth sync,
        ComponentHealth limits,
        Optional<ComponentHealth> tls,
        Optional<ComponentHealth> rgwAdmin,
        Optional<ComponentHealth> clients,
        Optional<ComponentHealth> quota) {}
