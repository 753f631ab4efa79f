/**
 * {@code sluice simulate}: N sidecars in one process, on a simulated clock, network and set of clients. They run the
 * limiter and the sync code of the real sidecar. The scenario and its seed alone decide what happens.
 *
 * <pre>
 *  scenario file --&gt; scenario (what is simulated) --&gt; engine (runs it once, measures) --&gt; table or JSON
 *                                                          ^
 *                         study (many scenarios: accuracy, goals, random cases)
 * </pre>
 *
 * <p>{@link dev.sluice.simulate.Simulate} is the command.
 */
@org.jspecify.annotations.NullMarked
package dev.sluice.simulate;
