package dev.sluice.proxy.admin.live.activity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Texts are hidden from those who don't know the cluster's name. */
class TextSealTest {
    private final TextSeal seal = new TextSeal("c");

    @Test
    void text_isOpened_inItsClusterOnly() {
        for (String text :
                new String[] {"a", "alice", "acme$carol", "limits.conf:8:21: \u00fcber \ud83d\ude00", "x".repeat(200)
                }) {
            String sealed = seal.seal(text, 255);

            assertThat(new TextSeal("c").open(sealed)).contains(text);
            assertThat(new TextSeal("d").open(sealed)).isEmpty();
            assertThat(sealed).doesNotContain(text);
        }
        assertThat(seal.seal("", 255)).isEmpty();
        assertThat(seal.open("")).isEmpty();
    }

    @Test
    void equalTexts_areSealedAlike_andOthersShareNoStream() {
        assertThat(seal.seal("alice", 255)).isEqualTo(seal.seal("alice", 255));
        assertThat(seal.seal("alice", 255).substring(8, 12))
                .isNotEqualTo(seal.seal("alicf", 255).substring(8, 12));
    }

    @Test
    void longText_isCutBetweenCharacters() {
        String sealed = seal.seal("\u00fc".repeat(100), 21);

        assertThat(sealed.length()).isLessThanOrEqualTo(21);
        assertThat(seal.open(sealed)).contains("\u00fc".repeat(6));
    }

    @Test
    void textWithControlCharacters_isShownWithoutThem() {
        assertThat(seal.open(seal.seal("a\nb\u001b[2J\u2028c\u202e", 255))).contains("a b [2J c ");
    }

    @Test
    void damagedBytes_openNothing() {
        long seedOfTest = new Random().nextLong();
        Random random = new Random(seedOfTest);
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = new byte[random.nextInt(64)];
            random.nextBytes(bytes);

            assertThat(seal.open(new String(bytes, StandardCharsets.ISO_8859_1)))
                    .as("seed %d", seedOfTest)
                    .isEmpty();
        }
    }
}
