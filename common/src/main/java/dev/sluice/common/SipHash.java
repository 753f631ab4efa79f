package dev.sluice.common;

/**
 * SipHash-2-4 (Aumasson and Bernstein, 2012): a short hash that nobody who lacks the key can make collide. For tables in
 * memory whose keys clients choose; what leaves the process is hashed by {@link KeyedHash}. Thread-safe; allocates nothing.
 */
public final class SipHash {
    private static final long V0 = 0x736f6d6570736575L;
    private static final long V1 = 0x646f72616e646f6dL;
    private static final long V2 = 0x6c7967656e657261L;
    private static final long V3 = 0x7465646279746573L;
    private static final int FINAL_ROUNDS = 4;
    private static final int ROUNDS = 2;

    private final long k0;
    private final long k1;

    /** A hash with a key of 128 bits. */
    public SipHash(long k0, long k1) {
        this.k0 = k0;
        this.k1 = k1;
    }

    /** The hash of a text of which each character is a byte; of others the low 8 bits count. */
    public long of(CharSequence text) {
        State state = new State(k0, k1);
        int length = text.length();
        int whole = length & ~7;
        for (int i = 0; i < whole; i += Long.BYTES) {
            state.add(word(text, i, Long.BYTES));
        }
        state.add(word(text, whole, length - whole) | (long) length << 56);
        return state.end();
    }

    /** The hash of three words. */
    public long of(long first, long second, long third) {
        State state = new State(k0, k1);
        state.add(first);
        state.add(second);
        state.add(third);
        state.add((long) (3 * Long.BYTES) << 56);
        return state.end();
    }

    private static long word(CharSequence text, int from, int bytes) {
        long word = 0;
        for (int i = 0; i < bytes; i++) {
            word |= (text.charAt(from + i) & 0xFFL) << (Byte.SIZE * i);
        }
        return word;
    }

    /** The four words of the function; it never leaves this class, so no object is made of it. */
    private static final class State {
        private long v0;
        private long v1;
        private long v2;
        private long v3;

        State(long k0, long k1) {
            v0 = k0 ^ V0;
            v1 = k1 ^ V1;
            v2 = k0 ^ V2;
            v3 = k1 ^ V3;
        }

        void add(long word) {
            v3 ^= word;
            rounds(ROUNDS);
            v0 ^= word;
        }

        long end() {
            v2 ^= 0xFF;
            rounds(FINAL_ROUNDS);
            return v0 ^ v1 ^ v2 ^ v3;
        }

        private void rounds(int count) {
            for (int i = 0; i < count; i++) {
                v0 += v1;
                v1 = Long.rotateLeft(v1, 13) ^ v0;
                v0 = Long.rotateLeft(v0, 32);
                v2 += v3;
                v3 = Long.rotateLeft(v3, 16) ^ v2;
                v0 += v3;
                v3 = Long.rotateLeft(v3, 21) ^ v0;
                v2 += v1;
                v1 = Long.rotateLeft(v1, 17) ^ v2;
                v2 = Long.rotateLeft(v2, 32);
            }
        }
    }
}
