package dev.sluice.sync.wire;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Optional;

/** The sections that follow the entries of a report: a kind, a length, and so many bytes. Receivers skip unknown kinds. */
public final class Sections {
    private static final int VARINT_BITS = 7;
    private static final int VARINT_MORE = 1 << VARINT_BITS;

    private Sections() {}

    /** A section of that kind. */
    public static byte[] of(int kind, ByteArrayOutputStream body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(body.size() + 10);
        out.write(kind);
        putVarint(out, body.size());
        out.writeBytes(body.toByteArray());
        return out.toByteArray();
    }

    /**
     * The first section of that kind.
     *
     * @param begin where the sections begin
     * @return empty: there is none, or a length does not fit
     * @throws MalformedReportException if the sections end within one
     */
    public static Optional<WireReader> find(byte[] message, int begin, int kind) throws MalformedReportException {
        WireReader in = new WireReader(message);
        in.skipTo(begin);
        while (in.remaining() > 0) {
            int found = in.u8();
            long length = in.varint();
            if (length > in.remaining()) {
                return Optional.empty();
            }
            int end = in.position() + (int) length;
            if (found == kind) {
                return Optional.of(new WireReader(Arrays.copyOfRange(message, in.position(), end)));
            }
            in.skipTo(end);
        }
        return Optional.empty();
    }

    /** One section behind another. */
    public static byte[] joined(byte[] first, byte[] second) {
        if (first.length == 0 || second.length == 0) {
            return first.length == 0 ? second : first;
        }
        byte[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }

    /** Writes a number of up to 63 bits, 7 in each byte, lowest first; bit 7 is set in all bytes but the last. */
    public static void putVarint(ByteArrayOutputStream out, long value) {
        long rest = value;
        while (rest >= VARINT_MORE) {
            out.write((int) (rest | VARINT_MORE));
            rest >>>= VARINT_BITS;
        }
        out.write((int) rest);
    }
}
