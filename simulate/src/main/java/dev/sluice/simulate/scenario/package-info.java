/**
 * A scenario: nodes, limit, network, loads and events. It is immutable and knows nothing of how it is run.
 *
 * <pre>
 *  file --&gt; ScenarioFile --&gt; ScenarioSection (checks each key) --&gt; Scenario
 *                                    |
 *                                    +--&gt; BadScenarioException (file, line, key, hint)
 * </pre>
 */
@org.jspecify.annotations.NullMarked
package dev.sluice.simulate.scenario;
