/**
 * Runs one scenario on a simulated clock and measures it.
 *
 * <pre>
 *  RequestSchedule, ClosedLoopClients, TransferClients     when clients send, and to which node
 *          |
 *          v
 *  Simulation (queue of actions by time) --&gt; SimulatedCluster (nodes, network, events)
 *          |                                        |
 *          v                                        v
 *  SimulationTrace (counts a millisecond)    SimulatedSidecar (the real limiter and sync code)
 *          |
 *          v
 *  SimulationOutcome (the figures)
 * </pre>
 */
@org.jspecify.annotations.NullMarked
package dev.sluice.simulate.engine;
