package dev.sluice.sync.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads big-endian fields from untrusted bytes. Every read is checked against the end; one beyond it throws. */
public final class WireReader {
    private final ByteBuffer bytes;

    WireReader(byte[] message) {
        this(ByteBuffer.wrap(message));
    }

    /** Reads from the position to the limit of what nothing else reads or writes. */
    WireReader(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    int position() {
        return bytes.position();
    }

    int remaining() {
        return bytes.remaining();
    }

    void skipTo(int position) throws MalformedReportException {
        if (position < bytes.position() || position > bytes.limit()) {
            throw new MalformedReportException("a length that does not fit");
        }
        bytes.position(position);
    }

    /** Goes back to an earlier position. */
    void rewindTo(int position) {
        bytes.position(position);
    }

    /** An unsigned byte. */
    public int u8() throws MalformedReportException {
        require(1);
        return bytes.get() & 0xff;
    }

    int u16() throws MalformedReportException {
        require(2);
        return bytes.getShort() & 0xffff;
    }

    long u32() throws MalformedReportException {
        require(4);
        return bytes.getInt() & 0xffff_ffffL;
    }

    /** A number of eight bytes. */
    public long i64() throws MalformedReportException {
        require(8);
        return bytes.getLong();
    }

    /** A number of up to 63 bits, 7 in each byte, lowest first; bit 7 is set in all bytes but the last. */
    public long varint() throws MalformedReportException {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            int b = u8();
            value |= (b & 0x7fL) << shift;
            if (b < 0x80) {
                return value;
            }
        }
        throw new MalformedReportException("a number above 63 bits");
    }

    String utf8(int length) throws MalformedReportException {
        require(length);
        ByteBuffer text = bytes.slice().limit(length);
        bytes.position(bytes.position() + length);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(text).toString();
        } catch (CharacterCodingException e) {
            throw new MalformedReportException("a name that is not UTF-8");
        }
    }

    /** So many bytes as characters of ISO 8859-1. */
    public String latin1(int length) throws MalformedReportException {
        require(length);
        byte[] text = new byte[length];
        bytes.get(text);
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    private void require(int length) throws MalformedReportException {
        if (bytes.remaining() < length) {
            throw new MalformedReportException("cut short");
        }
    }
}
