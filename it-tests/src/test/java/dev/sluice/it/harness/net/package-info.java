/**
 * The network around a sidecar: raw HTTP clients, proxies and gateways that record or delay, a name server, network
 * namespaces.
 */
package dev.sluice.it.harness.net;
