package dev.sluice.proxy.quota.envoy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes the fields of one message in the wire format of Protocol Buffers. Belongs to one thread. */
final class ProtobufWriter {
    private static final int TYPE_BITS = 3;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** A number, unless it is 0, which is the default. */
    ProtobufWriter number(int field, long value) {
        if (value != 0) {
            varint(((long) field << TYPE_BITS) | ProtobufReader.VARINT);
            varint(value);
        }
        return this;
    }

    /** A text, unless it is empty, which is the default. */
    ProtobufWriter text(int field, String value) {
        return value.isEmpty() ? this : bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    /** A message, also if it is empty. */
    ProtobufWriter message(int field, ProtobufWriter message) {
        return bytes(field, message.toByteArray());
    }

    private ProtobufWriter bytes(int field, byte[] value) {
        varint(((long) field << TYPE_BITS) | ProtobufReader.BYTES);
        varint(value.length);
        out.writeBytes(value);
        return this;
    }

    byte[] toByteArray() {
        return out.toByteArray();
    }

    private void varint(long value) {
        long left = value;
        while ((left & ~0x7FL) != 0) {
            out.write(((int) left & 0x7F) | 0x80);
            left >>>= 7;
        }
        out.write((int) left);
    }
}
