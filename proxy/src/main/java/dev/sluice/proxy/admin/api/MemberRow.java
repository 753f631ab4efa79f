package dev.sluice.proxy.admin.api;

/**
 * One member of the cluster.
 *
 * @param service {@code sluice}, or the roles of a node of the quota service that hasn't all
 * @param hostname the node's name
 * @param host where it serves quotas, else where it publishes; empty: sync is off
 * @param httpPort of the quota service, else of the admin API; 0: not known
 * @param gossipPort the port where it publishes; 0: sync is off
 */
public record MemberRow(String service, String hostname, String host, int httpPort, int gossipPort) {}
