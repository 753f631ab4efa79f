package dev.sluice.simulate.study;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.LimitRate;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.OnExceed;
import dev.sluice.limits.model.OnPartition;
import dev.sluice.limits.model.OperationRateLimit;
import dev.sluice.simulate.engine.Simulation;
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
import java.util.stream.LongStream;

/**
 * A limit of some period on a cluster, and a load. Its goals:
 * <ul>
 *   <li>On an idle cluster, half of the limit within a second on one node is admitted: all of it, or of a limit of fewer
 *       than four a node at least the node's share, rounded up.
 *   <li>No period contains more than the limit and 2 % of it, or one operation; of a limit a second this holds on average
 *       over the whole time.
 * </ul>
 *
 * @param admittedMin so many requests must be admitted
 */
record PeriodCell(String name, Scenario scenario, long admittedMin) {
    private static final double EXCESS_PART = 0.02;
    private static final int SMALL_SHARE = 4;
    private static final double REQUESTS_MAX = 400_000;

    private static final int[] NODES = {2, 3, 5, 16};
    private static final long[] LIMITS = {3, 8, 20, 64, 240, 1_000, 20_000, 1_000_000};
    private static final Network CLEAN = new Network(200_000, 5_000_000, 0.1, 0, 0.001, 50_000_000, 5_000_000);
    private static final Network LOSSY = new Network(200_000, 5_000_000, 0.1, 0.05, 0.001, 50_000_000, 50_000_000);
    private static final long EVENTS_BEFORE_END_NANOS = 5 * Scenario.SECOND_NANOS;
    private static final long START_NANOS = 2 * Scenario.SECOND_NANOS;

    /** The periods that a limit can have. */
    enum Period {
        SECOND("s", 1),
        MINUTE("min", 60),
        HOUR("h", 3_600),
        DAY("d", 86_400);

        private final String unit;
        private final long seconds;

        Period(String unit, long seconds) {
            this.unit = unit;
            this.seconds = seconds;
        }

        /** A limit as it stands in a limits file. */
        String text(long limit) {
            return limit + "/" + unit;
        }

        static List<Period> all() {
            return List.of(values()).stream()
                    .filter(period -> period.seconds * Scenario.SECOND_NANOS <= LimitRate.PERIOD_NANOS_MAX)
                    .toList();
        }
    }

    /** Where a load meets a limit. */
    record Place(Period period, long limit, int nodes, Network network, long seed) {
        static Place clean(Period period, long limit, int nodes) {
            return new Place(period, limit, nodes, CLEAN, 1);
        }

        /** With 5 % of the messages lost, and clocks 50 ms apart. */
        static Place lossy(Period period, long limit, int nodes) {
            return new Place(period, limit, nodes, LOSSY, 1);
        }

        String name() {
            return period.text(limit) + "-" + nodes + "n-" + (network.loss() > 0 ? "lossy-" : "");
        }
    }

    /** Periods, limits, sizes and networks, each with half of the limit at once, flashes, and loads of a whole period. */
    static List<PeriodCell> grid() {
        List<PeriodCell> cells = new ArrayList<>();
        for (Period period : Period.all()) {
            for (long limit : LIMITS) {
                for (int nodes : NODES) {
                    for (Place place : List.of(Place.clean(period, limit, nodes), Place.lossy(period, limit, nodes))) {
                        cells.add(half(place));
                        if (period != Period.SECOND) {
                            cells.add(flash(place));
                        }
                        cells.add(whole(place, Balance.RANDOM, 1.2));
                        cells.add(whole(place, Balance.SKEWED, 3));
                        cells.add(whole(place, Balance.STICKY, 1.2));
                    }
                }
            }
        }
        return cells;
    }

    /** Random cells of that kind, one for each seed. */
    static List<PeriodCell> drawn(long seed, int count) {
        return LongStream.range(seed, seed + count).mapToObj(PeriodCell::drawn).toList();
    }

    static PeriodCell drawn(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Period> periods = Period.all();
        Period period = periods.get(random.nextInt(periods.size()));
        long limit = Math.round(logUniform(random, 3, random.nextInt(8) == 0 ? 1_000_000 : 20_000));
        int nodes = 2 + random.nextInt(15);
        Place place = new Place(period, limit, nodes, random.nextBoolean() ? LOSSY : CLEAN, seed);
        PeriodCell cell = switch (random.nextInt(period == Period.SECOND ? 3 : 4)) {
            case 0 -> half(place);
            case 1 -> whole(place, Balance.RANDOM, logUniform(random, 0.8, 10));
            case 2 -> whole(place, random.nextBoolean() ? Balance.SKEWED : Balance.STICKY, logUniform(random, 0.8, 10));
            default -> flash(place);
        };
        return new PeriodCell("seed-" + seed + "-" + cell.name, cell.scenario, cell.admittedMin);
    }

    private static double logUniform(SplittableRandom random, double least, double most) {
        return least * Math.exp(random.nextDouble() * Math.log(most / least));
    }

    static PeriodCell half(Place place) {
        long half = place.limit / 2;
        boolean isSmall = place.limit < (long) SMALL_SHARE * place.nodes;
        long due = isSmall ? Math.min(half, (place.limit + place.nodes - 1) / place.nodes) : half;
        long gapNanos = Scenario.SECOND_NANOS / Math.max(1, half);
        Load load = load(
                Pattern.CONSTANT,
                Balance.STICKY,
                Math.max(1, (double) half),
                START_NANOS,
                START_NANOS + Scenario.SECOND_NANOS + gapNanos / 2);
        return new PeriodCell(place.name() + "half-at-once", scenario(place, 5, List.of(load)), due);
    }

    static PeriodCell flash(Place place) {
        double requests = Math.max(1.3 * place.limit, Math.min(10.0 * place.limit, REQUESTS_MAX));
        Load flash = load(Pattern.POISSON, Balance.RANDOM, requests / 2, START_NANOS, 2 * START_NANOS);
        Load after =
                load(Pattern.POISSON, Balance.RANDOM, Math.min(2_000, requests / 10), 2 * START_NANOS, Long.MAX_VALUE);
        return new PeriodCell(place.name() + "flash", scenario(place, 10, List.of(flash, after)), 0);
    }

    /** Of an hour and more, what comes within a period comes in twelve bursts. */
    static PeriodCell whole(Place place, Balance balance, double multiple) {
        double periodSeconds = place.period.seconds;
        double demand = Math.max(1.2 * place.limit, Math.min(multiple * place.limit, REQUESTS_MAX));
        boolean isLong = place.period.seconds > 60;
        double onSeconds = isLong ? 10 : 1;
        double offSeconds = isLong ? periodSeconds / 12 - onSeconds : 0;
        double rate = demand / periodSeconds * (onSeconds + offSeconds) / onSeconds;
        Load load = new Load(
                "load",
                isLong ? Pattern.ON_OFF : Pattern.POISSON,
                balance,
                rate,
                (long) (onSeconds * 1e9),
                (long) (offSeconds * 1e9),
                0,
                0,
                1,
                0,
                START_NANOS,
                Long.MAX_VALUE,
                1,
                0);
        String name = String.format(
                Locale.ROOT, "%s%s-%.1fx", place.name(), balance.name().toLowerCase(Locale.ROOT), multiple);
        double seconds = place.period == Period.SECOND ? 12 : 1.2 * periodSeconds;
        return new PeriodCell(name, scenario(place, seconds, List.of(load)), 0);
    }

    private static Load load(Pattern pattern, Balance balance, double rate, long fromNanos, long toNanos) {
        return new Load("load", pattern, balance, rate, 0, 0, 0, 0, 1, 0, fromNanos, toNanos, 1, 0);
    }

    private static Scenario scenario(Place place, double seconds, List<Load> loads) {
        LimitRate rate = LimitRate.of(place.limit, place.period.seconds * Scenario.SECOND_NANOS, MeterAlgorithm.WINDOW);
        return new Scenario(
                place.nodes,
                Dimension.READ_OPS,
                new OperationRateLimit(rate, OnExceed.REJECT),
                100_000_000L,
                Math.round(seconds) * Scenario.SECOND_NANOS,
                0,
                place.seed,
                OnPartition.AUTO,
                place.network,
                loads,
                List.of());
    }

    /** The cell with events, which are over before the load is. */
    PeriodCell with(String suffix, List<Event> events) {
        long last = events.get(events.size() - 1).atNanos();
        Scenario with = new Scenario(
                scenario.nodes(),
                scenario.dimension(),
                scenario.limit(),
                scenario.intervalNanos(),
                Math.max(scenario.durationNanos(), last + EVENTS_BEFORE_END_NANOS),
                scenario.warmUpNanos(),
                scenario.seed(),
                scenario.onPartition(),
                scenario.network(),
                scenario.loads(),
                events);
        return new PeriodCell(name + suffix, with, admittedMin);
    }

    PeriodCell withSeed(long seed) {
        return new PeriodCell(name, scenario.withSeed(seed), admittedMin);
    }

    /** Runs the cell. */
    PeriodResult run() {
        Simulation.Settled settled = Simulation.runAndSettle(scenario);
        double limit = scenario.limit().amount();
        double excess = settled.outcome().worstSecondOverPercent() / 100 * limit;
        boolean isLong = scenario.limit().periodNanos() > Scenario.SECOND_NANOS;
        if (!isLong) {
            double seconds = (scenario.durationNanos() - START_NANOS) * 1e-9;
            // At the start a window is empty: once more than the limit's rate may be admitted.
            excess = Math.max(0, settled.admitted() - limit * (seconds + 1)) / seconds;
        }
        double excessMax = Math.max(1, EXCESS_PART * limit);
        Optional<String> problem = Optional.empty();
        if (settled.admitted() < admittedMin) {
            problem = Optional.of("only " + settled.admitted() + " of " + admittedMin + " admitted");
        } else if (excess > excessMax + 1e-6) {
            problem = Optional.of(String.format(Locale.ROOT, "%.1f over %.0f, %.1f allowed", excess, limit, excessMax));
        } else if (isLong && scenario.events().isEmpty() && excess > settled.excessBound() + 1e-6) {
            problem = Optional.of(String.format(
                    Locale.ROOT, "%.1f over %.0f, shown as at most %.1f", excess, limit, settled.excessBound()));
        }
        return new PeriodResult(settled, excess, problem);
    }

    /**
     * What came out.
     *
     * @param excess over the limit in the fullest period
     * @param problem the goal that was missed
     */
    record PeriodResult(Simulation.Settled settled, double excess, Optional<String> problem) {}
}
