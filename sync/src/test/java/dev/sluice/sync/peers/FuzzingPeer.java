package dev.sluice.sync.peers;

import dev.sluice.limits.meter.UsageHistory;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.limits.usage.SubjectHistory;
import dev.sluice.sync.wire.HistoryCodec;
import dev.sluice.sync.wire.HistorySenderState;
import dev.sluice.sync.wire.LivePeers;
import dev.sluice.sync.wire.Report;
import dev.sluice.sync.wire.ReportCodec;
import dev.sluice.sync.wire.ReportDelays;
import dev.sluice.sync.wire.SenderState;
import dev.sluice.sync.wire.UsageEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * An authorised peer that makes up everything it may: counts, demands, births, sequences, incarnations, names, clocks,
 * intervals, subjects, scopes, pasts, lists of peers, and copies of what others sent. It names the subjects that it is given
 * and made-up ones, and no others. The same seed gives the same reports.
 */
final class FuzzingPeer {
    private static final int MADE_UP_IN_REPORT = 300;
    private static final long[] EDGES = {
        0, 1, 2, 100, 1L << 31, (1L << 45) - 1, 1L << 45, 1L << 46, 1L << 62, Long.MAX_VALUE - 1, Long.MAX_VALUE
    };

    private final Random random;
    private final long clusterHash;
    private final List<SubjectId> named;
    private final List<Long> honest = new ArrayList<>();
    private final List<byte[]> captured = new ArrayList<>();
    private final List<Long> past = new ArrayList<>();
    private long incarnation;
    private long sequence;
    private long madeUp;
    /** How likely a report ends the incarnation in some way: those that seem sound are believed for longer. */
    private double wild;

    private int untilNextMood;

    FuzzingPeer(long seed, long clusterHash, List<SubjectId> named) {
        this.random = new Random(seed);
        this.clusterHash = clusterHash;
        this.named = named;
        this.incarnation = random.nextLong();
    }

    /** It receives the reports of an honest peer. */
    void capture(long ofIncarnation, byte[] report) {
        if (!honest.contains(ofIncarnation)) {
            honest.add(ofIncarnation);
        }
        captured.add(report);
        if (captured.size() > 8) {
            captured.remove(0);
        }
    }

    /** The next message. */
    byte[] next() {
        if (untilNextMood-- == 0) {
            untilNextMood = random.nextInt(1_000);
            wild = new double[] {0, 0, 0.002, 0.1}[random.nextInt(4)];
        }
        int what = random.nextInt(100);
        if (what < 4 && wild > 0 && !captured.isEmpty()) {
            // A copy, soon after the original.
            return captured.get(random.nextInt(captured.size()));
        }
        if (what < 6) {
            return noise();
        }
        if (random.nextDouble() < wild) {
            change();
        }
        byte[] report = report();
        if (what >= 97 && random.nextDouble() < 10 * wild) {
            report[random.nextInt(ReportCodec.headerBytesMax("")) % report.length] ^= (byte) (1 << random.nextInt(8));
        }
        return report;
    }

    private byte[] noise() {
        byte[] bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        return bytes;
    }

    private void change() {
        past.add(incarnation);
        sequence = random.nextInt(3) == 0 ? edge() : 0;
        incarnation = switch (random.nextInt(4)) {
            case 0 -> honest.isEmpty() ? random.nextLong() : honest.get(random.nextInt(honest.size()));
            case 1 -> past.get(random.nextInt(past.size()));
            default -> random.nextLong();
        };
    }

    private long edge() {
        return EDGES[random.nextInt(EDGES.length)];
    }

    private byte[] report() {
        long step = random.nextDouble() < wild ? edge() : 1 + random.nextInt(2);
        sequence = Math.max(1, sequence > Long.MAX_VALUE - step ? random.nextInt(5) : sequence + step);
        Report report = new Report(
                clusterHash,
                name(),
                incarnation,
                sequence,
                random.nextLong(),
                random.nextInt(4) == 0 ? 1_000_000L * (1 + random.nextInt(60_000)) : 100_000_000L,
                random.nextInt(2) == 0 ? 0 : random.nextInt(Integer.MAX_VALUE) * 1_000_000L,
                random.nextDouble() < wild ? SenderState.SHUTTING_DOWN : state(),
                random.nextLong(),
                Optional.of(new ReportDelays(random.nextInt(1 << 30), spans())),
                random.nextBoolean() ? Optional.of(livePeers()) : Optional.empty(),
                entries());
        return ReportCodec.encode(report, random.nextInt(4) == 0 ? history() : new byte[0]);
    }

    private SenderState state() {
        return random.nextBoolean() ? SenderState.RUNNING : SenderState.ASKING;
    }

    private String name() {
        return random.nextBoolean() ? "honest0" : "container-" + random.nextInt(1_000);
    }

    private List<ReportDelays.Span> spans() {
        return List.of(new ReportDelays.Span(random.nextInt() & 0xffff_ffffL, random.nextInt() & 0xffff_ffffL));
    }

    private LivePeers livePeers() {
        List<Long> incarnations = new ArrayList<>(honest);
        while (incarnations.size() < random.nextInt(LivePeers.PEERS_MAX)) {
            incarnations.add(random.nextLong());
        }
        return new LivePeers(incarnations);
    }

    private List<UsageEntry> entries() {
        List<UsageEntry> entries = new ArrayList<>();
        for (SubjectId id : named) {
            if (random.nextInt(3) > 0) {
                entries.add(entry(id));
            }
        }
        int more = random.nextInt(8) == 0 ? random.nextInt(MADE_UP_IN_REPORT) : 0;
        for (int i = 0; i < more; i++) {
            entries.add(entry(new SubjectId(random.nextLong(), madeUp++)));
        }
        return entries;
    }

    private UsageEntry entry(SubjectId id) {
        long[] counts = new long[Dimension.count()];
        double[] demands = new double[Dimension.count()];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = random.nextInt(3) == 0 ? 0 : random.nextBoolean() ? edge() : random.nextInt(1_000);
            demands[i] = random.nextInt(3) == 0 ? Math.pow(2, random.nextInt(60)) : random.nextInt(300);
        }
        long born = random.nextInt(3) == 0
                ? UsageEntry.BORN_UNKNOWN
                : sequence - Math.min(sequence - 1, random.nextInt(100));
        return new UsageEntry(
                id, Scope.at(random.nextInt(3) == 0 ? random.nextInt(Scope.count()) : 0), born, counts, demands);
    }

    private byte[] history() {
        List<byte[]> records = new ArrayList<>();
        for (SubjectId id : named) {
            UsageHistory usage = UsageHistory.of(
                    new long[] {0, random.nextInt(Integer.MAX_VALUE)},
                    new long[] {Math.min(edge(), Limit.AMOUNT_MAX), Math.min(edge(), Limit.AMOUNT_MAX)});
            records.add(HistoryCodec.record(
                    new SubjectHistory(id, Scope.USER, Dimension.at(random.nextInt(Dimension.count())), usage)));
        }
        HistorySenderState state = random.nextBoolean() ? HistorySenderState.INFORMED : HistorySenderState.ASKING;
        return HistoryCodec.section(state, random.nextBoolean(), records);
    }
}
