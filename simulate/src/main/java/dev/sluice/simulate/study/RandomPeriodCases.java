package dev.sluice.simulate.study;

import dev.sluice.simulate.scenario.Scenario;
import dev.sluice.simulate.scenario.Scenario.Event;
import dev.sluice.simulate.scenario.Scenario.StateFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Random limits of a second to a day, with restarts, each from one seed, and their invariants:
 * <ul>
 *   <li>The goals of {@link PeriodCell}: half of a limit is admitted at once, and no period contains more than the limit and
 *       2 % of it, or one operation. This holds whatever restarts: one node after the other, in good order or killed, under
 *       another name, or all of them at once with their state files.
 *   <li>No node charges an admission twice.
 * </ul>
 */
public final class RandomPeriodCases {
    private static final long FIRST_NANOS = 2_300_000_000L;
    private static final long APART_NANOS_MIN = 3_500_000_000L;
    /** Restarts of all nodes at once have to be over by then. */
    private static final long LAST_NANOS = 8 * Scenario.SECOND_NANOS;

    private RandomPeriodCases() {}

    /** The case of a seed. */
    static PeriodCell cell(long seed) {
        PeriodCell cell = PeriodCell.drawn(seed);
        Scenario scenario = cell.scenario();
        SplittableRandom random = new SplittableRandom(seed ^ 0x5deece66dL);
        if (scenario.limit().periodNanos() == Scenario.SECOND_NANOS || cell.admittedMin() > 0) {
            return cell;
        }
        return switch (random.nextInt(5)) {
            case 0 -> cell.with("-rolling", oneAfterTheOther(random, scenario, false, false));
            case 1 -> cell.with("-killed", oneAfterTheOther(random, scenario, true, false));
            case 2 -> cell.with("-renamed", oneAfterTheOther(random, scenario, random.nextBoolean(), true));
            case 3 -> cell.with("-all", all(random, scenario));
            default -> cell;
        };
    }

    private static List<Event> oneAfterTheOther(
            SplittableRandom random, Scenario scenario, boolean isKilled, boolean isRenamed) {
        List<Event> events = new ArrayList<>();
        long apartNanos = random.nextLong(APART_NANOS_MIN, 3 * APART_NANOS_MIN);
        long atNanos = FIRST_NANOS;
        for (int node = 0; node < scenario.nodes(); node++) {
            long downNanos = random.nextLong(200_000_000L, 3_000_000_000L);
            events.add(isKilled ? new Scenario.Crash(atNanos, node) : new Scenario.Stop(atNanos, node));
            String name = Scenario.nameOf(node) + (isRenamed ? "-again" : "");
            events.add(new Scenario.Start(atNanos + downNanos, node, StateFile.LOST, name));
            atNanos += apartNanos;
        }
        return events;
    }

    private static List<Event> all(SplittableRandom random, Scenario scenario) {
        List<Event> events = new ArrayList<>();
        long atNanos = random.nextLong(FIRST_NANOS, LAST_NANOS);
        for (int node = 0; node < scenario.nodes(); node++) {
            events.add(new Scenario.Stop(atNanos, node));
            long downNanos = random.nextLong(200_000_000L, 2_000_000_000L);
            events.add(new Scenario.Start(atNanos + downNanos, node, StateFile.KEPT, Scenario.nameOf(node)));
        }
        return events;
    }

    /** Runs the case of a seed and returns the broken invariant, if any. */
    public static Optional<String> check(long seed) {
        PeriodCell cell = cell(seed);
        PeriodCell.PeriodResult result = cell.run();
        long admitted = result.settled().admitted();
        for (long charged : result.settled().charged()) {
            if (charged > admitted) {
                return Optional.of(cell.name() + ": " + charged + " charged of " + admitted + " admitted");
            }
        }
        return result.problem().map(problem -> cell.name() + ": " + problem);
    }
}
