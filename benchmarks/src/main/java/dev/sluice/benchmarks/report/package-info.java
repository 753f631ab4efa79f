/**
 * What was measured, and the report in Markdown.
 *
 * <pre>
 *  MeasuredQuantity + value of each round --&gt; RoundResults --&gt; Quartiles --&gt; BenchmarkReport, MarkdownTable
 * </pre>
 */
package dev.sluice.benchmarks.report;
