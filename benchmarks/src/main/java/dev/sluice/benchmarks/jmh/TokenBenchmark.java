package dev.sluice.benchmarks.jmh;

import dev.sluice.limits.admission.Admission;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitRate;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.Membership;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.QuotaLimits;
import dev.sluice.limits.model.QuotaName;
import dev.sluice.limits.model.SubjectIds;
import dev.sluice.quota.rate.LimiterRateQuotas;
import dev.sluice.quota.rate.RateDecision;
import dev.sluice.quota.rate.RateQuotas;
import dev.sluice.quota.rate.RateStep;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;

/** The limiter's part of a call to a rate quota, beside {@link AdmissionBenchmark}: a decision with its view. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
public class TokenBenchmark {
    private static final QuotaName OPEN = new QuotaName("bench", "open");
    private static final QuotaName OTHER = new QuotaName("bench", "other");
    private static final QuotaName SHUT = new QuotaName("bench", "shut");

    /** The number of sidecars; a single one is not paced. */
    @Param({"1", "3"})
    private int nodes = 1;

    private RateQuotas quotas = quotas(1);

    @Setup
    public void prepare() {
        quotas = quotas(nodes);
    }

    private static RateQuotas quotas(int nodes) {
        Limit highest = Limit.perSecond(Limit.AMOUNT_MAX / 1024, MeterAlgorithm.WINDOW);
        Limit lowest = Limit.rate(1, LimitRate.PERIOD_NANOS_MAX, MeterAlgorithm.WINDOW);
        Policy policy = Policy.UNLIMITED.with(new QuotaLimits(
                Map.of(
                        OPEN.subject(), LimitSet.of(Dimension.TOKENS, highest),
                        OTHER.subject(), LimitSet.of(Dimension.TOKENS, highest),
                        SHUT.subject(), LimitSet.of(Dimension.TOKENS, lowest)),
                Map.of()));
        Admission admission = new Admission(new SubjectIds("bench"), 1000, 0, policy);
        admission.updateMembership(new Membership(nodes, nodes, 1), System.nanoTime());
        return new LimiterRateQuotas(admission.tokens());
    }

    @Benchmark
    @Threads(1)
    public RateDecision take() {
        return quotas.take(new RateStep(OPEN, 1), System.nanoTime());
    }

    @Benchmark
    @Threads(2)
    public RateDecision takeTwoThreads() {
        return quotas.take(new RateStep(OPEN, 1), System.nanoTime());
    }

    @Benchmark
    @Threads(1)
    public RateDecision takeOfTwoQuotas() {
        return quotas.take(List.of(new RateStep(OPEN, 1), new RateStep(OTHER, 3)), System.nanoTime());
    }

    @Benchmark
    @Threads(1)
    public RateDecision refuse() {
        return quotas.take(new RateStep(SHUT, 1), System.nanoTime());
    }
}
