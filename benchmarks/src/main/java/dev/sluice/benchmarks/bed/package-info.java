/**
 * The test bed of a benchmark: the measured processes and the CPU and memory they use, the server behind them, and the
 * tools that generate the load. One thread owns all of it: the one that runs the benchmark.
 *
 * <pre>
 *  Wrk, H2load --&gt; ProxyUnderTest (Sluice, HAProxy, nginx) --&gt; NginxUpstream, or a real radosgw
 * </pre>
 */
package dev.sluice.benchmarks.bed;
