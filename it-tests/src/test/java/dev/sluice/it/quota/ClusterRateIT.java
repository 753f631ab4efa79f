package dev.sluice.it.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.it.harness.net.WireHttpClient;
import dev.sluice.it.harness.process.LoopbackHosts;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Rate quotas on three processes, asked over HTTP. {@code -Dsluice.strict=true} has the bounds of a quiet machine and a quota
 * of 300 tokens a second; without it the quota is so small that a busy machine reaches it, too.
 */
@Isolated
class ClusterRateIT {
    private static final boolean IS_STRICT = Boolean.getBoolean("sluice.strict");
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final int NODES = 3;
    private static final int LIMIT = IS_STRICT ? 300 : 40;
    private static final double ASKED = 4.5;
    private static final int SECONDS = IS_STRICT ? 20 : 4;
    private static final int WARM_UP_SECONDS = 2;
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int SYNC_PORT = 7070;
    private static final int BURST = 120;
    private static final String MINUTE =
            "{ algorithm = token-bucket, unit = minute, requests-per-unit = " + BURST + ", burst = " + BURST + " }";
    private static final String SECOND = "{ algorithm = window, unit = second, requests-per-unit = " + LIMIT + " }";
    private static final String QUOTAS = "rate.it { shared " + SECOND + ", skewed " + SECOND + ", minute0 " + MINUTE
            + ", minute1 " + MINUTE + ", minute2 " + MINUTE + " }";

    @TempDir
    private static Path folder;

    private static final List<QuotaProcess> NODES_RUNNING = new ArrayList<>();

    @BeforeAll
    static void start() throws IOException {
        List<String> endpoints = IntStream.range(0, NODES)
                .mapToObj(i -> "\"tcp://" + LoopbackHosts.host() + ":" + SYNC_PORT + "\"")
                .toList();
        for (int i = 0; i < NODES; i++) {
            NODES_RUNNING.add(new QuotaProcess(
                    folder.resolve("node" + i),
                    "sync { listen = " + endpoints.get(i) + ", peers = " + endpoints + ", cluster = rate-it }",
                    QUOTAS));
        }
        await().atMost(DEADLINE).untilAsserted(() -> {
            for (QuotaProcess node : NODES_RUNNING) {
                assertThat(node.admin("/metrics")).contains("sluice_peers_live 2.0");
            }
        });
    }

    @AfterAll
    static void close() throws InterruptedException {
        for (QuotaProcess node : NODES_RUNNING) {
            node.close();
        }
    }

    /** Calls for one token at a steady rate, over one connection. */
    private static final class TokenLoad implements AutoCloseable {
        private final Queue<Long> takenNanos = new ConcurrentLinkedQueue<>();
        private final String address;
        private final String request;
        private final long gapNanos;
        private final Thread thread;
        private volatile boolean isRunning = true;
        private volatile String problem = "";

        TokenLoad(QuotaProcess node, String resource, double perSecond) {
            this.address = node.address();
            this.request = post("allow", allow(resource));
            this.gapNanos = (long) (SECOND_NANOS / perSecond);
            this.thread = new Thread(this::run, "load " + resource);
            thread.setDaemon(true);
            thread.start();
        }

        private void run() {
            try (var connection = WireHttpClient.connect(URI.create("http://" + address))) {
                long next = System.nanoTime();
                while (isRunning) {
                    next = Math.max(next + gapNanos, System.nanoTime() - SECOND_NANOS / 10);
                    LockSupport.parkNanos(next - System.nanoTime());
                    connection.send(request);
                    String body = connection.readResponse().body();
                    if (body.contains("\"ok\":true")) {
                        takenNanos.add(System.nanoTime());
                    } else if (!body.contains("\"ok\":false")) {
                        problem = body;
                    }
                }
            } catch (IOException e) {
                problem = e.toString();
            }
        }

        @Override
        public void close() {
            isRunning = false;
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            assertThat(problem).isEmpty();
        }
    }

    private static String post(String call, String body) {
        return "POST /api/v1/" + call + " HTTP/1.1\r\nHost: it\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static String allow(String resource) {
        return "{\"namespace\":\"it\",\"resource\":\"" + resource + "\",\"tokens\":1}";
    }

    /** Asks these nodes, each for the same; returns when tokens were taken, in order, from a moment on at which all ask. */
    private static List<Long> ask(List<QuotaProcess> nodes, String resource, double perSecond) {
        List<TokenLoad> loads = new ArrayList<>();
        for (QuotaProcess node : nodes) {
            loads.add(new TokenLoad(node, resource, perSecond / nodes.size()));
        }
        long from = System.nanoTime() + WARM_UP_SECONDS * SECOND_NANOS;
        long to = from + SECONDS * SECOND_NANOS;
        await().atMost(DEADLINE).until(() -> System.nanoTime() - to > 0);
        loads.forEach(TokenLoad::close);
        return loads.stream()
                .flatMap(load -> load.takenNanos.stream())
                .filter(nanos -> nanos - from >= 0 && nanos - to < 0)
                .sorted()
                .toList();
    }

    private static long fullestSecond(List<Long> sorted) {
        int most = 0;
        int first = 0;
        for (int last = 0; last < sorted.size(); last++) {
            while (sorted.get(last) - sorted.get(first) >= SECOND_NANOS) {
                first++;
            }
            most = Math.max(most, last - first + 1);
        }
        return most;
    }

    @Test
    void quota_isShared_whereAllNodesAreAsked() {
        List<Long> taken = ask(NODES_RUNNING, "shared", ASKED * LIMIT);

        double perSecond = (double) taken.size() / SECONDS;
        long fullest = fullestSecond(taken);
        System.out.printf(
                Locale.ROOT,
                "%d nodes asked %.1f-fold: %.1f/s of %d/s, fullest second %d%n",
                NODES,
                ASKED,
                perSecond,
                LIMIT,
                fullest);
        assertThat(perSecond).isBetween(LIMIT * (IS_STRICT ? 0.98 : 0.5), LIMIT * (IS_STRICT ? 1.02 : 1.2));
        if (IS_STRICT) {
            assertThat(fullest).isLessThanOrEqualTo(LIMIT * 108 / 100);
        }
    }

    @Test
    void quota_isUsed_whereOneNodeIsAsked() {
        List<Long> taken = ask(List.of(NODES_RUNNING.get(1)), "skewed", ASKED * LIMIT);

        double perSecond = (double) taken.size() / SECONDS;
        System.out.printf(Locale.ROOT, "one of %d nodes asked: %.1f/s of %d/s%n", NODES, perSecond, LIMIT);
        assertThat(perSecond).isBetween(LIMIT * (IS_STRICT ? 0.95 : 0.5), LIMIT * (IS_STRICT ? 1.02 : 1.2));
    }

    @Test
    void bucket_isTakenAtOnce_atAnyNode_andThenFlows() throws Exception {
        for (int i = 0; i < NODES; i++) {
            QuotaProcess node = NODES_RUNNING.get(i);
            String all = "["
                    + String.join(
                            ",", Collections.nCopies(BURST, allow("minute" + i).replace("{", "{\"op\":\"allow\",")))
                    + "]";

            long fromNanos = System.nanoTime();
            int atOnce = taken(node.post("batch", all));
            assertThat(atOnce).as("at node %d", i).isEqualTo(BURST);
            int more = taken(node.post("batch", all));
            assertThat(more).as("at node %d, once it is empty", i).isLessThanOrEqualTo(flowed(fromNanos, 2));

            await().pollDelay(Duration.ofSeconds(4)).until(() -> true);
            int later = more + taken(NODES_RUNNING.get((i + 1) % NODES).post("batch", all));
            later += taken(node.post("batch", all));
            assertThat(later)
                    .as("at node %d and another, after %d s", i, (System.nanoTime() - fromNanos) / SECOND_NANOS)
                    .isBetween(IS_STRICT ? 6 : 0, flowed(fromNanos, 2));
        }
    }

    /** What flowed in since then, and a little more: each node may be ahead of the others. */
    private static int flowed(long fromNanos, int more) {
        return (int) ((System.nanoTime() - fromNanos) * BURST / (60 * SECOND_NANOS)) + more;
    }

    private static int taken(String body) {
        return body.split("\"ok\":true", -1).length - 1;
    }
}
