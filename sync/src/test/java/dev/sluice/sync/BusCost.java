package dev.sluice.sync;

import com.sun.management.OperatingSystemMXBean;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.sync.BusFixture.Keys;
import dev.sluice.sync.config.KeyRing;
import dev.sluice.sync.peers.PeerState;
import dev.sluice.sync.testing.TestUsageRegistry;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A {@code main} that prints what the exchange costs: nodes in one JVM over real sockets, at the usual interval of 100 ms.
 * Arguments: nodes, subjects that are busy on each, seconds, and {@code keys} or {@code plain}. Of the processor time all
 * is counted: each report is encoded once, sent to, received and charged by all others.
 */
final class BusCost {
    private static final double NANOS_PER_MILLI = 1e6;

    private BusCost() {}

    public static void main(String[] args) throws Exception {
        int nodes = Integer.parseInt(args[0]);
        int subjects = Integer.parseInt(args[1]);
        int seconds = Integer.parseInt(args[2]);
        Optional<KeyRing> ring = Optional.empty();
        if (args[3].equals("keys")) {
            Keys shared = Keys.make();
            ring = Optional.of(shared.allowing(shared));
        }
        BusFixture fixture = new BusFixture(100_000_000);
        List<TestUsageRegistry> books = new ArrayList<>();
        List<Bus> buses = new ArrayList<>();
        for (int i = 0; i < nodes; i++) {
            books.add(new TestUsageRegistry());
            buses.add(fixture.start("node" + i, BusFixture.ANY_PORT, ring, books.get(i)));
        }
        List<String> endpoints = buses.stream().map(Bus::endpoint).toList();
        buses.forEach(bus -> bus.setPeers(endpoints));
        BusFixture.eventually()
                .until(() -> buses.stream()
                        .allMatch(bus -> bus.peers().stream()
                                        .filter(peer -> peer.state() == PeerState.LIVE)
                                        .count()
                                == nodes - 1));
        admit(books, subjects, seconds / 2);
        long cpuNanos = cpuNanos();
        long bytes = buses.stream().mapToLong(bus -> bus.stats().sent().bytes()).sum();
        long startNanos = System.nanoTime();
        admit(books, subjects, seconds);
        double elapsed = (System.nanoTime() - startNanos) / 1e9;
        System.out.printf(
                "%s: %d nodes, %d subjects: %.1f ms of CPU a second and node, %.1f kB/s to each peer%n",
                args[3],
                nodes,
                subjects,
                (cpuNanos() - cpuNanos) / NANOS_PER_MILLI / elapsed / nodes,
                (buses.stream().mapToLong(bus -> bus.stats().sent().bytes()).sum() - bytes) / 1e3 / elapsed / nodes);
        System.exit(0);
    }

    /** So that each subject has news at each tick. */
    private static void admit(List<TestUsageRegistry> books, int subjects, int seconds) throws InterruptedException {
        for (int tick = 0; tick < 10 * seconds; tick++) {
            for (TestUsageRegistry registry : books) {
                for (int i = 0; i < subjects; i++) {
                    registry.admit(new SubjectId(i, 1), Dimension.READ_OPS, 50);
                }
            }
            Thread.sleep(100);
        }
    }

    private static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }
}
