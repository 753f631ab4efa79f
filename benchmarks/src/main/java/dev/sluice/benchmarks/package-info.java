/**
 * {@code sluice bench}: one command for each group of benchmarks, and the facts about the machine.
 *
 * <pre>
 *  Bench --&gt; HttpCommand --&gt; http ----+--&gt; bed (processes and load tools) --&gt; report
 *        --&gt; RgwCommand --------------+
 *        --&gt; BusCommand --&gt; bus (one sidecar, imitated peers) --------------&gt; report
 *        --&gt; DelayCommand --&gt; bus (two sidecars) ---------------------------&gt; report
 *        --&gt; JmhCommand --&gt; jmh
 * </pre>
 *
 * <p>Each comparison is one run on one machine. It runs in rounds in which the proxies alternate. The report shows the
 * ratio of each round first, because absolute numbers depend on the machine.
 */
package dev.sluice.benchmarks;
