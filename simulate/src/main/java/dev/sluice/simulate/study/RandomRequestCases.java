package dev.sluice.simulate.study;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitRate;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.OnExceed;
import dev.sluice.limits.model.OnPartition;
import dev.sluice.limits.model.OperationRateLimit;
import dev.sluice.limits.model.RateAlgorithm;
import dev.sluice.simulate.engine.Simulation;
import dev.sluice.simulate.engine.Simulation.Settled;
import dev.sluice.simulate.engine.SimulationOutcome;
import dev.sluice.simulate.scenario.Scenario;
import dev.sluice.simulate.scenario.Scenario.Balance;
import dev.sluice.simulate.scenario.Scenario.Event;
import dev.sluice.simulate.scenario.Scenario.Load;
import dev.sluice.simulate.scenario.Scenario.Network;
import dev.sluice.simulate.scenario.Scenario.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Random clusters, limits, loads and faults, each from one seed, and their invariants:
 * <ul>
 *   <li>While the same nodes reach each other, no second exceeds the limit by more than the bound.
 *   <li>One node alone never exceeds a window.
 *   <li>No node charges an admission twice. Without crashes, partitions and silent nodes each is charged once everywhere.
 *   <li>The same seed gives the same figures.
 * </ul>
 */
public final class RandomRequestCases {
    private static final double REQUESTS_MAX = 8_000;
    private static final List<Pattern> OF_REQUESTS =
            List.of(Pattern.CONSTANT, Pattern.POISSON, Pattern.ON_OFF, Pattern.CLOSED_LOOP);

    private RandomRequestCases() {}

    /** The scenario of a seed. */
    static Scenario scenario(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int nodes = (int) logUniform(random, 1, random.nextInt(40) == 0 ? 65 : 13);
        long amount = (long) logUniform(random, 2, 3_000);
        MeterAlgorithm meter = random.nextDouble() < 0.7 ? MeterAlgorithm.WINDOW : MeterAlgorithm.BUCKET;
        long burst = Math.max(1, (long) (amount * (meter == MeterAlgorithm.BUCKET ? random.nextDouble(0.2, 3) : 1)));
        OperationRateLimit limit = new OperationRateLimit(
                LimitRate.of(amount, Limit.SECOND_NANOS, RateAlgorithm.of(meter, burst)), OnExceed.REJECT);
        double seconds = random.nextInt(2_500, 5_000) * 1e-3;
        long intervalNanos = (long) (logUniform(random, random.nextInt(10) == 0 ? 0.01 : 0.05, 0.2) * 1e9);
        Network network = new Network(
                200_000,
                random.nextLong(300_000, 20_000_000),
                random.nextDouble(0.02, 0.3),
                random.nextBoolean() ? 0 : random.nextDouble(0.1),
                random.nextBoolean() ? 0 : random.nextDouble(0.05),
                random.nextLong(80_000_000),
                random.nextLong(100_000_000));
        List<Load> loads = new ArrayList<>();
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            loads.add(load(random, i, nodes, amount, seconds, REQUESTS_MAX / seconds / count));
        }
        List<Event> events = events(random, nodes, seconds, limit);
        OnPartition rule = OnPartition.values()[random.nextInt(OnPartition.values().length)];
        return new Scenario(
                nodes,
                Dimension.READ_OPS,
                limit,
                intervalNanos,
                Math.round(seconds * 1e3) * 1_000_000,
                0,
                seed,
                rule,
                network,
                loads,
                events);
    }

    private static double logUniform(SplittableRandom random, double least, double most) {
        return least * Math.exp(random.nextDouble() * Math.log(most / least));
    }

    private static Load load(
            SplittableRandom random, int index, int nodes, long amount, double seconds, double perSecondMax) {
        Pattern pattern = OF_REQUESTS.get(random.nextInt(OF_REQUESTS.size()));
        Balance balance = Balance.values()[random.nextInt(Balance.values().length)];
        double rate = Math.min(perSecondMax, amount * logUniform(random, 0.1, 30));
        boolean late = random.nextInt(3) == 0;
        return new Load(
                "load" + index,
                pattern,
                balance,
                pattern == Pattern.CLOSED_LOOP ? 0 : rate,
                (long) (logUniform(random, 0.03, 1) * 1e9),
                (long) (logUniform(random, 0.1, 3) * 1e9),
                pattern == Pattern.CLOSED_LOOP ? 1 + random.nextInt(40) : 0,
                (long) (logUniform(random, 0.01, 0.1) * 1e9),
                random.nextInt(-1, nodes),
                (long) (random.nextDouble(0.5, 4) * 1e9),
                late ? (long) (seconds * 0.4e9) : 0,
                (long) (seconds * 1e9),
                1,
                0);
    }

    private static List<Event> events(SplittableRandom random, int nodes, double seconds, OperationRateLimit limit) {
        long first = (long) (seconds * 0.3e9);
        long second = (long) (seconds * 0.6e9);
        int node = random.nextInt(nodes);
        int kind = random.nextInt(12);
        if (nodes == 1 && kind < 4) {
            return List.of();
        }
        return switch (kind) {
            case 0 -> List.of(new Scenario.Crash(first, node), new Scenario.Start(second, node));
            case 1 -> List.of(new Scenario.Stop(first, node), new Scenario.Start(second, node));
            case 2 -> List.of(new Scenario.Start(first, node));
            case 3 ->
                List.of(
                        new Scenario.Partition(
                                first,
                                List.of(
                                        IntStream.rangeClosed(0, node).boxed().toList(),
                                        IntStream.range(node + 1, nodes).boxed().toList())),
                        new Scenario.Heal(second));
            case 4 -> {
                long amount = Math.max(1, (long) (limit.amount() * random.nextDouble(0.3, 3)));
                yield List.of(new Scenario.Change(
                        first,
                        new OperationRateLimit(
                                LimitRate.of(
                                        amount,
                                        limit.periodNanos(),
                                        limit.rate().algorithm()),
                                limit.onExceed())));
            }
            default -> List.of();
        };
    }

    /** Runs the case of a seed and returns the broken invariant, if any. */
    public static Optional<String> check(long seed) {
        Scenario scenario = scenario(seed);
        Settled settled = Simulation.runAndSettle(scenario);
        SimulationOutcome outcome = settled.outcome();
        boolean changes = scenario.events().stream().anyMatch(event -> event instanceof Scenario.Change);
        // A node that was silent for longer is taken for gone; its admissions meanwhile need not be charged.
        boolean alwaysConnected = settled.longestSilenceSeconds() < Math.max(4.5e-9 * scenario.intervalNanos(), 0.25);
        for (long charged : settled.charged()) {
            if (charged > settled.admitted()) {
                return Optional.of(charged + " charged of " + settled.admitted() + " admitted");
            }
            if (scenario.isStable() && alwaysConnected && charged != settled.admitted()) {
                return Optional.of("only " + charged + " charged of " + settled.admitted() + " admitted");
            }
        }
        if (scenario.isStable() && !changes && outcome.worstSecondOverPercent() > outcome.boundPercent() + 1e-6) {
            return Optional.of(String.format(
                    Locale.ROOT,
                    "the worst second is %.1f %% over the limit, the bound is %.1f %%",
                    outcome.worstSecondOverPercent(),
                    outcome.boundPercent()));
        }
        if (seed % 50 == 0 && !Simulation.run(scenario).json().equals(outcome.json())) {
            return Optional.of("a second run gives other figures");
        }
        return Optional.empty();
    }
}
