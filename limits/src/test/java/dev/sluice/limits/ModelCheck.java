package dev.sluice.limits;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;

/**
 * Settings of the tests that run small scenarios under many interleavings of threads. Lincheck switches threads itself, so
 * that a slow machine changes nothing but the time they take.
 */
public final class ModelCheck {
    /** How many times the usual number of scenarios is tried: {@code -Dsluice.model-check.effort=10}. */
    private static final int EFFORT = Integer.getInteger("sluice.model-check.effort", 1);

    /** Of one interleaving, which takes milliseconds: no pause of the machine is to be mistaken for a deadlock. */
    private static final long TIMEOUT_MILLIS = 600_000;

    private ModelCheck() {}

    /** Two threads of two operations each, after one operation and before two, which see what is left. */
    public static ModelCheckingOptions twoThreads() {
        return new ModelCheckingOptions()
                .threads(2)
                .actorsBefore(1)
                .actorsPerThread(2)
                .actorsAfter(2)
                .iterations(iterations(8))
                .invocationsPerIteration(60)
                .invocationTimeout$lincheck(TIMEOUT_MILLIS);
    }

    /** So many scenarios, times the effort. */
    public static int iterations(int usual) {
        return usual * EFFORT;
    }
}
