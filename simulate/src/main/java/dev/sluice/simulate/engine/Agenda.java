package dev.sluice.simulate.engine;

/**
 * The clock of a simulation, and all that is going to happen: what clients and operators do, and what nodes and the network
 * do by themselves.
 *
 * <p>While no client does anything, nodes only repeat to each other that nothing has changed. {@link #skip} leaves a part of
 * such a time out. To the nodes it is as if all of them had been paused together, which the sync code takes for no silence
 * of anybody.
 */
final class Agenda {
    private final ActionQueue ofClients = new ActionQueue();
    /** By the time less what was skipped. */
    private final ActionQueue ofNodes = new ActionQueue();

    private long sequence;
    private long nowNanos;
    private long skippedNanos;

    /** Plans an action of a node or of the network. */
    void at(long atNanos, Action action) {
        ofNodes.add(atNanos - skippedNanos, sequence++, action);
    }

    /** Plans an action of a client, or an event of the scenario. */
    void atClient(long atNanos, Action action) {
        ofClients.add(atNanos, sequence++, action);
    }

    long nowNanos() {
        return nowNanos;
    }

    /** How much of the time until now was left out. */
    long skippedNanos() {
        return skippedNanos;
    }

    /** The time of the next action; {@link Long#MAX_VALUE}: there is none. */
    long nextNanos() {
        return Math.min(ofClients.nextNanos(), nextOfNodesNanos());
    }

    /** The time of the next action of a client; {@link Long#MAX_VALUE}: there is none. */
    long nextOfClientsNanos() {
        return ofClients.nextNanos();
    }

    private long nextOfNodesNanos() {
        long next = ofNodes.nextNanos();
        return next == Long.MAX_VALUE ? next : next + skippedNanos;
    }

    /** Moves the clock, to a time not after the next action. */
    void advanceTo(long nanos) {
        nowNanos = Math.max(nowNanos, nanos);
    }

    /** Runs the next action at its time; there must be one. Returns whether it was of a client. */
    boolean runNext() {
        long nodes = nextOfNodesNanos();
        long clients = ofClients.nextNanos();
        boolean isClient = clients != nodes ? clients < nodes : ofClients.nextSequence() < ofNodes.nextSequence();
        advanceTo(isClient ? clients : nodes);
        (isClient ? ofClients : ofNodes).remove().run(nowNanos);
        return isClient;
    }

    /** Runs the actions of nodes before a time, and drops those of clients. */
    void runNodesUntil(long untilNanos) {
        while (nextOfNodesNanos() < untilNanos) {
            advanceTo(nextOfNodesNanos());
            ofNodes.remove().run(nowNanos);
        }
    }

    /** Leaves out so much time: what the nodes were going to do happens so much later. */
    void skip(long nanos) {
        skippedNanos += nanos;
    }
}
