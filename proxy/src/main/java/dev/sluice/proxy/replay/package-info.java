/**
 * {@code sluice replay}: an ops log of RGW against a proposed limits file, to see which users it would have refused.
 *
 * <pre>
 *   ReplayCommand -&gt; OpsLogParser -&gt; OpsLogSorter -&gt; LogReplay -&gt; limits.Admission
 *                    (a line)        (by start)      (ReplayAgenda: virtual time)
 *                                                    ReplayTally -&gt; ReplayReport
 * </pre>
 *
 * <p>The limiter is the real one, on one node that receives every request of the log: what the whole cluster would have
 * refused. Time is that of the log.
 */
package dev.sluice.proxy.replay;
