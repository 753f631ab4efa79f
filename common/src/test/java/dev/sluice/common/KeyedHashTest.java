package dev.sluice.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class KeyedHashTest {
    @Test
    void equals_the_jdks_for_any_key_and_text() throws Exception {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 300; i++) {
            byte[] key = new byte[1 + random.nextInt(130)];
            byte[] text = new byte[random.nextInt(200)];
            random.nextBytes(key);
            random.nextBytes(text);
            int cut = random.nextInt(text.length + 1);
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            byte[] expected = mac.doFinal(text);

            KeyedHash hash = new KeyedHash(key);

            assertThat(hash.of(text)).as("seed %d", seed).isEqualTo(expected);
            assertThat(hash.of(Arrays.copyOf(text, cut), Arrays.copyOfRange(text, cut, text.length)))
                    .as("seed %d", seed)
                    .isEqualTo(expected);
        }
    }
}
