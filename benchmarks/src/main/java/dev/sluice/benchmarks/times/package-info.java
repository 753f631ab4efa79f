/**
 * How long single requests take while something else goes on in a sidecar: a reload of many limits, or a crowd on its ports.
 *
 * <pre>
 *   ReloadRun, CrowdRun --&gt; bed.LoneSidecar
 *        `-&gt; TimedRequests ==&gt; the sidecar ==&gt; flash.FlashUpstream
 * </pre>
 */
package dev.sluice.benchmarks.times;
