package dev.sluice.proxy.admin.api;

/** How the parts of a relay are. */
public record RelayHealth(ComponentHealth sync) {}
