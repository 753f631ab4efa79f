package dev.sluice.sync.wire;

import dev.sluice.limits.model.SubjectId;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A session of STS in a report, with its bytes: {@code docs/wire-format.md} draws the layout. It has neither an access key nor
 * a name that can be read. A damaged section is ignored; its report counts. Immutable.
 *
 * @param keyHigh the first half of the keyed hash of its access key
 * @param keyLow the second half
 * @param user the id of its user
 * @param leftSeconds until the sender forgets it, 1 or more
 * @param sealedName the name of its user, sealed, one character for each byte: 1 to {@value #NAME_BYTES_MAX}
 */
public record SessionEntry(long keyHigh, long keyLow, SubjectId user, long leftSeconds, String sealedName) {
    /** The most of one report. */
    public static final int ENTRIES_MAX = 64;

    /** The longest name. */
    public static final int NAME_BYTES_MAX = 255;

    private static final int ID_BYTES = 16;
    private static final int VARINT_BYTES_MAX = 9;
    private static final int ENTRY_BYTES_MIN = 2 * ID_BYTES + 3;

    /** At least the size of any of them. */
    public static final int BYTES_MAX = 2 * ID_BYTES + VARINT_BYTES_MAX + 1 + NAME_BYTES_MAX;

    /** At least the size of any section. */
    public static final int SECTION_BYTES_MAX = 16 + ENTRIES_MAX * BYTES_MAX;

    /** A longer session is no session. */
    private static final long SECONDS_MAX = 1L << 31;

    /** The kind of a section with sessions. */
    static final int KIND = 'S';

    private static final byte[] NOTHING = {};

    public SessionEntry {
        if (leftSeconds < 1 || leftSeconds > SECONDS_MAX) {
            throw new IllegalArgumentException("a session of " + leftSeconds + " s");
        }
        if (sealedName.isEmpty() || sealedName.length() > NAME_BYTES_MAX) {
            throw new IllegalArgumentException("a name of " + sealedName.length() + " bytes");
        }
    }

    /**
     * A section that follows the entries of a report.
     *
     * @param sessions at most {@value #ENTRIES_MAX}
     * @return no bytes if there are none
     */
    public static byte[] section(List<SessionEntry> sessions) {
        if (sessions.isEmpty()) {
            return NOTHING;
        }
        if (sessions.size() > ENTRIES_MAX) {
            throw new IllegalArgumentException(sessions.size() + " sessions");
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        sessions.forEach(session -> session.putTo(body));
        return Sections.of(KIND, body);
    }

    /** Writes it, for {@link #section} and for the state file. */
    public void putTo(ByteArrayOutputStream out) {
        out.writeBytes(ByteBuffer.allocate(2 * ID_BYTES)
                .putLong(keyHigh)
                .putLong(keyLow)
                .putLong(user.high())
                .putLong(user.low())
                .array());
        Sections.putVarint(out, leftSeconds);
        out.write(sealedName.length());
        out.writeBytes(sealedName.getBytes(StandardCharsets.ISO_8859_1));
    }

    /**
     * The sessions in the sections of a report.
     *
     * @param begin where the sections begin
     * @return at most {@value #ENTRIES_MAX}; none where there is no such section, or it is damaged
     */
    public static List<SessionEntry> find(byte[] message, int begin) {
        if (begin >= message.length) {
            return List.of();
        }
        try {
            Optional<WireReader> section = Sections.find(message, begin, KIND);
            return section.isEmpty() ? List.of() : read(section.get());
        } catch (MalformedReportException e) {
            return List.of();
        }
    }

    private static List<SessionEntry> read(WireReader in) throws MalformedReportException {
        List<SessionEntry> sessions = new ArrayList<>();
        while (in.remaining() >= ENTRY_BYTES_MIN && sessions.size() < ENTRIES_MAX) {
            sessions.add(one(in));
        }
        return sessions;
    }

    private static SessionEntry one(WireReader in) throws MalformedReportException {
        long keyHigh = in.i64();
        long keyLow = in.i64();
        SubjectId user = new SubjectId(in.i64(), in.i64());
        long leftSeconds = in.varint();
        int nameBytes = in.u8();
        if (leftSeconds < 1 || leftSeconds > SECONDS_MAX || nameBytes == 0) {
            throw new MalformedReportException("a session out of range");
        }
        return new SessionEntry(keyHigh, keyLow, user, leftSeconds, in.latin1(nameBytes));
    }

    /**
     * Reads the sessions of a state file, each of which was written by {@link #putTo}.
     *
     * @param sessions from the position to the limit
     * @return false if they are damaged; those before the damage were handed over
     */
    public static boolean forEachSaved(ByteBuffer sessions, Consumer<SessionEntry> taker) {
        try {
            WireReader in = new WireReader(sessions);
            while (in.remaining() > 0) {
                taker.accept(one(in));
            }
            return true;
        } catch (MalformedReportException e) {
            return false;
        }
    }

    /** The same session, with another time until it is forgotten. */
    public SessionEntry lasting(long otherLeftSeconds) {
        return new SessionEntry(keyHigh, keyLow, user, otherLeftSeconds, sealedName);
    }

    /** Without what it stands for. */
    @Override
    public String toString() {
        return "SessionEntry";
    }
}
