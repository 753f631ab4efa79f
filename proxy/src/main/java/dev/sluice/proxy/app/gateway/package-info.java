/**
 * Whether the gateway can be reached, and where: probes, its resolved addresses, and what the log says of failures and of
 * malformed messages.
 */
package dev.sluice.proxy.app.gateway;
