package dev.sluice.sync.wire;

import dev.sluice.limits.meter.UsageHistory;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.limits.usage.SubjectHistory;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Encodes histories as bytes and decodes them, for the sections that follow the entries of a report and for the state file.
 * {@code docs/wire-format.md} draws the layout. A section has a kind and a length: receivers skip kinds that they don't know,
 * and a damaged section costs no report.
 */
public final class HistoryCodec {
    /** The kind of a section with a {@link HistoryPart}. */
    static final int KIND = 'H';

    /** At least the size of a section without records. */
    public static final int SECTION_BYTES_MAX = 16;

    private static final int FLAG_LAST = 1;
    private static final int FLAG_ASKING = 2;
    private static final int RECORD_BYTES_MIN = 20;
    /** Ages are sent in units of such a part of the oldest. */
    private static final int AGE_STEPS = 1_000;

    private HistoryCodec() {}

    /** The bytes of one history. */
    public static byte[] record(SubjectHistory history) {
        UsageHistory usage = history.usage();
        ByteArrayOutputStream out = new ByteArrayOutputStream(64);
        out.writeBytes(ByteBuffer.allocate(16)
                .putLong(history.id().high())
                .putLong(history.id().low())
                .array());
        out.write(history.scope().ordinal());
        out.write(history.dimension().ordinal());
        long oldest = usage.size() == 0 ? 0 : usage.ageNanos(usage.size() - 1);
        long unitMicros = Math.max(1, oldest / 1_000 / AGE_STEPS);
        Sections.putVarint(out, unitMicros);
        Sections.putVarint(out, usage.size());
        long before = 0;
        for (int i = 0; i < usage.size(); i++) {
            // Rounded down: nothing is forgotten too soon.
            long age = usage.ageNanos(i) / 1_000 / unitMicros;
            Sections.putVarint(out, age - before);
            Sections.putVarint(out, usage.amount(i));
            before = age;
        }
        return out.toByteArray();
    }

    /** A section with those {@link #record}s. */
    public static byte[] section(HistorySenderState senderState, boolean isLast, List<byte[]> records) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write((isLast ? FLAG_LAST : 0) | (senderState == HistorySenderState.ASKING ? FLAG_ASKING : 0));
        Sections.putVarint(body, records.size());
        records.forEach(body::writeBytes);
        return Sections.of(KIND, body);
    }

    /**
     * The history in the sections of a report.
     *
     * @param begin where the sections begin
     * @return empty: there is none, or it is damaged
     */
    public static Optional<HistoryPart> find(byte[] message, int begin) {
        try {
            Optional<WireReader> section = Sections.find(message, begin, KIND);
            return section.isEmpty() ? Optional.empty() : Optional.of(part(section.get()));
        } catch (MalformedReportException e) {
            return Optional.empty();
        }
    }

    private static HistoryPart part(WireReader in) throws MalformedReportException {
        int flags = in.u8();
        HistorySenderState state = (flags & FLAG_ASKING) == 0 ? HistorySenderState.INFORMED : HistorySenderState.ASKING;
        return new HistoryPart(state, (flags & FLAG_LAST) != 0, records(in, in.varint()));
    }

    private static List<SubjectHistory> records(WireReader in, long count) throws MalformedReportException {
        List<SubjectHistory> records = new ArrayList<>();
        forEach(in, count, records::add);
        return records;
    }

    /** Reads records; those of scopes and dimensions that this release doesn't know are left out. */
    private static void forEach(WireReader in, long count, Consumer<SubjectHistory> taker)
            throws MalformedReportException {
        if (count > in.remaining() / RECORD_BYTES_MIN) {
            throw new MalformedReportException("more histories than bytes");
        }
        for (long i = 0; i < count; i++) {
            SubjectId id = new SubjectId(in.i64(), in.i64());
            int scope = in.u8();
            int dimension = in.u8();
            UsageHistory usage = usage(in);
            if (scope < Scope.count() && dimension < Dimension.count()) {
                taker.accept(new SubjectHistory(id, Scope.at(scope), Dimension.at(dimension), usage));
            }
        }
    }

    private static UsageHistory usage(WireReader in) throws MalformedReportException {
        long unitMicros = in.varint();
        long size = in.varint();
        if (size > UsageHistory.ENTRIES_MAX || size > in.remaining() / 2) {
            throw new MalformedReportException("a history that is too long");
        }
        long[] agesNanos = new long[(int) size];
        long[] amounts = new long[(int) size];
        double age = 0;
        for (int i = 0; i < size; i++) {
            age += (double) in.varint() * unitMicros * 1_000;
            // A cast of what is too large gives the largest number.
            agesNanos[i] = (long) age;
            amounts[i] = Math.min(in.varint(), Limit.AMOUNT_MAX);
        }
        return UsageHistory.of(agesNanos, amounts);
    }

    /**
     * Reads the records of a state file. Each is handed over as it is read: all together would take several times as much
     * memory as the file.
     *
     * @param records from the position on, which is behind them afterwards
     * @return false if they are damaged; those before the damage were handed over
     */
    public static boolean forEachRecord(ByteBuffer records, long count, Consumer<SubjectHistory> taker) {
        try {
            forEach(new WireReader(records), count, taker);
            return true;
        } catch (MalformedReportException e) {
            return false;
        }
    }
}
