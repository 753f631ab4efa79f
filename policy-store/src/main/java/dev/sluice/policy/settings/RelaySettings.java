package dev.sluice.policy.settings;

/**
 * The settings of a relay (config/relay.conf): those of a sidecar's that concern the bus. Read once at start.
 *
 * @param nodeId for people
 */
public record RelaySettings(String nodeId, Settings.Sync sync, Settings.Admin admin) {}
