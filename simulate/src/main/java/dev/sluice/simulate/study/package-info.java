/**
 * Runs many scenarios and compares them: with the reference figures, with goals, or with invariants.
 *
 * <pre>
 *  --accuracy --&gt; AccuracyTable                              the table of docs/accuracy.md
 *  --sweep    --&gt; SweepCell --&gt; GoalSweep                    sizes, limits, intervals and loads beside goals
 *  --random   --&gt; RandomRequestCases, RandomTransferCases    random scenarios against invariants
 * </pre>
 */
@org.jspecify.annotations.NullMarked
package dev.sluice.simulate.study;
