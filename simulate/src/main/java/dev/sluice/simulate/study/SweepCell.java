package dev.sluice.simulate.study;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.OnPartition;
import dev.sluice.simulate.scenario.Scenario;
import dev.sluice.simulate.scenario.Scenario.Balance;
import dev.sluice.simulate.scenario.Scenario.Event;
import dev.sluice.simulate.scenario.Scenario.Load;
import dev.sluice.simulate.scenario.Scenario.Network;
import dev.sluice.simulate.scenario.Scenario.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/**
 * One combination of size, limit, interval and load.
 *
 * @param multiple the demand at the end, in multiples of the limit
 */
record SweepCell(String name, boolean isFlash, double multiple, Scenario scenario) {
    private static final int[] NODES = {2, 3, 5, 16, 64};
    private static final int[] LIMITS = {300, 1_000, 20_000};
    private static final int[] INTERVALS_MILLIS = {50, 100, 200};
    private static final double[] STEADY = {0.5, 0.9, 1.1, 1.5, 2, 10};
    /** Load before a flash and the flash, in multiples of the limit. */
    private static final double[][] FLASHES = {
        {0, 10}, {0, 100}, {0.1, 100}, {0.5, 10}, {0.5, 100}, {0.9, 10}, {0.9, 100}
    };

    private static final double WARM_UP_SECONDS = 2;
    private static final double FLASH_AT_SECONDS = 3.3;
    /** The same for all cells: a longer run lowers the mean of what is unused after the flash. */
    private static final double FLASH_SECONDS = 8;

    private static final double STEADY_SECONDS = 12;
    private static final Network NETWORK = new Network(200_000, 5_000_000, 0.1, 0, 0.001, 50_000_000, 5_000_000);

    private static final int DRAWN_INTERVAL_MILLIS = 100;
    private static final List<Balance> DRAWN_BALANCES =
            List.of(Balance.RANDOM, Balance.ROUND_ROBIN, Balance.STICKY, Balance.SKEWED);

    /** All combinations of a few values of each, with loads spread evenly over all nodes. */
    static List<SweepCell> grid() {
        List<SweepCell> cells = new ArrayList<>();
        for (int millis : INTERVALS_MILLIS) {
            for (int limit : LIMITS) {
                for (int nodes : NODES) {
                    String place = millis + "ms-" + limit + "-" + nodes + "n-";
                    for (double multiple : STEADY) {
                        List<Load> loads = List.of(load(Balance.RANDOM, multiple * limit, 0));
                        Scenario scenario = scenario(nodes, limit, millis, STEADY_SECONDS, loads);
                        cells.add(new SweepCell(place + multiple + "x", false, multiple, scenario));
                    }
                    for (double[] flash : FLASHES) {
                        List<Load> loads = List.of(
                                load(Balance.RANDOM, flash[0] * limit, 0),
                                load(Balance.RANDOM, flash[1] * limit, FLASH_AT_SECONDS));
                        Scenario scenario = scenario(nodes, limit, millis, FLASH_SECONDS, loads);
                        String name = place + flash[0] + "x-flash-" + flash[1] + "x";
                        cells.add(new SweepCell(name, true, flash[1], scenario));
                    }
                }
            }
        }
        return cells;
    }

    /**
     * Random cells at 100 ms, one for each seed: 2 to 64 nodes; limits of 300 to 20,000, small ones more often; loads of
     * half to ten times the limit, to all nodes or mostly to some; flashes of ten to a hundred times the limit on all
     * nodes, on top of up to nine tenths of it.
     */
    static List<SweepCell> drawn(long seed, int count) {
        return LongStream.range(seed, seed + count).mapToObj(SweepCell::drawn).toList();
    }

    private static SweepCell drawn(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int nodes = (int) Math.round(logUniform(random, 2, 64));
        int limit = (int) Math.round(logUniform(random, 300, 20_000));
        Balance balance = DRAWN_BALANCES.get(random.nextInt(DRAWN_BALANCES.size()));
        String place = "seed-" + seed + "-" + DRAWN_INTERVAL_MILLIS + "ms-" + limit + "-" + nodes + "n-"
                + balance.name().toLowerCase(Locale.ROOT) + "-";
        if (random.nextBoolean()) {
            double multiple = logUniform(random, 0.5, 10);
            List<Load> loads = List.of(load(balance, multiple * limit, 0));
            Scenario scenario = scenario(nodes, limit, DRAWN_INTERVAL_MILLIS, STEADY_SECONDS, loads);
            return new SweepCell(place + rounded(multiple), false, multiple, scenario);
        }
        double before = random.nextInt(3) == 0 ? 0 : random.nextDouble(0.05, 0.9);
        double multiple = logUniform(random, 10, 100);
        List<Load> loads =
                List.of(load(balance, before * limit, 0), load(Balance.RANDOM, multiple * limit, FLASH_AT_SECONDS));
        Scenario scenario = scenario(nodes, limit, DRAWN_INTERVAL_MILLIS, FLASH_SECONDS, loads);
        return new SweepCell(place + rounded(before) + "-flash-" + rounded(multiple), true, multiple, scenario);
    }

    private static double logUniform(SplittableRandom random, double least, double most) {
        return least * Math.exp(random.nextDouble() * Math.log(most / least));
    }

    private static String rounded(double multiple) {
        return String.format(Locale.ROOT, "%.2fx", multiple);
    }

    /** The same load on a single node. */
    SweepCell onOneNode() {
        return new SweepCell(
                name,
                isFlash,
                multiple,
                new Scenario(
                        1,
                        scenario.dimension(),
                        scenario.limit(),
                        scenario.intervalNanos(),
                        scenario.durationNanos(),
                        scenario.warmUpNanos(),
                        scenario.seed(),
                        scenario.onPartition(),
                        scenario.network(),
                        scenario.loads(),
                        scenario.events()));
    }

    private static Load load(Balance balance, double perSecond, double fromSeconds) {
        return new Load(
                "load",
                Pattern.POISSON,
                balance,
                perSecond,
                1,
                1,
                0,
                1,
                0,
                1,
                (long) (fromSeconds * 1e9),
                Long.MAX_VALUE,
                1,
                0);
    }

    private static Scenario scenario(int nodes, int limit, int millis, double seconds, List<Load> loads) {
        return new Scenario(
                nodes,
                Dimension.READ_OPS,
                Limit.perSecond(limit, MeterAlgorithm.WINDOW),
                millis * 1_000_000L,
                Math.round(seconds * 1e3) * 1_000_000L,
                (long) (WARM_UP_SECONDS * 1e9),
                1,
                OnPartition.AUTO,
                NETWORK,
                loads,
                List.<Event>of());
    }
}
