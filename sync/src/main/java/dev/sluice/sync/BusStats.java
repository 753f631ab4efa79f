package dev.sluice.sync;

import dev.sluice.sync.outgoing.SendStats;
import dev.sluice.sync.peers.ReceiveStats;

/**
 * The counters of the bus. Immutable.
 *
 * @param publisherRestarts how often the publishing socket was made anew after an unexpected failure
 * @param subscriberRestarts the same of the subscribing sockets
 */
public record BusStats(SendStats sent, ReceiveStats received, long publisherRestarts, long subscriberRestarts) {}
