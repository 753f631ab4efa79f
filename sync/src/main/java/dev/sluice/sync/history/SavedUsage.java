package dev.sluice.sync.history;

import dev.sluice.limits.sharing.HistoryOrigin;
import dev.sluice.limits.usage.SubjectHistory;
import dev.sluice.limits.usage.UsageHistories;
import dev.sluice.limits.usage.UsageRegistry;
import dev.sluice.sync.wire.HistoryCodec;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The bytes of a state file: what the limits that look back far have used, and when that was. The most used limits come
 * first; what doesn't fit into {@value #BYTES_MAX} bytes is left out. Subjects are named by their ids alone.
 *
 * <pre>
 *   magic SLUS | version u8 | cluster hash i64 | wall clock ms i64 | records u32 | records ... | CRC-32C of all before, u32
 * </pre>
 */
public final class SavedUsage {
    /** The largest file that is written or read. */
    public static final int BYTES_MAX = 16 << 20;

    private static final int MAGIC = 0x534C5553; // SLUS
    private static final int VERSION = 1;
    private static final int HEADER_BYTES = 25;
    private static final int CHECKSUM_BYTES = 4;
    /** What is older counts for nothing: no limit looks back so far but a bucket that fills for days. */
    private static final long AGE_MILLIS_MAX = 24 * 3_600_000L;

    private SavedUsage() {}

    /** What became of the bytes. */
    public sealed interface Reading {}

    /**
     * They were restored.
     *
     * @param limits how many limits have a past now
     * @param ageMillis how old it was, at least 0
     * @param isFromFuture whether it was written at a later time than now, by the wall clock: it then counts as written now
     */
    public record Restored(int limits, long ageMillis, boolean isFromFuture) implements Reading {}

    /**
     * They were ignored.
     *
     * @param reason for people
     */
    public record Ignored(String reason) implements Reading {}

    /** The state as of now. */
    public static byte[] write(UsageHistories histories, long clusterHash, long nowNanos, long wallMillis) {
        // A power of two: doubled, it ends at the largest size.
        ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 12);
        out.writeBytes(new byte[HEADER_BYTES]);
        int count = 0;
        while (histories.hasNext()) {
            Optional<SubjectHistory> history = histories.next(nowNanos);
            byte[] record = history.map(HistoryCodec::record).orElse(new byte[0]);
            if (out.size() + record.length + CHECKSUM_BYTES > BYTES_MAX) {
                break;
            }
            out.writeBytes(record);
            count += history.isPresent() ? 1 : 0;
        }
        int end = out.size();
        out.writeBytes(new byte[CHECKSUM_BYTES]);
        byte[] bytes = out.toByteArray();
        ByteBuffer.wrap(bytes)
                .putInt(MAGIC)
                .put((byte) VERSION)
                .putLong(clusterHash)
                .putLong(wallMillis)
                .putInt(count);
        ByteBuffer.wrap(bytes).putInt(end, checksum(bytes, end));
        return bytes;
    }

    /**
     * Restores a state. Whatever the bytes are, nothing else happens. Takes little memory besides the bytes.
     *
     * @param nowNanos monotonic
     * @param wallMillis the wall clock at the same moment: only it goes on while no process runs
     */
    public static Reading read(byte[] bytes, UsageRegistry registry, long clusterHash, long nowNanos, long wallMillis) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (bytes.length < HEADER_BYTES + CHECKSUM_BYTES || in.getInt() != MAGIC) {
            return new Ignored(bytes.length == 0 ? "it is empty" : "it is no state file");
        }
        int version = in.get();
        if (version != VERSION) {
            return new Ignored("it has version " + version + " of the format, and this release reads " + VERSION);
        }
        int end = bytes.length - CHECKSUM_BYTES;
        if (in.getInt(end) != checksum(bytes, end)) {
            return new Ignored("it is cut short or damaged");
        }
        if (in.getLong() != clusterHash) {
            return new Ignored("it is of another cluster (sync.cluster)");
        }
        long writtenMillis = in.getLong();
        long ageMillis = wallMillis - writtenMillis;
        if (ageMillis > AGE_MILLIS_MAX) {
            return new Ignored("it is " + ageMillis / 3_600_000 + " hours old");
        }
        long count = in.getInt() & 0xffff_ffffL;
        long pastNanos = Math.max(ageMillis, 0) * 1_000_000;
        Restoration restoration = new Restoration(registry, pastNanos, nowNanos);
        if (!HistoryCodec.forEachRecord(in.limit(end), count, restoration::take)) {
            // Those that were read stay: a limit takes over the most that anyone knows of it.
            return new Ignored("its records can't be read");
        }
        registry.markKnown(HistoryOrigin.STATE_FILE, nowNanos - pastNanos);
        return new Restored(restoration.restored, Math.max(ageMillis, 0), ageMillis < 0);
    }

    /** Gives the limits their past, one after the other. */
    private static final class Restoration {
        private final UsageRegistry registry;
        private final long pastNanos;
        private final long nowNanos;
        private int restored;

        Restoration(UsageRegistry registry, long pastNanos, long nowNanos) {
            this.registry = registry;
            this.pastNanos = pastNanos;
            this.nowNanos = nowNanos;
        }

        void take(SubjectHistory history) {
            SubjectHistory older = new SubjectHistory(
                    history.id(),
                    history.scope(),
                    history.dimension(),
                    history.usage().olderBy(pastNanos));
            restored += registry.restore(older, HistoryOrigin.STATE_FILE, nowNanos) ? 1 : 0;
        }
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
