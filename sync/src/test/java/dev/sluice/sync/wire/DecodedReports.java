package dev.sluice.sync.wire;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.SubjectId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads whole reports at once, for tests that compare them. */
public final class DecodedReports {
    private DecodedReports() {}

    /** The report that was encoded; fails if the bytes are none. */
    public static Report read(byte[] message) {
        return find(message)
                .orElseThrow(
                        () -> new AssertionError(ReportCodec.decode(message).toString()));
    }

    /** The report with its entries; empty if the bytes are none. */
    static Optional<Report> find(byte[] message) {
        if (!(ReportCodec.decode(message) instanceof ReceivedMessage.Decoded decoded)) {
            return Optional.empty();
        }
        List<UsageEntry> entries = new ArrayList<>();
        while (decoded.entries().next()) {
            entries.add(entry(decoded.entries()));
        }
        Report header = decoded.header();
        return Optional.of(new Report(
                header.clusterHash(),
                header.node(),
                header.incarnation(),
                header.sequence(),
                header.wallMillis(),
                header.intervalNanos(),
                header.uptimeNanos(),
                header.senderState(),
                header.limitsFingerprint(),
                header.delays(),
                header.livePeers(),
                entries));
    }

    private static UsageEntry entry(UsageEntryReader reader) {
        long[] counts = new long[Dimension.count()];
        double[] demands = new double[Dimension.count()];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = reader.count(i);
            demands[i] = reader.demand(i);
        }
        return new UsageEntry(
                new SubjectId(reader.high(), reader.low()), reader.scope(), reader.born(), counts, demands);
    }
}
