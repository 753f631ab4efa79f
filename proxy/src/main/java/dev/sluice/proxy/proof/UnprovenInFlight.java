package dev.sluice.proxy.proof;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * How many requests are at RGW whose sender is not proven, of each pair of a key and an address, and of each address: who
 * only knows a key takes nothing of its owner elsewhere. Both are told apart by keyed hashes; a few may share a count, which
 * is then too high for each. Thread-safe.
 */
final class UnprovenInFlight {
    /** The most of one pair: more than a client has in flight before RGW's first response. */
    static final int OF_A_PAIR_MAX = 1024;
    /** The most of one address, whatever keys it claims. */
    static final int OF_AN_ADDRESS_MAX = 4096;

    private static final int COUNTS = 1 << 14;

    private final AtomicIntegerArray ofPairs = new AtomicIntegerArray(COUNTS);
    private final AtomicIntegerArray ofAddresses = new AtomicIntegerArray(COUNTS);

    int ofPair(long pairHash) {
        return ofPairs.get(slot(pairHash));
    }

    /** Whether there may be no more. */
    boolean isFull(long pairHash, long addressHash) {
        return ofPairs.get(slot(pairHash)) >= OF_A_PAIR_MAX || ofAddresses.get(slot(addressHash)) >= OF_AN_ADDRESS_MAX;
    }

    void begin(long pairHash, long addressHash) {
        ofPairs.incrementAndGet(slot(pairHash));
        ofAddresses.incrementAndGet(slot(addressHash));
    }

    void end(long pairHash, long addressHash) {
        ofPairs.decrementAndGet(slot(pairHash));
        ofAddresses.decrementAndGet(slot(addressHash));
    }

    private static int slot(long hash) {
        return (int) hash & COUNTS - 1;
    }
}
