/**
 * The bed of a benchmark: processes under measurement and what they use of the machine, the server behind them, and the
 * tools that make the load before them. Belongs to the one thread that runs the benchmark.
 */
package dev.sluice.benchmarks.bed;
