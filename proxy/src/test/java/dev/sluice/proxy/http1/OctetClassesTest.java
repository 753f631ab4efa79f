package dev.sluice.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class OctetClassesTest {
    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    /** Bytes that a header's value may have. */
    private byte[] value() {
        byte[] bytes = new byte[random.nextInt(40)];
        for (int i = 0; i < bytes.length; i++) {
            int octet = 0x20 + random.nextInt(0xE0);
            bytes[i] = (byte) (octet == 0x7F || random.nextInt(20) == 0 ? '\t' : octet);
        }
        return bytes;
    }

    @Test
    void firstBlank_isFoundWhereverItIs() {
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = value();
            int from = random.nextInt(bytes.length + 1);
            int to = from + random.nextInt(bytes.length - from + 1);
            int expected = from;
            while (expected < to && bytes[expected] != ' ' && bytes[expected] != '\t') {
                expected++;
            }

            assertThat(OctetClasses.indexOfBlank(bytes, from, to))
                    .as("seed %d", seed)
                    .isEqualTo(expected);
        }
    }
}
