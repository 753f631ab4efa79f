package dev.sluice.proxy.quota.envoy;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads the fields of one message in the wire format of Protocol Buffers
 * (protobuf.dev/programming-guides/encoding). Fields that the caller doesn't know are skipped by {@link #skip}.
 *
 * <p>Belongs to one thread. Every read is checked against the end of the message.
 */
final class ProtobufReader {
    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int BYTES = 2;
    static final int FIXED32 = 5;

    private static final int TYPE_BITS = 3;
    private static final int VARINT_BYTES_MAX = 10;

    private final byte[] bytes;
    private final int end;
    private int at;
    private int type;

    /** Reads {@code bytes[from, to)}. */
    ProtobufReader(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.at = from;
        this.end = to;
    }

    /** Whether there is another field. */
    boolean hasNext() {
        return at < end;
    }

    /** Reads the tag of the next field, and returns its number. */
    int nextField() throws MalformedProtobufException {
        long tag = varint();
        type = (int) tag & (1 << TYPE_BITS) - 1;
        long number = tag >>> TYPE_BITS;
        if (number < 1 || number > Integer.MAX_VALUE >>> TYPE_BITS) {
            throw new MalformedProtobufException("a field has the number " + number);
        }
        return (int) number;
    }

    /** The number of a field of type varint; unsigned. */
    long number() throws MalformedProtobufException {
        expect(VARINT);
        return varint();
    }

    /** The text of a field of type string. */
    String text() throws MalformedProtobufException {
        int length = length();
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, at, length))
                    .toString();
            at += length;
            return text;
        } catch (CharacterCodingException e) {
            throw new MalformedProtobufException("a text is not UTF-8");
        }
    }

    /** The message in a field. */
    ProtobufReader message() throws MalformedProtobufException {
        int length = length();
        ProtobufReader message = new ProtobufReader(bytes, at, at + length);
        at += length;
        return message;
    }

    /** Leaves out the field whose tag was read last. */
    void skip() throws MalformedProtobufException {
        switch (type) {
            case VARINT -> varint();
            case FIXED64 -> advance(Long.BYTES);
            case BYTES -> advance(length());
            case FIXED32 -> advance(Integer.BYTES);
            default -> throw new MalformedProtobufException("a field has the type " + type);
        }
    }

    private int length() throws MalformedProtobufException {
        expect(BYTES);
        long length = varint();
        if (length < 0 || length > end - at) {
            throw new MalformedProtobufException("a field is longer than its message");
        }
        return (int) length;
    }

    private void advance(int count) throws MalformedProtobufException {
        if (count > end - at) {
            throw new MalformedProtobufException("a field is longer than its message");
        }
        at += count;
    }

    private void expect(int expected) throws MalformedProtobufException {
        if (type != expected) {
            throw new MalformedProtobufException("a field has the type " + type + " instead of " + expected);
        }
    }

    private long varint() throws MalformedProtobufException {
        long value = 0;
        for (int i = 0; i < VARINT_BYTES_MAX; i++) {
            if (at == end) {
                throw new MalformedProtobufException("the message ends within a number");
            }
            byte next = bytes[at++];
            value |= (next & 0x7FL) << (7 * i);
            if (next >= 0) {
                return value;
            }
        }
        throw new MalformedProtobufException("a number has more than " + VARINT_BYTES_MAX + " bytes");
    }
}
