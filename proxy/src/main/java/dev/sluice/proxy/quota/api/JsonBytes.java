package dev.sluice.proxy.quota.api;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import tools.jackson.core.io.JsonStringEncoder;

/** Builds JSON, as bytes. Belongs to one thread. */
final class JsonBytes {
    private static final int NUMBER_BYTES_MAX = 20;

    private byte[] bytes;
    private int length;

    JsonBytes(int expectedBytes) {
        bytes = new byte[expectedBytes];
    }

    /** Appends ASCII as it is. */
    @SuppressWarnings("deprecation") // copies the low bytes, which are all that there is
    JsonBytes raw(String ascii) {
        int more = ascii.length();
        reserve(more);
        ascii.getBytes(0, more, bytes, length);
        length += more;
        return this;
    }

    JsonBytes number(long value) {
        if (value < 0) {
            return raw(Long.toString(value));
        }
        reserve(NUMBER_BYTES_MAX);
        int digits = 1;
        for (long rest = value / 10; rest > 0; rest /= 10) {
            digits++;
        }
        long rest = value;
        for (int at = length + digits - 1; at >= length; at--) {
            bytes[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
        return this;
    }

    JsonBytes flag(boolean value) {
        return raw(value ? "true" : "false");
    }

    /** Appends a text in its quotes. */
    JsonBytes text(String value) {
        byte[] quoted = JsonStringEncoder.getInstance().quoteAsUTF8(value);
        reserve(quoted.length + 2);
        bytes[length++] = '"';
        System.arraycopy(quoted, 0, bytes, length, quoted.length);
        length += quoted.length;
        bytes[length++] = '"';
        return this;
    }

    private void reserve(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    @Override
    public String toString() {
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}
