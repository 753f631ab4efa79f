/**
 * {@code sluice bench bus}: what sync costs one sidecar. A second process imitates all peers and sends what real ones
 * would send.
 *
 * <pre>
 *  FakePeers process (FakePeer for each) &lt;== ZeroMQ ==&gt; BusRun: the real Bus, and AdmissionLoop beside it
 *                                                          |
 *                                    SyncThreadCosts, LatencyHistogram
 * </pre>
 */
package dev.sluice.benchmarks.bus;
