package dev.sluice.benchmarks.bus;

import dev.sluice.limits.admission.Admission;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.Membership;
import dev.sluice.limits.model.OnPartition;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.SubjectIds;
import dev.sluice.limits.pacing.PacingSettings;
import dev.sluice.sync.Bus;
import dev.sluice.sync.BusStats;
import dev.sluice.sync.config.KeyRing;
import dev.sluice.sync.config.SyncClocks;
import dev.sluice.sync.config.SyncConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import org.zeromq.ZMQ;

/** Runs one case: a real limiter and bus in this process, and {@link FakePeers} as all others. */
public final class BusRun {
    private static final int ACCOUNTS_PER_SUBJECT = 2;

    private BusRun() {}

    /**
     * The measured values.
     *
     * @param seconds measured
     * @param sentBytes to each peer
     * @param exchanging durations of admissions
     * @param alone durations of the same admissions by a limiter without sync, on the same thread
     */
    public record BusRunResult(
            double seconds,
            long sentBytes,
            long receivedBytes,
            long receivedEntries,
            long lost,
            long rejected,
            SyncThreadCosts costs,
            LatencyHistogram exchanging,
            LatencyHistogram alone) {
        /** The publisher thread's part of a core. */
        public double publisherPart() {
            return costs.publisherNanos() / 1e9 / seconds;
        }

        /** The subscriber thread's part of a core. */
        public double subscriberPart() {
            return costs.subscriberNanos() / 1e9 / seconds;
        }

        /** The part of a core that ZeroMQ's threads use. */
        public double ioPart() {
            return costs.ioNanos() / 1e9 / seconds;
        }

        /** The part of the time in which the garbage collector works. */
        public double collectorPart() {
            return costs.collectorMillis() / 1e3 / seconds;
        }

        private BusRunResult plus(BusRunResult more) {
            return new BusRunResult(
                    seconds + more.seconds,
                    sentBytes + more.sentBytes,
                    receivedBytes + more.receivedBytes,
                    receivedEntries + more.receivedEntries,
                    lost + more.lost,
                    rejected + more.rejected,
                    costs.plus(more.costs),
                    exchanging,
                    alone);
        }
    }

    /**
     * Measures in two halves; sync is attached to another limiter in the second.
     *
     * @param warmUpSeconds before each half
     * @param seconds of both
     */
    public static BusRunResult run(BusCase load, int warmUpSeconds, int seconds)
            throws IOException, InterruptedException {
        List<Admission> limiters = List.of(admission(load), admission(load));
        AdmissionLoop requests = new AdmissionLoop(limiters, load);
        List<Thread> threads =
                List.of(new Thread(requests, "event-loop"), new Thread(requests::measureAlone, "measurer"));
        if (load.role() == BusCase.Role.SIDECAR) {
            threads.forEach(thread -> {
                thread.setDaemon(true);
                thread.start();
            });
        }
        try {
            BusRunResult first = half(load, requests, limiters.get(0), warmUpSeconds, seconds / 2.0);
            limiters.get(0).updateMembership(full(load), System.nanoTime());
            requests.exchanges(1);
            return first.plus(half(load, requests, limiters.get(1), warmUpSeconds, seconds / 2.0));
        } finally {
            requests.stop();
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    private static BusRunResult half(
            BusCase load, AdmissionLoop requests, Admission exchanging, int warmUpSeconds, double seconds)
            throws IOException, InterruptedException {
        ZMQ.Curve.KeyPair pair = ZMQ.Curve.generateKeyPair();
        Process process = start(load, pair);
        try (Bus bus = bus(load, pair, exchanging, process)) {
            Thread.sleep(1_000L * warmUpSeconds);
            requests.measure(true);
            long rejected = requests.rejected();
            BusStats before = bus.stats();
            SyncThreadCosts costsBefore = SyncThreadCosts.now();
            long startNanos = System.nanoTime();
            Thread.sleep((long) (1_000 * seconds));
            requests.measure(false);
            SyncThreadCosts costs = SyncThreadCosts.now().since(costsBefore);
            double elapsed = (System.nanoTime() - startNanos) / 1e9;
            BusStats after = bus.stats();
            return new BusRunResult(
                    elapsed,
                    after.sent().bytes() - before.sent().bytes(),
                    after.received().bytes() - before.received().bytes(),
                    after.received().entries() - before.received().entries(),
                    after.received().lost() - before.received().lost(),
                    requests.rejected() - rejected,
                    costs,
                    requests.exchangingTimes(),
                    requests.aloneTimes());
        } finally {
            process.getOutputStream().close();
            process.destroy();
            process.waitFor();
        }
    }

    private static Membership full(BusCase load) {
        int nodes = load.peers() + 1;
        return new Membership(nodes, nodes, 1);
    }

    private static Admission admission(BusCase load) {
        Policy policy = new Policy(
                LimitSet.of(Dimension.READ_OPS, load.limit()),
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                Map.of(),
                Map.of(),
                Map.of());
        int accounts = Math.max(ACCOUNTS_PER_SUBJECT * load.subjects(), 100);
        Admission admission = new Admission(
                new SubjectIds(BusCase.CLUSTER), accounts, 0, policy, new PacingSettings(BusCase.INTERVAL_NANOS, 1));
        admission.updateMembership(full(load), System.nanoTime());
        return admission;
    }

    private static Process start(BusCase load, ZMQ.Curve.KeyPair pair) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                FakePeers.class.getName(),
                Integer.toString(load.peers()),
                Integer.toString(load.subjects()),
                Double.toString(load.usedPart())));
        if (load.keys()) {
            command.addAll(List.of(pair.publicKey, pair.secretKey));
        }
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static Bus bus(BusCase load, ZMQ.Curve.KeyPair pair, Admission admission, Process others)
            throws IOException {
        BufferedReader output = others.inputReader(StandardCharsets.UTF_8);
        List<String> endpoints = new ArrayList<>();
        for (String line = output.readLine(); !"ready".equals(line); line = output.readLine()) {
            if (line == null) {
                throw new IOException("the process of the others ended");
            }
            endpoints.add(line);
        }
        Optional<KeyRing> ring = load.keys()
                ? Optional.of(new KeyRing(pair.publicKey, pair.secretKey, List.of(pair.publicKey)))
                : Optional.empty();
        SyncConfig config = new SyncConfig(
                "measured",
                "tcp://127.0.0.1:0",
                BusCase.CLUSTER,
                BusCase.INTERVAL_NANOS,
                endpoints,
                OnPartition.AUTO,
                ring);
        long incarnation = ThreadLocalRandom.current().nextLong();
        SplittableRandom random = new SplittableRandom(1);
        Bus bus = load.role() == BusCase.Role.RELAY
                ? Bus.relay(config, Optional.empty(), incarnation, SyncClocks.system(), random)
                : Bus.start(config, admission, incarnation, SyncClocks.system(), random);
        others.getOutputStream().write((bus.endpoint() + "\n").getBytes(StandardCharsets.UTF_8));
        others.getOutputStream().flush();
        return bus;
    }
}
