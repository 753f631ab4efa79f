package dev.sluice.sync;

import dev.sluice.sync.Reporter.Content;
import java.util.List;

/** One node without a network: a book, a reporter and a peer table on a clock that the test moves. */
final class TestNode {
    static final long MS = 1_000_000L;
    static final long INTERVAL_NANOS = 100 * MS;
    static final String CLUSTER = "test";

    final TestBook book = new TestBook();
    final Reporter reporter;
    final PeerTable table;

    TestNode(String name, long incarnation, long nowNanos) {
        this(name, incarnation, nowNanos, new PeerTable.Bounds(16, 1000));
    }

    TestNode(String name, long incarnation, long nowNanos, PeerTable.Bounds bounds) {
        NodeIdentity self = new NodeIdentity(Cluster.hash(CLUSTER), name, incarnation, INTERVAL_NANOS);
        table = new PeerTable(self, book, bounds, nowNanos);
        reporter = new Reporter(self, book, () -> 0, table::hearing, SyncConfig.RATE_MAX, nowNanos);
    }

    List<byte[]> tick(long nowNanos) {
        return reporter.tick(Content.NEWS, nowNanos, nowNanos / MS);
    }

    List<byte[]> tickAll(long nowNanos) {
        return reporter.tick(Content.EVERYTHING, nowNanos, nowNanos / MS);
    }

    void receive(List<byte[]> messages, long nowNanos) {
        for (byte[] message : messages) {
            table.receive(message, "tcp://peer:7070", nowNanos, nowNanos / MS);
        }
    }

    /** Lets time pass with nothing heard. */
    void listen(long fromNanos, long toNanos) {
        for (long now = fromNanos; now <= toNanos; now += 50 * MS) {
            table.expire(now);
        }
    }

    PeerStatus onlyPeer() {
        List<PeerStatus> statuses = table.statuses();
        if (statuses.size() != 1) {
            throw new AssertionError(statuses.toString());
        }
        return statuses.get(0);
    }

    static Report decoded(byte[] message) {
        if (ReportCodec.decode(message) instanceof Decoded.Valid valid) {
            return valid.report();
        }
        throw new AssertionError(ReportCodec.decode(message).toString());
    }
}
