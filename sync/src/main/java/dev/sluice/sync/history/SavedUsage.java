package dev.sluice.sync.history;

import dev.sluice.limits.sharing.HistoryOrigin;
import dev.sluice.limits.usage.SubjectHistory;
import dev.sluice.limits.usage.UsageHistories;
import dev.sluice.limits.usage.UsageRegistry;
import dev.sluice.sync.sessions.SessionBook;
import dev.sluice.sync.sessions.SessionBook.KnownSession;
import dev.sluice.sync.wire.HistoryCodec;
import dev.sluice.sync.wire.SessionEntry;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;

/**
 * The bytes of a state file: what the limits that look back far have used, and when that was, and the sessions of STS. The
 * most used limits come first; what doesn't fit into {@value #BYTES_MAX} bytes is left out, sessions beyond half of that
 * too. Subjects are named by their ids alone, and sessions are as reports between sidecars have them: a keyed hash and a sealed
 * name.
 *
 * <pre>
 *   magic SLUS | version u8 | cluster hash i64 | wall clock ms i64 | records u32 | records ... | sessions ...
 *   | CRC-32C of all before, u32
 * </pre>
 *
 * <p>Version 1 has no sessions.
 */
public final class SavedUsage {
    /** The largest file that is written or read. */
    public static final int BYTES_MAX = 16 << 20;

    private static final int MAGIC = 0x534C5553; // SLUS
    private static final int VERSION = 2;
    private static final int VERSION_MIN = 1;
    private static final int HEADER_BYTES = 25;
    private static final int CHECKSUM_BYTES = 4;
    /** What is older counts for nothing: no limit looks back so far but a bucket that fills for days. */
    private static final long AGE_MILLIS_MAX = 24 * 3_600_000L;

    private static final int SESSIONS_BYTES_MAX = BYTES_MAX / 2;
    /** Whose the sessions of the file are: no node's that lives. */
    private static final long SAVED = 0;

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

    /** The state as of now, without sessions. */
    public static byte[] write(UsageHistories histories, long clusterHash, long nowNanos, long wallMillis) {
        return write(histories, SessionBook.NONE, clusterHash, nowNanos, wallMillis);
    }

    /** The state as of now. */
    public static byte[] write(
            UsageHistories histories, SessionBook book, long clusterHash, long nowNanos, long wallMillis) {
        byte[] sessions = sessions(book, nowNanos);
        // A power of two: doubled, it ends at the largest size.
        ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 12);
        out.writeBytes(new byte[HEADER_BYTES]);
        int count = 0;
        while (histories.hasNext()) {
            Optional<SubjectHistory> history = histories.next(nowNanos);
            byte[] record = history.map(HistoryCodec::record).orElse(new byte[0]);
            if (out.size() + record.length + sessions.length + CHECKSUM_BYTES > BYTES_MAX) {
                break;
            }
            out.writeBytes(record);
            count += history.isPresent() ? 1 : 0;
        }
        out.writeBytes(sessions);
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

    private static byte[] sessions(SessionBook book, long nowNanos) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Iterator<KnownSession> all : List.of(book.learnt(), book.reported())) {
            while (all.hasNext() && out.size() < SESSIONS_BYTES_MAX - SessionEntry.BYTES_MAX) {
                all.next().entry(nowNanos).ifPresent(session -> session.putTo(out));
            }
        }
        return out.toByteArray();
    }

    /** As the next one, for a node that knows no sessions. */
    public static Reading read(byte[] bytes, UsageRegistry registry, long clusterHash, long nowNanos, long wallMillis) {
        return read(bytes, registry, SessionBook.NONE, clusterHash, nowNanos, wallMillis);
    }

    /**
     * Restores a state. Whatever the bytes are, nothing else happens. Takes little memory besides the bytes.
     *
     * @param nowNanos monotonic
     * @param wallMillis the wall clock at the same moment: only it goes on while no process runs
     */
    public static Reading read(
            byte[] bytes, UsageRegistry registry, SessionBook book, long clusterHash, long nowNanos, long wallMillis) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (bytes.length < HEADER_BYTES + CHECKSUM_BYTES || in.getInt() != MAGIC) {
            return new Ignored(bytes.length == 0 ? "it is empty" : "it is no state file");
        }
        int version = in.get();
        if (version < VERSION_MIN || version > VERSION) {
            return new Ignored("it has version " + version + " of the format, and this release reads " + VERSION_MIN
                    + " to " + VERSION);
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
        Restoration restoration = new Restoration(registry, book, pastNanos, nowNanos);
        boolean isGood = HistoryCodec.forEachRecord(in.limit(end), count, restoration::take)
                && SessionEntry.forEachSaved(in, restoration::take);
        if (!isGood) {
            // Those that were read stay: a limit takes over the most that anyone knows of it.
            return new Ignored("its records can't be read");
        }
        registry.markKnown(HistoryOrigin.STATE_FILE, nowNanos - pastNanos);
        return new Restored(restoration.restored, Math.max(ageMillis, 0), ageMillis < 0);
    }

    /** Gives the limits their past, one after the other, and then the sessions what is left of them. */
    private static final class Restoration {
        private final UsageRegistry registry;
        private final SessionBook book;
        private final long pastNanos;
        private final long nowNanos;
        private int restored;

        Restoration(UsageRegistry registry, SessionBook book, long pastNanos, long nowNanos) {
            this.registry = registry;
            this.book = book;
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

        void take(SessionEntry session) {
            long leftSeconds = session.leftSeconds() - TimeUnit.NANOSECONDS.toSeconds(pastNanos);
            if (leftSeconds > 0) {
                book.receive(SAVED, session.lasting(leftSeconds), nowNanos);
            }
        }
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
