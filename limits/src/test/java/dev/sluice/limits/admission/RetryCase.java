package dev.sluice.limits.admission;

import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitRate;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.OnExceed;
import dev.sluice.limits.model.OperationRateLimit;
import dev.sluice.limits.model.RateAlgorithm;
import dev.sluice.limits.model.Sharing;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * One draw: a limit, a cluster, a load of nothing to ten times the limit, and a client that is refused because of it. Drawn by
 * seed.
 *
 * <p>The client asks until it is refused: at first, while there may still be room on other nodes, or once nothing is left.
 * Then it returns after the time in its verdict. Other clients were refused with it and return too, as many as the limit lets
 * through while their returns are spread; or they go on asking other nodes; or they are gone.
 */
final class RetryCase {
    static final int TRIES_MAX = 6;

    private static final long SECOND = Limit.SECOND_NANOS;
    private static final long DAY = 86_400 * SECOND;
    private static final long[] PERIODS = {SECOND, 60 * SECOND, 3_600 * SECOND, DAY};
    private static final double LIMIT_MAX = 1e6;
    private static final int NODES_MAX = 16;
    private static final double LOAD_MAX = 10;
    private static final int OTHERS_MAX = 20;
    /** The part of a second over which returns are spread at least. */
    private static final double SPREAD_SECONDS = 0.7;
    /** Asked so often at this limit, those who go on are too many to simulate. */
    private static final long GO_ON_LIMIT_MAX = 200;

    /** What other clients do once the limit is used up. */
    private enum Others {
        GONE,
        RETURN,
        GO_ON
    }

    /** Somebody who asks then; number 0 is the client, those who go on have none. */
    private record Ask(long atNanos, int node, int number) {}

    private static final int GOES_ON = -1;

    private final long seed;
    private final SplittableRandom random;
    private final OperationRateLimit limit;
    private final int size;
    private final double load;
    private final boolean usesUp;
    private final Others others;

    RetryCase(long seed) {
        this.seed = seed;
        random = new SplittableRandom(seed);
        MeterAlgorithm algorithm = MeterAlgorithm.values()[random.nextInt(MeterAlgorithm.values().length)];
        long periodNanos = PERIODS[random.nextInt(PERIODS.length)];
        long amount = Math.round(Math.pow(LIMIT_MAX, random.nextDouble()));
        long burst = Math.max(1, (long) (amount * (0.1 + random.nextDouble())));
        RateAlgorithm rate = RateAlgorithm.of(algorithm, burst);
        Sharing sharing = random.nextInt(4) > 0 ? Sharing.PACED : Sharing.values()[1 + random.nextInt(3)];
        limit = new OperationRateLimit(
                new LimitRate(amount, periodNanos, rate, rate.supported(sharing)), OnExceed.REJECT);
        size = 1 + random.nextInt(NODES_MAX);
        load = random.nextInt(4) == 0 ? 0 : LOAD_MAX / Math.pow(100, random.nextDouble());
        usesUp = random.nextBoolean();
        Others drawn = Others.values()[random.nextInt(Others.values().length)];
        boolean mayGoOn = periodNanos == SECOND && amount <= GO_ON_LIMIT_MAX && size > 1;
        others = drawn == Others.GO_ON && !mayGoOn ? Others.RETURN : drawn;
    }

    Sharing sharing() {
        return limit.rate().sharing();
    }

    /** What a table sums up. */
    String kind() {
        return limit.meterKey() + " / " + limit.periodNanos() / SECOND + " s, "
                + sharing().key() + ", others " + others;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "seed %d: %s %s %s, %d nodes, load %.2f, %s, others %s",
                seed,
                limit.text(),
                limit.meterKey(),
                sharing().key(),
                size,
                load,
                usesUp ? "used up" : "first refusal",
                others);
    }

    RetryOutcome play() {
        boolean isShort = limit.periodNanos() <= SECOND;
        long start = DAY + random.nextLong(DAY);
        ReportingCluster cluster = new ReportingCluster(
                size, limit, random.nextLong(DAY), (isShort ? 2 : 1) * SECOND, start, random.split());
        cluster.runTo(start + SECOND);
        use(cluster, isShort ? 300 : 20);
        cluster.leaveEdge();
        int node = random.nextInt(size);
        long retryAfter = askUntilRefused(cluster, node);
        if (retryAfter == 0) {
            return new RetryOutcome(0, 0, 0, 0);
        }
        long refused = cluster.now();
        long wait = cluster.all.waitNanos(refused);
        PriorityQueue<Ask> asks = new PriorityQueue<>(Comparator.comparingLong(Ask::atNanos));
        asks.add(new Ask(refused + millis(retryAfter), node, 0));
        refuseOthers(cluster, node, asks);
        int tries = 0;
        while (true) {
            Ask next = asks.remove();
            cluster.runTo(next.atNanos);
            if (next.number == GOES_ON) {
                goOn(cluster, node, asks);
                continue;
            }
            long again = cluster.ask(next.node, 1);
            if (next.number == 0) {
                tries++;
                if (again == 0 || tries == TRIES_MAX) {
                    return new RetryOutcome(again == 0 ? tries : tries + 1, retryAfter, wait, cluster.now() - refused);
                }
            }
            if (again > 0) {
                asks.add(new Ask(next.atNanos + millis(again), next.node, next.number));
            }
        }
    }

    /** As in the header. */
    private static long millis(long nanos) {
        return (nanos + 999_999) / 1_000_000 * 1_000_000;
    }

    /** Clients ask for the load, on some of the nodes. */
    private void use(ReportingCluster cluster, int asksMax) {
        double part = 0.2 + random.nextDouble();
        double operations = load * limit.amount() * part;
        int asks = (int) Math.min(operations, asksMax);
        long[] times = new long[asks];
        for (int i = 0; i < asks; i++) {
            times[i] = cluster.beforeEdge(cluster.now() + (long) (random.nextDouble() * part * limit.periodNanos()));
        }
        Arrays.sort(times);
        int nodes = 1 + random.nextInt(size);
        for (long at : times) {
            cluster.runTo(at);
            cluster.ask(random.nextInt(nodes), (long) Math.ceil(operations / asks));
        }
    }

    /** The client asks until it is refused; 0: it never is. */
    private long askUntilRefused(ReportingCluster cluster, int node) {
        long operations = (long) Math.ceil(limit.amount() / 200.0);
        for (int i = 0; i < 2_000; i++) {
            long retryAfter = cluster.ask(node, operations);
            if (retryAfter > 0 && (!usesUp || cluster.all.room(cluster.now()) < 1)) {
                return retryAfter;
            }
            cluster.runTo(cluster.now() + random.nextLong(Math.min(10_000_000, limit.periodNanos() / 400)));
        }
        return 0;
    }

    /** Others ask when the client is refused, half of them on its node. */
    private void refuseOthers(ReportingCluster cluster, int node, PriorityQueue<Ask> asks) {
        if (others == Others.GO_ON) {
            asks.add(new Ask(cluster.now(), node, GOES_ON));
        } else if (others == Others.RETURN) {
            double admitted = SPREAD_SECONDS * limit.amount() * SECOND / limit.periodNanos();
            double here = sharing() == Sharing.STATIC ? admitted / size : admitted;
            int number = random.nextInt((int) Math.min(Math.min(OTHERS_MAX, here), load * limit.amount()) + 1);
            for (int i = 1; i <= number; i++) {
                int at = random.nextBoolean() ? node : random.nextInt(size);
                long retryAfter = cluster.ask(at, 1);
                if (retryAfter > 0) {
                    asks.add(new Ask(cluster.now() + millis(retryAfter), at, i));
                }
            }
        }
    }

    private void goOn(ReportingCluster cluster, int node, PriorityQueue<Ask> asks) {
        cluster.ask((node + 1 + random.nextInt(size - 1)) % size, 1);
        double perSecond = Math.max(0.1, load) * limit.amount() * SECOND / limit.periodNanos();
        long gap = (long) (-Math.log(1 - random.nextDouble()) / perSecond * SECOND);
        asks.add(new Ask(cluster.now() + gap, node, GOES_ON));
    }
}
