package dev.sluice.simulate.scenario;

import dev.sluice.simulate.scenario.Scenario.Balance;
import dev.sluice.simulate.scenario.Scenario.Event;
import dev.sluice.simulate.scenario.Scenario.Load;

/** Finds the last event that a cluster has to recover from. */
public final class LastDisturbance {
    private LastDisturbance() {}

    /** The last event or shift at least a second before the end; negative: there is none. */
    public static long lastNanos(Scenario scenario) {
        long latest = scenario.durationNanos() - Scenario.SECOND_NANOS;
        long last = -Scenario.SECOND_NANOS;
        for (Event event : scenario.events()) {
            if (event.atNanos() <= latest) {
                last = Math.max(last, event.atNanos());
            }
        }
        for (Load load : scenario.loads()) {
            if (load.balance() == Balance.SHIFTING) {
                long until = Math.min(latest, load.toNanos() - 1);
                long shifts = (until - load.fromNanos()) / load.periodNanos();
                if (shifts >= 1) {
                    last = Math.max(last, load.fromNanos() + shifts * load.periodNanos());
                }
            }
        }
        return last;
    }
}
