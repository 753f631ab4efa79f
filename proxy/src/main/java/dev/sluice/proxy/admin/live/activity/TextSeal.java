package dev.sluice.proxy.admin.live.activity;

import dev.sluice.common.KeyedHash;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Hides texts in reports from all who don't know the cluster's name: reports have no names that can be read. A text is
 * combined by exclusive or with a stream of HMAC-SHA-256. The first 8 bytes are a keyed hash of the text: they make the
 * stream of each text another one, and show whether what was opened is right. Subject ids are hidden by the same secret; a bus
 * with CURVE keys hides all from the network. Thread-safe.
 */
public final class TextSeal {
    private static final int TAG_BYTES = 8;
    private static final int HASH_BYTES = 32;
    private static final int CONTINUATION_MASK = 0xC0;
    private static final int CONTINUATION = 0x80;

    private final KeyedHash hash;

    /** For the sidecars of a cluster. */
    public TextSeal(String cluster) {
        byte[] key = new KeyedHash("sluice activity 1".getBytes(StandardCharsets.UTF_8))
                .of(cluster.getBytes(StandardCharsets.UTF_8));
        this.hash = new KeyedHash(key);
    }

    /**
     * The sealed text, one character for each byte; empty of an empty text. A text that is too long is cut.
     *
     * @param bytesMax of the sealed text
     */
    public String seal(String text, int bytesMax) {
        if (text.isEmpty()) {
            return "";
        }
        byte[] plain = cut(text.getBytes(StandardCharsets.UTF_8), bytesMax - TAG_BYTES);
        byte[] tag = tag(plain);
        byte[] sealed = Arrays.copyOf(tag, TAG_BYTES + plain.length);
        System.arraycopy(combined(tag, plain), 0, sealed, TAG_BYTES, plain.length);
        return new String(sealed, StandardCharsets.ISO_8859_1);
    }

    /** Between two characters. */
    private static byte[] cut(byte[] text, int bytesMax) {
        if (text.length <= bytesMax) {
            return text;
        }
        int end = bytesMax;
        while (end > 0 && (text[end] & CONTINUATION_MASK) == CONTINUATION) {
            end--;
        }
        return Arrays.copyOf(text, end);
    }

    /** The text, with blanks for characters that can't be shown; empty: it was sealed for another cluster, or is none. */
    public Optional<String> open(String sealed) {
        byte[] bytes = sealed.getBytes(StandardCharsets.ISO_8859_1);
        if (bytes.length <= TAG_BYTES) {
            return Optional.empty();
        }
        byte[] tag = Arrays.copyOf(bytes, TAG_BYTES);
        byte[] plain = combined(tag, Arrays.copyOfRange(bytes, TAG_BYTES, bytes.length));
        if (!Arrays.equals(tag, tag(plain))) {
            return Optional.empty();
        }
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(plain));
            return Optional.of(text.toString().replaceAll("[\\p{C}\\u2028\\u2029]", " "));
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    private byte[] tag(byte[] plain) {
        return Arrays.copyOf(hash.of(new byte[] {0}, plain), TAG_BYTES);
    }

    private byte[] combined(byte[] tag, byte[] text) {
        byte[] result = new byte[text.length];
        byte[] block = {};
        for (int i = 0; i < text.length; i++) {
            if (i % HASH_BYTES == 0) {
                block = hash.of(
                        new byte[] {1},
                        ByteBuffer.allocate(TAG_BYTES + Integer.BYTES)
                                .put(tag)
                                .putInt(i)
                                .array());
            }
            result[i] = (byte) (text[i] ^ block[i % HASH_BYTES]);
        }
        return result;
    }
}
