package dev.sluice.simulate.engine;

import dev.sluice.simulate.scenario.Scenario;
import dev.sluice.simulate.scenario.Scenario.Balance;
import dev.sluice.simulate.scenario.Scenario.Load;
import java.util.SplittableRandom;

/** The requests of one load that does not wait for responses: their times, and the node of each. */
final class RequestSchedule {
    private static final double SKEWED_PART = 0.8;

    private final Load load;
    private final SplittableRandom random;
    private final int nodes;
    private double nextNanos;
    private int nextNode;

    RequestSchedule(Load load, int nodes, SplittableRandom random) {
        this.load = load;
        this.nodes = nodes;
        this.random = random;
        this.nextNanos = load.fromNanos();
        if (load.isClosed() || load.ratePerSecond() <= 0) {
            nextNanos = Double.POSITIVE_INFINITY;
        } else {
            advance();
        }
    }

    /** The time of the next request; {@link Long#MAX_VALUE}: there is none. */
    long nextNanos() {
        return nextNanos >= load.toNanos() ? Long.MAX_VALUE : (long) nextNanos;
    }

    /** Moves on to the request after the next one. */
    void advance() {
        double gapNanos = Scenario.SECOND_NANOS / load.ratePerSecond();
        switch (load.pattern()) {
            case CONSTANT -> nextNanos += gapNanos;
            case POISSON -> nextNanos += gapNanos * exponential();
            case ON_OFF -> nextNanos = onlyWhileOn(nextNanos, gapNanos * exponential());
            case CLOSED_LOOP, TRANSFERS -> nextNanos = Double.POSITIVE_INFINITY;
        }
    }

    private double exponential() {
        return -Math.log(1 - random.nextDouble());
    }

    /** Adds time in the on phase, skipping off phases. */
    private double onlyWhileOn(double fromNanos, double byNanos) {
        double cycleNanos = load.onNanos() + load.offNanos();
        double sinceNanos = fromNanos - load.fromNanos();
        double cycles = Math.floor(sinceNanos / cycleNanos);
        double phaseNanos = Math.min(sinceNanos - cycles * cycleNanos, (double) load.onNanos()) + byNanos;
        double wholeOn = Math.floor(phaseNanos / load.onNanos());
        return load.fromNanos() + (cycles + wholeOn) * cycleNanos + phaseNanos - wholeOn * load.onNanos();
    }

    /** The node that the request goes to; it may be down. */
    int route(long nowNanos, int client) {
        int named = Math.max(load.node(), 0);
        return switch (load.balance()) {
            case ROUND_ROBIN -> nextNode++ % nodes;
            case RANDOM -> random.nextInt(nodes);
            case STICKY -> (load.node() < 0 ? client : load.node()) % nodes;
            case SKEWED -> random.nextDouble() < SKEWED_PART ? named % nodes : random.nextInt(nodes);
            case SHIFTING -> (int) ((named + (nowNanos - load.fromNanos()) / load.periodNanos()) % nodes);
        };
    }

    /** The size of the next request, in the limit's unit. */
    long size() {
        return load.sizeMax() > load.size() ? random.nextLong(load.size(), load.sizeMax() + 1) : load.size();
    }

    /** Whether a request to a node that is down goes to a random node, not to the next one. */
    boolean isSpread() {
        return load.balance() == Balance.RANDOM || load.balance() == Balance.ROUND_ROBIN;
    }
}
