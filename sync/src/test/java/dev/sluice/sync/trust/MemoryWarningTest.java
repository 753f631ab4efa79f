package dev.sluice.sync.trust;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MemoryWarningTest {
    private static final long SECOND = 1_000_000_000L;

    private final MemoryWarning warning = new MemoryWarning();

    @Test
    void nothingRefused_isNoLine() {
        assertThat(warning.next(0, -5 * SECOND)).isEmpty();
    }

    @Test
    void refusals_areALineAtOnce_andThenOneAMinute() {
        assertThat(warning.next(3, -5 * SECOND))
                .hasValueSatisfying(
                        line -> assertThat(line).contains(" 3 times").contains("-Xmx"));
        assertThat(warning.next(10, 54 * SECOND)).isEmpty();

        assertThat(warning.next(10, 55 * SECOND))
                .hasValueSatisfying(line -> assertThat(line).contains(" 7 times"));
        assertThat(warning.next(10, 300 * SECOND)).isEmpty();
    }
}
