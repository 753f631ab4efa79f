package dev.sluice.benchmarks.jmh;

import dev.sluice.limits.admission.Admission;
import dev.sluice.limits.admission.Ticket;
import dev.sluice.limits.admission.Verdict;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.Membership;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.OperationClass;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.SubjectIds;
import java.util.Locale;
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

/**
 * The limiter's part of a request: admission, commit, release. One and two threads read the clock twice, as an exchange
 * does ({@link ClockBenchmark} measures that alone); another case gets the time as an argument. All threads charge the
 * same subjects, which is the worst case.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
public class AdmissionBenchmark {
    private static final Identity IDENTITY = Identity.ofUser("acme$carol");
    private static final long EXCHANGE_NANOS = 100;
    private static final Identity REJECTED = Identity.ofUser("shut");

    /**
     * How many limits a request meets: the user's; also the bucket's; also the tenant's and the total; and these four
     * with one more on requests in flight each.
     */
    @Param({"1", "2", "4", "8"})
    private int limits = 1;

    @Param({"window", "bucket"})
    private String meter = "window";

    /** The number of sidecars; a single one is not paced. */
    @Param({"1", "16"})
    private int nodes = 1;

    private Admission admission = admission(1, MeterAlgorithm.WINDOW);

    /** The state of a connection. */
    @State(Scope.Thread)
    public static class Connection {
        private final Ticket ticket = new Ticket();
        private long now = System.nanoTime();
    }

    @Setup
    public void prepare() {
        admission = admission(limits, MeterAlgorithm.valueOf(meter.toUpperCase(Locale.ROOT)));
        admission.updateMembership(new Membership(nodes, nodes, 1), System.nanoTime());
    }

    private static Admission admission(int limits, MeterAlgorithm meter) {
        Limit highest = Limit.perSecond(Limit.AMOUNT_MAX / 1024, meter);
        LimitSet high = limits > 4
                ? new LimitSet(
                        Map.of(Dimension.READ_OPS, highest, Dimension.CONCURRENT_REQUESTS, Limit.concurrent(1_000_000)))
                : LimitSet.of(Dimension.READ_OPS, highest);
        LimitSet none = LimitSet.of(Dimension.READ_OPS, Limit.perSecond(0, meter));
        Policy policy = new Policy(
                high,
                limits > 1 ? high : LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                limits > 2 ? high : LimitSet.UNLIMITED,
                Map.of(REJECTED.user(), none),
                Map.of(),
                limits > 2 ? Map.of(IDENTITY.tenant(), high) : Map.of());
        return new Admission(new SubjectIds("bench"), 1000, 0, policy);
    }

    private Verdict exchange(Connection connection) {
        Verdict verdict = admit(connection, System.nanoTime());
        connection.ticket.release(System.nanoTime());
        return verdict;
    }

    private Verdict admit(Connection connection, long now) {
        Verdict verdict = admission.admit(IDENTITY, "acme:images", OperationClass.READ, connection.ticket, now);
        connection.ticket.commit();
        return verdict;
    }

    @Benchmark
    @Threads(1)
    public Verdict admitOneThread(Connection connection) {
        return exchange(connection);
    }

    @Benchmark
    @Threads(2)
    public Verdict admitTwoThreads(Connection connection) {
        return exchange(connection);
    }

    /** Without a clock: each exchange takes {@value EXCHANGE_NANOS} ns of simulated time. */
    @Benchmark
    @Threads(1)
    public Verdict admitWithGivenTime(Connection connection) {
        long now = connection.now;
        Verdict verdict = admit(connection, now);
        connection.now = now + EXCHANGE_NANOS;
        connection.ticket.release(connection.now);
        return verdict;
    }

    @Benchmark
    @Threads(1)
    public Verdict reject(Connection connection) {
        return admission.admit(REJECTED, "images", OperationClass.READ, connection.ticket, System.nanoTime());
    }
}
