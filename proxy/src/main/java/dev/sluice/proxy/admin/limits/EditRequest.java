package dev.sluice.proxy.admin.limits;

import dev.sluice.policy.source.PolicyEntry;

/**
 * Who wants to change which entry.
 *
 * @param ifMatch the tags, one of which the entry must have; empty: any
 * @param address of the client
 * @param token the fingerprint of the client's token
 */
record EditRequest(PolicyEntry entry, String ifMatch, String address, String token) {}
