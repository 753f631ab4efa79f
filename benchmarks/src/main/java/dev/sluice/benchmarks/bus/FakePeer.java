package dev.sluice.benchmarks.bus;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.limits.model.SubjectIds;
import dev.sluice.sync.wire.ClusterName;
import dev.sluice.sync.wire.Report;
import dev.sluice.sync.wire.ReportCodec;
import dev.sluice.sync.wire.ReportDelays;
import dev.sluice.sync.wire.SenderState;
import dev.sluice.sync.wire.UsageEntry;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Sends the reports of one imitated sidecar at very low cost: reports are encoded beforehand, and only changed fields are
 * overwritten. Counts are so large that their length does not change for hours.
 */
final class FakePeer {
    private static final int ENTRIES_MAX = 10_000;
    private static final long COUNT = 1L << 21;
    private static final int ENTRY_COUNT_OFFSET = 48;
    private static final int COUNT_OFFSET = 18;
    private static final long HOUR_NANOS = 3_600_000_000_000L;

    private final String name;
    private final long incarnation;
    private final long startNanos;
    /** The entries of the reports, for each tick of a round. */
    private final List<List<byte[]>> round = new ArrayList<>();

    private long[] counts = {};
    private long sequence;
    private int ticks;

    FakePeer(BusCase load, int number, long incarnation, long nowNanos) {
        this.name = "peer" + number;
        this.incarnation = incarnation;
        // As of a sidecar that has run for long, with counts from before the measurement.
        this.startNanos = nowNanos - HOUR_NANOS;
        SubjectIds ids = new SubjectIds(BusCase.CLUSTER);
        int ticksOfRound = load.ticksPerReport();
        counts = new long[ticksOfRound];
        for (int tick = 0; tick < ticksOfRound; tick++) {
            counts[tick] = COUNT;
            int phase = tick;
            List<SubjectId> subjects = load.users()
                    .filter(user -> user % ticksOfRound == phase)
                    .mapToObj(user -> ids.of(Scope.USER, BusCase.user(user)))
                    .toList();
            round.add(encoded(subjects));
        }
    }

    private List<byte[]> encoded(List<SubjectId> subjects) {
        List<byte[]> reports = new ArrayList<>();
        for (int from = 0; from < subjects.size(); from += ENTRIES_MAX) {
            List<UsageEntry> entries = new ArrayList<>();
            for (SubjectId id : subjects.subList(from, Math.min(from + ENTRIES_MAX, subjects.size()))) {
                entries.add(new UsageEntry(id, Scope.USER, 0, of(COUNT), demands()));
            }
            byte[] with = ReportCodec.encode(report(1, startNanos, entries));
            byte[] without = ReportCodec.encode(report(1, startNanos, List.of()));
            reports.add(Arrays.copyOfRange(with, without.length, with.length));
        }
        return reports;
    }

    private static long[] of(long reads) {
        long[] all = new long[Dimension.count()];
        all[Dimension.READ_OPS.ordinal()] = reads;
        return all;
    }

    private static double[] demands() {
        double[] all = new double[Dimension.count()];
        all[Dimension.READ_OPS.ordinal()] = BusCase.REQUESTS * 1e9 / BusCase.INTERVAL_NANOS;
        return all;
    }

    private Report report(long number, long nowNanos, List<UsageEntry> entries) {
        long uptimeNanos = nowNanos - startNanos;
        return new Report(
                ClusterName.hash(BusCase.CLUSTER),
                name,
                incarnation,
                number,
                System.currentTimeMillis(),
                BusCase.INTERVAL_NANOS,
                uptimeNanos,
                SenderState.RUNNING,
                0,
                Optional.of(new ReportDelays(
                        uptimeNanos, List.of(new ReportDelays.Span(BusCase.INTERVAL_NANOS, entries.size())))),
                Optional.empty(),
                entries);
    }

    /** The reports that a sidecar would send now. */
    List<byte[]> tick(long nowNanos) {
        int phase = ticks++ % round.size();
        counts[phase] += (long) BusCase.REQUESTS * round.size();
        List<byte[]> entries = round.get(phase);
        List<byte[]> reports = new ArrayList<>();
        for (byte[] some : entries) {
            reports.add(assembled(some, counts[phase], nowNanos));
        }
        if (reports.isEmpty()) {
            reports.add(ReportCodec.encode(report(++sequence, nowNanos, List.of())));
        }
        return reports;
    }

    private byte[] assembled(byte[] entries, long count, long nowNanos) {
        byte[] head = ReportCodec.encode(report(++sequence, nowNanos, List.of()));
        int entryBytes = COUNT_OFFSET + 4 + 2;
        byte[] message = Arrays.copyOf(head, head.length + entries.length);
        System.arraycopy(entries, 0, message, head.length, entries.length);
        ByteBuffer.wrap(message).putInt(ENTRY_COUNT_OFFSET, entries.length / entryBytes);
        for (int at = head.length + COUNT_OFFSET; at < message.length; at += entryBytes) {
            message[at] = (byte) (count | 0x80);
            message[at + 1] = (byte) (count >> 7 | 0x80);
            message[at + 2] = (byte) (count >> 14 | 0x80);
            message[at + 3] = (byte) (count >> 21);
        }
        return message;
    }
}
