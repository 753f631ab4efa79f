/** Microbenchmarks of the parts that every request passes, run by {@code sluice bench jmh}. */
package dev.sluice.benchmarks.jmh;
