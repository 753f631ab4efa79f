package dev.sluice.sync;

import dev.sluice.sync.outgoing.SendStats;
import dev.sluice.sync.peers.ReceiveStats;

/**
 * The counters of the bus. Immutable.
 *
 * @param publisherRestarts how often the publishing socket was made again after a failure
 * @param subscriberRestarts how often the subscribing sockets were made again after a failure
 */
public record BusStats(SendStats sent, ReceiveStats received, long publisherRestarts, long subscriberRestarts) {}
