package dev.sluice.proxy.admin.api;

/**
 * What was refused of one peer for one reason.
 *
 * @param endpoint of the peer or relay that it came from
 * @param node the last name that the peer gave itself; empty: none was readable
 * @param reason as in the metrics {@code sluice_sync_dropped_total} and {@code sluice_sync_refused_parts_total}
 * @param count messages or parts of messages, since the address is listed
 * @param lastAgeSeconds since the last of them
 */
public record RefusedRow(String endpoint, String node, String reason, long count, double lastAgeSeconds) {}
