package dev.sluice.common;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The values are those of the authors' reference implementation: key 00..0f, texts of the bytes 00, 01, 02 .... */
class SipHashTest {
    private final SipHash hash = new SipHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);

    private static String text(int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char) i);
        }
        return text.toString();
    }

    @Test
    void hash_isThatOfTheReference() {
        assertThat(hash.of(text(0))).isEqualTo(0x726fdb47dd0e0e31L);
        assertThat(hash.of(text(1))).isEqualTo(0x74f839c593dc67fdL);
        assertThat(hash.of(text(8))).isEqualTo(0x93f5f5799a932462L);
        assertThat(hash.of(text(15))).isEqualTo(0xa129ca6149be45e5L);
    }

    @Test
    void words_areHashedAsTheirBytes() {
        assertThat(hash.of(0x0706050403020100L, 0x0f0e0d0c0b0a0908L, 0x1716151413121110L))
                .isEqualTo(hash.of(text(24)));
    }
}
