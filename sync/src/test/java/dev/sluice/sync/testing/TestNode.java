package dev.sluice.sync.testing;

import dev.sluice.sync.config.SyncConfig;
import dev.sluice.sync.history.HistorySender;
import dev.sluice.sync.outgoing.ReportContent;
import dev.sluice.sync.outgoing.Reporter;
import dev.sluice.sync.peers.PeerStatus;
import dev.sluice.sync.peers.PeerTable;
import dev.sluice.sync.trust.PeerBounds;
import dev.sluice.sync.wire.ClusterName;
import dev.sluice.sync.wire.DecodedReports;
import dev.sluice.sync.wire.DropReason;
import dev.sluice.sync.wire.NodeIdentity;
import dev.sluice.sync.wire.Report;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** One node without a network: a book, a reporter and a peer table on a clock that the test moves. */
public final class TestNode {
    public static final long MS = 1_000_000L;
    public static final long INTERVAL_NANOS = 100 * MS;
    public static final String CLUSTER = "test";

    public final TestUsageRegistry registry = new TestUsageRegistry();
    public final Reporter reporter;
    public final PeerTable table;

    public TestNode(String name, long incarnation, long nowNanos) {
        this(name, incarnation, nowNanos, new PeerBounds(16, 1000));
    }

    public TestNode(String name, long incarnation, long nowNanos, PeerBounds bounds) {
        this(name, incarnation, nowNanos, bounds, SyncConfig.RATE_MAX);
    }

    public TestNode(String name, long incarnation, long nowNanos, PeerBounds bounds, long bytesPerSecondMax) {
        NodeIdentity self = new NodeIdentity(ClusterName.hash(CLUSTER), name, incarnation, INTERVAL_NANOS);
        table = new PeerTable(self, registry, bounds, nowNanos);
        HistorySender history = new HistorySender(registry, table.histories());
        reporter = new Reporter(
                self,
                registry,
                () -> 0,
                table::livePeers,
                Optional.of(history),
                table.receipts(),
                bytesPerSecondMax,
                nowNanos);
    }

    public List<byte[]> tick(long nowNanos) {
        return reporter.tick(ReportContent.CHANGES, nowNanos, nowNanos / MS);
    }

    public List<byte[]> tickAll(long nowNanos) {
        return reporter.tick(ReportContent.FULL_STATE, nowNanos, nowNanos / MS);
    }

    /** Each incarnation has a link of its own. */
    public void receive(List<byte[]> messages, long nowNanos) {
        for (byte[] message : messages) {
            long incarnation =
                    message.length < 24 ? 0 : ByteBuffer.wrap(message).getLong(16);
            receive(message, endpoint(incarnation), nowNanos);
        }
    }

    public Optional<DropReason> receive(byte[] message, String from, long nowNanos) {
        return table.receive(message, from, nowNanos, nowNanos / MS);
    }

    /** The address of an incarnation that none was at before. */
    public static String endpoint(long incarnation) {
        return "tcp://node-" + Long.toHexString(incarnation) + ":7070";
    }

    /** Lets time pass with nothing heard. */
    public void listen(long fromNanos, long toNanos) {
        for (long now = fromNanos; now <= toNanos; now += 50 * MS) {
            table.expire(now);
        }
    }

    public PeerStatus onlyPeer() {
        List<PeerStatus> statuses = table.statuses();
        if (statuses.size() != 1) {
            throw new AssertionError(statuses.toString());
        }
        return statuses.get(0);
    }

    public static Report decoded(byte[] message) {
        return DecodedReports.read(message);
    }
}
