/**
 * The benchmarks behind {@code sluice bench}: what is measured, and the report. Every comparison is made in one run on
 * one machine, in rounds in which the subjects take turns, and is told as the ratio of each round first: absolute
 * numbers belong to the machine, ratios much less so. The processes that are measured and that make the load are in
 * {@link dev.sluice.benchmarks.bed}.
 */
package dev.sluice.benchmarks;
