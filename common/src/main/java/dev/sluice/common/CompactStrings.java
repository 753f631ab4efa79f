package dev.sluice.common;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Strings, each once, numbered from 0 in the order in which they came. They are kept as bytes in a few large arrays: a
 * string costs its characters and, once {@linkplain #trim trimmed}, 15 bytes instead of 56 and more. A garbage collector
 * that meets a million of them has nothing to follow.
 *
 * <p>Not thread-safe while strings are added; safe to read by many threads once published.
 */
public final class CompactStrings {
    /** Characters that a string may have. */
    public static final int CHARS_MAX = 32 << 10;

    private static final int CHUNK_BYTES = 64 << 10;
    private static final int SLOTS_MIN = 16;
    /** At least so many for each string, or many would lie far from where they are looked for. */
    private static final int SLOTS_PER_STRING = 2;

    private static final int WIDE = 1;
    /** Length and kind of a string, before its characters. */
    private static final int HEAD_BYTES = 3;
    /** Differs in each process, so that no file can be written whose strings all fall into one slot. */
    private static final int SEED = (int) System.nanoTime() ^ new Object().hashCode();

    private byte[][] chunks = new byte[0][];
    /** Where the next string goes in the last chunk. */
    private int used;
    /** By number: chunk and offset in it. */
    private int[] places = new int[0];
    /** Open addressing: number + 1; 0: free. Of any length, so that it can be trimmed. */
    private int[] slots = new int[SLOTS_MIN];

    private int size;
    private long chunkBytes;

    /** How many there are. */
    public int size() {
        return size;
    }

    /** About how much heap they take. */
    public long bytes() {
        return 4L * places.length + 4L * slots.length + chunkBytes;
    }

    /**
     * The number of a string, which is added if it is new.
     *
     * @throws IllegalArgumentException if it is longer than {@link #CHARS_MAX}
     */
    public int add(CharSequence string) {
        int slot = slotOf(string, hash(string));
        if (slots[slot] != 0) {
            return slots[slot] - 1;
        }
        if (string.length() > CHARS_MAX) {
            throw new IllegalArgumentException("a string of " + string.length() + " characters");
        }
        if (size == places.length) {
            places = Arrays.copyOf(places, Math.max(SLOTS_MIN, size + (size >> 1)));
        }
        places[size] = store(string);
        slots[slot] = ++size;
        if (SLOTS_PER_STRING * size > slots.length) {
            slots = slotsOfAll(2 * slots.length);
        }
        return size - 1;
    }

    /** The number of a string; -1 if it isn't there. Allocates nothing. */
    public int find(CharSequence string) {
        return slots[slotOf(string, hash(string))] - 1;
    }

    /** The string of a number; a new object each time. */
    public String get(int number) {
        byte[] chunk = chunks[places[number] >>> 16];
        int at = places[number] & 0xffff;
        int length = length(chunk, at);
        if (chunk[at] != WIDE) {
            return new String(chunk, at + HEAD_BYTES, length, StandardCharsets.ISO_8859_1);
        }
        char[] chars = new char[length];
        for (int i = 0; i < length; i++) {
            chars[i] = charAt(chunk, at, i);
        }
        return new String(chars);
    }

    /** Compares two strings of this object, as {@link String#compareTo} does. Allocates nothing. */
    public int compare(int number, int other) {
        byte[] chunk = chunks[places[number] >>> 16];
        int at = places[number] & 0xffff;
        byte[] otherChunk = chunks[places[other] >>> 16];
        int otherAt = places[other] & 0xffff;
        int length = length(chunk, at);
        int otherLength = length(otherChunk, otherAt);
        for (int i = 0; i < Math.min(length, otherLength); i++) {
            int difference = charAt(chunk, at, i) - charAt(otherChunk, otherAt, i);
            if (difference != 0) {
                return difference;
            }
        }
        return length - otherLength;
    }

    /** Gives back what was allocated for strings to come. */
    public void trim() {
        places = Arrays.copyOf(places, size);
        int needed = Math.max(SLOTS_MIN, SLOTS_PER_STRING * size);
        if (needed < slots.length) {
            slots = slotsOfAll(needed);
        }
        if (chunks.length > 0) {
            chunkBytes -= chunks[chunks.length - 1].length - used;
            chunks[chunks.length - 1] = Arrays.copyOf(chunks[chunks.length - 1], used);
        }
    }

    private int store(CharSequence string) {
        int length = string.length();
        boolean isWide = false;
        for (int i = 0; i < length; i++) {
            isWide |= string.charAt(i) > 0xff;
        }
        int needed = HEAD_BYTES + (isWide ? 2 * length : length);
        if (chunks.length == 0 || used + needed > chunks[chunks.length - 1].length) {
            chunks = Arrays.copyOf(chunks, chunks.length + 1);
            chunks[chunks.length - 1] = new byte[Math.max(CHUNK_BYTES, needed)];
            chunkBytes += chunks[chunks.length - 1].length;
            used = 0;
        }
        byte[] chunk = chunks[chunks.length - 1];
        int at = used;
        chunk[at] = (byte) (isWide ? WIDE : 0);
        chunk[at + 1] = (byte) (length >> 8);
        chunk[at + 2] = (byte) length;
        for (int i = 0; i < length; i++) {
            char c = string.charAt(i);
            if (isWide) {
                chunk[at + HEAD_BYTES + 2 * i] = (byte) (c >> 8);
                chunk[at + HEAD_BYTES + 2 * i + 1] = (byte) c;
            } else {
                chunk[at + HEAD_BYTES + i] = (byte) c;
            }
        }
        used += needed;
        return ((chunks.length - 1) << 16) | at;
    }

    private static int length(byte[] chunk, int at) {
        return (chunk[at + 1] & 0xff) << 8 | (chunk[at + 2] & 0xff);
    }

    private static char charAt(byte[] chunk, int at, int index) {
        if (chunk[at] != WIDE) {
            return (char) (chunk[at + HEAD_BYTES + index] & 0xff);
        }
        int i = at + HEAD_BYTES + 2 * index;
        return (char) ((chunk[i] & 0xff) << 8 | (chunk[i + 1] & 0xff));
    }

    /** The slot of a string that is there, else the free one where it would go. */
    private int slotOf(CharSequence string, int hash) {
        int slot = firstSlot(hash, slots.length);
        while (slots[slot] != 0 && !isAt(slots[slot] - 1, string)) {
            slot = slot + 1 == slots.length ? 0 : slot + 1;
        }
        return slot;
    }

    /** Maps all hashes to the slots, each to as many, without a division. */
    private static int firstSlot(int hash, int length) {
        return (int) (((hash & 0xffffffffL) * length) >>> 32);
    }

    private boolean isAt(int number, CharSequence string) {
        byte[] chunk = chunks[places[number] >>> 16];
        int at = places[number] & 0xffff;
        int length = length(chunk, at);
        if (length != string.length()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (charAt(chunk, at, i) != string.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Slots with all strings in them. */
    private int[] slotsOfAll(int length) {
        int[] next = new int[length];
        for (int number = 0; number < size; number++) {
            int slot = firstSlot(hash(number), length);
            while (next[slot] != 0) {
                slot = slot + 1 == length ? 0 : slot + 1;
            }
            next[slot] = number + 1;
        }
        return next;
    }

    private int hash(int number) {
        byte[] chunk = chunks[places[number] >>> 16];
        int at = places[number] & 0xffff;
        int length = length(chunk, at);
        int hash = SEED;
        for (int i = 0; i < length; i++) {
            hash = (hash ^ charAt(chunk, at, i)) * 0x01000193;
            hash ^= hash >>> 15;
        }
        return spread(hash);
    }

    private static int hash(CharSequence string) {
        int hash = SEED;
        for (int i = 0; i < string.length(); i++) {
            hash = (hash ^ string.charAt(i)) * 0x01000193;
            hash ^= hash >>> 15;
        }
        return spread(hash);
    }

    private static int spread(int hash) {
        int h = hash * 0x9e3779b1;
        return h ^ (h >>> 16);
    }
}
