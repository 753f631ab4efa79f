/** Microbenchmarks of what every request passes through, run by {@code sluice bench jmh}. */
package dev.sluice.benchmarks.jmh;
