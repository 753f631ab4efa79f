package dev.sluice.simulate.study;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.OnPartition;
import dev.sluice.simulate.scenario.Scenario;
import dev.sluice.simulate.scenario.Scenario.Balance;
import dev.sluice.simulate.scenario.Scenario.Load;
import dev.sluice.simulate.scenario.Scenario.Network;
import dev.sluice.simulate.scenario.Scenario.Pattern;
import java.util.List;

/** Scenarios of a limit a second, at the default interval, on the network of the scenario library. */
final class SecondScenarios {
    private static final long INTERVAL_NANOS = 100_000_000L;
    private static final Network NETWORK = new Network(200_000, 5_000_000, 0.1, 0, 0.001, 50_000_000, 5_000_000);

    private SecondScenarios() {}

    /** A cluster that is measured after the warm-up. */
    static Scenario of(int nodes, long limit, int seconds, int warmUpSeconds, List<Load> loads) {
        return new Scenario(
                nodes,
                Dimension.READ_OPS,
                Limit.perSecond(limit, MeterAlgorithm.WINDOW),
                INTERVAL_NANOS,
                seconds * Scenario.SECOND_NANOS,
                warmUpSeconds * Scenario.SECOND_NANOS,
                1,
                OnPartition.AUTO,
                NETWORK,
                loads,
                List.of());
    }

    /** Requests that don't wait for responses. */
    static Load open(Balance balance, int node, double perSecond) {
        return new Load("load", Pattern.POISSON, balance, perSecond, 0, 0, 0, 0, node, 0, 0, Long.MAX_VALUE, 1, 0);
    }

    /** Clients on one node that wait for responses, and back off after a rejection. */
    static Load closed(int node, int clients, int serviceMillis) {
        return new Load(
                "clients",
                Pattern.CLOSED_LOOP,
                Balance.STICKY,
                0,
                0,
                0,
                clients,
                serviceMillis * 1_000_000L,
                node,
                0,
                0,
                Long.MAX_VALUE,
                1,
                0);
    }
}
