/**
 * {@code sluice simulate}: N sidecars in one process, on a simulated clock, network and clientele, running the limiter
 * and the exchange that the real sidecar runs. What happens is decided by the scenario and its seed alone.
 *
 * <p>{@link dev.sluice.simulate.ScenarioFile} reads a scenario, {@link dev.sluice.simulate.Simulation} plays it, {@link
 * dev.sluice.simulate.Trace} measures, {@link dev.sluice.simulate.Outcome} is what people and programs get.
 */
@org.jspecify.annotations.NullMarked
package dev.sluice.simulate;
