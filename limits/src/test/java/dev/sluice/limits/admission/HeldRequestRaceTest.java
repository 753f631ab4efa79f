package dev.sluice.limits.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.OnExceed;
import dev.sluice.limits.model.OperationClass;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.SubjectIds;
import dev.sluice.limits.pacing.PacingSettings;
import dev.sluice.limits.sharing.QueuedRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Requests that wait on several event loops, whose clients leave while others serve them: no slot is lost or given twice. */
class HeldRequestRaceTest {
    private static final int LOOPS = 4;
    private static final int CLIENTS = 24;
    private static final int ROUNDS = 400;
    private static final int SLOTS = 3;
    private static final Identity ALICE = Identity.ofUser("alice");

    private final Admission admission = new Admission(
            new SubjectIds("test"), 100, 0, policy(), PacingSettings.DEFAULT, new HoldingBounds(1_000, 1_000));
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger mostInFlight = new AtomicInteger();
    private final AtomicInteger served = new AtomicInteger();
    private final AtomicInteger left = new AtomicInteger();
    private final Map<Throwable, Boolean> failures = new ConcurrentHashMap<>();
    private final CountDownLatch done = new CountDownLatch(CLIENTS);

    private static Policy policy() {
        Limit limit = Limit.concurrent(SLOTS).with(OnExceed.waitUpTo(OnExceed.MAX_WAIT_NANOS_MAX));
        return new Policy(
                LimitSet.of(Dimension.CONCURRENT_REQUESTS, limit),
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                Map.of(),
                Map.of(),
                Map.of());
    }

    private record Loop(ScheduledExecutorService executor) implements HoldingThread {
        @Override
        public void execute(Runnable task) {
            executor.execute(task);
        }

        @Override
        public Future<?> schedule(long delayNanos, QueuedRequest.TimedTask task) {
            return executor.schedule(() -> task.run(System.nanoTime()), delayNanos, TimeUnit.NANOSECONDS);
        }
    }

    private final class Client {
        private final Loop loop;
        private final Random random;
        private final Ticket ticket = new Ticket();
        private int rounds = ROUNDS;
        private int turn;

        Client(Loop loop, long seed) {
            this.loop = loop;
            this.random = new Random(seed);
        }

        void send() {
            try {
                if (rounds-- == 0) {
                    done.countDown();
                    return;
                }
                Verdict verdict = admission.admit(ALICE, "", OperationClass.READ, ticket, System.nanoTime());
                if (verdict instanceof Verdict.Held held) {
                    await(held.request());
                } else {
                    assertThat(verdict).isEqualTo(Verdict.ADMITTED);
                    serve();
                }
            } catch (Throwable e) {
                failures.put(e, true);
                done.countDown();
            }
        }

        private void await(HeldRequest request) {
            int own = ++turn;
            request.begin(
                    loop,
                    () -> {
                        if (own == turn) {
                            turn++;
                            assertThat(request.conclude(ticket)).isEqualTo(Verdict.ADMITTED);
                            serve();
                        }
                    },
                    System.nanoTime());
            if (random.nextInt(3) == 0) {
                loop.executor.schedule(
                        () -> {
                            if (own == turn) {
                                turn++;
                                left.incrementAndGet();
                                request.leave(System.nanoTime());
                                send();
                            }
                        },
                        random.nextInt(200),
                        TimeUnit.MICROSECONDS);
            }
        }

        private void serve() {
            ticket.commit();
            mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
            served.incrementAndGet();
            loop.executor.schedule(
                    () -> {
                        inFlight.decrementAndGet();
                        ticket.release(System.nanoTime());
                        send();
                    },
                    random.nextInt(100),
                    TimeUnit.MICROSECONDS);
        }
    }

    @Test
    void slots_areNeitherLostNorGivenTwice_whereClientsLeave() throws Exception {
        long seed = System.nanoTime();
        System.out.println("clients that leave: seed " + seed);
        List<ScheduledExecutorService> executors = new ArrayList<>();
        for (int i = 0; i < LOOPS; i++) {
            executors.add(Executors.newSingleThreadScheduledExecutor());
        }
        for (int i = 0; i < CLIENTS; i++) {
            ScheduledExecutorService executor = executors.get(i % LOOPS);
            Client client = new Client(new Loop(executor), seed + i);
            executor.execute(client::send);
        }

        boolean ended = done.await(120, TimeUnit.SECONDS);
        executors.forEach(ScheduledExecutorService::shutdownNow);

        assertThat(failures).isEmpty();
        assertThat(ended).isTrue();
        assertThat(mostInFlight.get()).isEqualTo(SLOTS);
        assertThat(admission.holding().waiting()).isZero();
        assertThat(admission.holding().left()).isPositive();
        assertThat(served.get()).isEqualTo(CLIENTS * ROUNDS - left.get());
        assertThat(admission.usage(10, System.nanoTime()).get(0).used()).isZero();
    }
}
