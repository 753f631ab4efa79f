package dev.sluice.policy.hocon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.policy.hocon.KeyPositions.TextPosition;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeyScannerTest {
    private static final String TEXT = """
            # a { comment = 1 }
            { top { "quo.ted" : { deep.er = "a } # b", next=1 // } }
                two words = [ { x = 1 }, "]" ] , last += 5 }
              }
              after =
                ${?X} { in = \"""tri " } ple\""" }
              \tend = ${a.b}/s
            }""";

    private static TextPosition place(String... path) {
        return KeyScanner.scan(TEXT).place(List.of(path)).orElseThrow();
    }

    @Test
    void keys_areFoundWhereTheyAreWritten() {
        assertThat(place("top")).isEqualTo(new TextPosition(2, 3));
        assertThat(place("top", "quo.ted")).isEqualTo(new TextPosition(2, 9));
        assertThat(place("top", "quo.ted", "deep")).isEqualTo(new TextPosition(2, 23));
        assertThat(place("top", "quo.ted", "deep", "er")).isEqualTo(new TextPosition(2, 23));
        assertThat(place("top", "quo.ted", "next")).isEqualTo(new TextPosition(2, 44));
        assertThat(place("top", "quo.ted", "two words")).isEqualTo(new TextPosition(3, 5));
        assertThat(place("top", "quo.ted", "last")).isEqualTo(new TextPosition(3, 38));
        assertThat(place("after")).isEqualTo(new TextPosition(5, 3));
        assertThat(place("after", "in")).isEqualTo(new TextPosition(6, 13));
        assertThat(place("end")).isEqualTo(new TextPosition(7, 4));
        assertThat(KeyScanner.scan(TEXT).rawValue(List.of("end"))).isEqualTo("${a.b}/s");
        assertThat(KeyScanner.scan(TEXT).unclosed()).isEmpty();
        assertThat(KeyScanner.scan(TEXT).conflicts()).isEmpty();
    }

    @Test
    void anyText_isScannedToItsEnd() {
        long seed = 20260101;
        Random random = new Random(seed);
        String alphabet = "{}[]\"=:,.#/$+\\\n ai1";

        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(40); i > 0; i--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }

            assertThat(KeyScanner.scan(text.toString()))
                    .as("seed %d: %s", seed, text)
                    .isNotNull();
        }
    }
}
