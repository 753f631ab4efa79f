/**
 * Runs many scenarios and compares them: with the reference figures, with goals, or with invariants.
 *
 * <pre>
 *  --accuracy --&gt; AccuracyReport: AccuracyTable, SmallLimitTable, ModestClientTable, PeriodTable
 *  --sweep    --&gt; SweepCell --&gt; GoalSweep        sizes, limits, intervals and loads beside goals
 *  --periods  --&gt; PeriodCell --&gt; PeriodSweep     limits a second to a day beside goals
 *  --random   --&gt; RandomRequestCases, RandomTransferCases, RandomPeriodCases    against invariants
 *  FILE       --&gt; GoalCheck                      the goals of a scenario
 * </pre>
 */
@org.jspecify.annotations.NullMarked
package dev.sluice.simulate.study;
