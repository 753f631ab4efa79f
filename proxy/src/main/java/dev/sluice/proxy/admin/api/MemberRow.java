package dev.sluice.proxy.admin.api;

/**
 * One member of the cluster.
 *
 * @param service {@code sluice}
 * @param hostname the node's name
 * @param host where it publishes; empty: sync is off
 * @param httpPort of this process the port that was asked; of a peer that of its quota service; 0: not known
 * @param gossipPort the port where it publishes; 0: sync is off
 */
public record MemberRow(String service, String hostname, String host, int httpPort, int gossipPort) {}
