package dev.sluice.simulate.engine;

/** What happens at a moment of a simulation. */
interface Action {
    void run(long nowNanos);
}
