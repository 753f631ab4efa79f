package dev.sluice.policy.settings;

/**
 * The settings of a relay (config/relay.conf): those settings of a sidecar that concern the bus. Read once at the
 * start.
 *
 * @param nodeId the name of this relay for people
 */
public record RelaySettings(String nodeId, Settings.Sync sync, Settings.Admin admin) {}
