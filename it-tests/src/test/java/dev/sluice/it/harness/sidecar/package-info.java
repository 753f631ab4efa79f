/**
 * The application jar as a process, as operators run it.
 *
 * <pre>
 *  SidecarSetup (configuration) --&gt; SidecarProcess --&gt; AdminPort (usage, peers)
 *                                   SidecarCluster (several that are peers)
 * </pre>
 *
 * <p>System properties: {@code sluice.sidecar=off} runs only what needs no sidecar, {@code sluice.jar} names another jar.
 */
package dev.sluice.it.harness.sidecar;
