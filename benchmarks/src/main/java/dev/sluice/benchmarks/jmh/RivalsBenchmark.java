package dev.sluice.benchmarks.jmh;

import com.google.common.util.concurrent.RateLimiter;
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
import io.github.bucket4j.Bucket;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;

/**
 * Sluice beside limiters for a single process. The job is the local part of a request: check and charge the limits of a user
 * and of a bucket. All read the clock as in real use, and look limiters up by name. Another thread measures usage ten
 * times per second, as in a sidecar. The other limiters do not refund the first limit when the second one rejects, and do
 * not share a limit with other processes. The limits are never reached.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
public class RivalsBenchmark {
    private static final long A_SECOND = 1_000_000_000L;
    private static final int INTERVAL_MILLIS = 100;
    private static final int INT_RATE = 1_000_000_000;

    /** {@code sluice}: one of 16 sidecars, paced; {@code sluice-alone}: a single one. */
    @Param({"sluice", "sluice-alone", "bucket4j", "resilience4j", "guava"})
    private String limiter = "sluice";

    /** The number of users, and of buckets. */
    @Param({"1", "1000", "1000000"})
    private int keys = 1;

    private Identity[] users = new Identity[0];
    private String[] buckets = new String[0];
    private Job job = (i, ticket) -> false;
    private final ScheduledExecutorService reporter = Executors.newSingleThreadScheduledExecutor();

    private interface Job {
        boolean check(int i, Ticket ticket);
    }

    /** The state of a thread: its ticket and its sequence of keys. */
    @State(Scope.Thread)
    public static class Mine {
        private final Ticket ticket = new Ticket();
        private long random = System.identityHashCode(this) * 0x9e37_79b9_7f4a_7c15L | 1;

        int next(int bound) {
            random ^= random << 13;
            random ^= random >>> 7;
            random ^= random << 17;
            return (int) (((random >>> 33) * bound) >>> 31);
        }
    }

    @Setup
    public void prepare() {
        users = new Identity[keys];
        buckets = new String[keys];
        for (int i = 0; i < keys; i++) {
            users[i] = Identity.ofUser("user-" + i);
            buckets[i] = "bucket-" + i;
        }
        job = switch (limiter) {
            case "sluice" -> sluice(16);
            case "sluice-alone" -> sluice(1);
            case "bucket4j" ->
                two(
                        name -> Bucket.builder()
                                .addLimit(
                                        limit -> limit.capacity(A_SECOND).refillGreedy(A_SECOND, Duration.ofSeconds(1)))
                                .build(),
                        bucket -> bucket.tryConsume(1));
            case "resilience4j" ->
                two(
                        name -> io.github.resilience4j.ratelimiter.RateLimiter.of(
                                name,
                                RateLimiterConfig.custom()
                                        .limitForPeriod(INT_RATE)
                                        .limitRefreshPeriod(Duration.ofSeconds(1))
                                        .timeoutDuration(Duration.ZERO)
                                        .build()),
                        rate -> rate.acquirePermission());
            default -> two(name -> RateLimiter.create(INT_RATE), rate -> rate.tryAcquire());
        };
        for (int i = 0; i < keys; i++) {
            job.check(i, new Ticket());
        }
    }

    @TearDown
    public void stop() {
        reporter.shutdownNow();
    }

    private Job sluice(int nodes) {
        LimitSet high = LimitSet.of(Dimension.READ_OPS, Limit.perSecond(A_SECOND, MeterAlgorithm.BUCKET));
        Policy policy = new Policy(high, high, LimitSet.UNLIMITED, LimitSet.UNLIMITED, Map.of(), Map.of(), Map.of());
        Admission admission = new Admission(new SubjectIds("bench"), 3_000_000, 0, policy);
        admission.updateMembership(new Membership(nodes, nodes, 1), System.nanoTime());
        reporter.scheduleWithFixedDelay(
                () -> admission.measure(usage -> {}, System.nanoTime()),
                INTERVAL_MILLIS,
                INTERVAL_MILLIS,
                TimeUnit.MILLISECONDS);
        return (i, ticket) -> {
            long now = System.nanoTime();
            Verdict verdict = admission.admit(users[i], buckets[i], OperationClass.READ, ticket, now);
            ticket.commit();
            ticket.release(now);
            return verdict == Verdict.ADMITTED;
        };
    }

    private <T> Job two(Function<String, T> maker, Function<T, Boolean> taker) {
        ConcurrentHashMap<String, T> ofUsers = new ConcurrentHashMap<>();
        ConcurrentHashMap<String, T> ofBuckets = new ConcurrentHashMap<>();
        return (i, ticket) ->
                taker.apply(find(ofUsers, users[i].user(), maker)) && taker.apply(find(ofBuckets, buckets[i], maker));
    }

    private static <T> T find(ConcurrentHashMap<String, T> in, String name, Function<String, T> maker) {
        T known = in.get(name);
        return known != null ? known : in.computeIfAbsent(name, maker);
    }

    @Benchmark
    @Threads(1)
    public boolean oneThread(Mine mine) {
        return job.check(mine.next(keys), mine.ticket);
    }

    @Benchmark
    @Threads(2)
    public boolean twoThreads(Mine mine) {
        return job.check(mine.next(keys), mine.ticket);
    }

    @Benchmark
    @Threads(8)
    public boolean eightThreads(Mine mine) {
        return job.check(mine.next(keys), mine.ticket);
    }
}
