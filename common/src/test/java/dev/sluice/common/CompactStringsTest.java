package dev.sluice.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompactStringsTest {
    private static final long SEED = 20261128;

    private final CompactStrings strings = new CompactStrings();

    /** Of all lengths up to some, of one byte a character and of two, also halves of pairs. */
    private static String drawn(Random random, int lengthMax) {
        int length = random.nextInt(lengthMax + 1);
        int charMax = random.nextInt(3) == 0 ? 0xffff : 0xff;
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char) random.nextInt(charMax + 1));
        }
        return text.toString();
    }

    @Test
    void drawnStrings_areNumberedAsInAMap() {
        Random random = new Random(SEED);
        Map<String, Integer> expected = new LinkedHashMap<>();
        for (int i = 0; i < 20_000; i++) {
            String string = drawn(random, i % 1_000 == 0 ? 3_000 : 6);
            int number = strings.add(string);

            assertThat(number)
                    .as("seed %d, string %d", SEED, i)
                    .isEqualTo(expected.getOrDefault(string, expected.size()));
            expected.putIfAbsent(string, number);
        }

        assertThat(strings.size()).isEqualTo(expected.size());
        expected.forEach((string, number) -> {
            assertThat(strings.get(number)).isEqualTo(string);
            assertThat(strings.find(string)).isEqualTo(number);
        });
    }

    @Test
    void stringThatIsNotThere_isNotFound() {
        strings.add("here");

        assertThat(strings.find("her")).isEqualTo(-1);
        assertThat(strings.find("")).isEqualTo(-1);
        assertThat(new CompactStrings().find("here")).isEqualTo(-1);
    }

    @Test
    void emptyString_isOneOfThem() {
        assertThat(strings.add("")).isZero();
        assertThat(strings.get(0)).isEmpty();
        assertThat(strings.find("")).isZero();
    }

    @Test
    void longestString_isKept_andALongerOneRefused() {
        String wide = "\u20ac".repeat(CompactStrings.CHARS_MAX);
        String narrow = "x".repeat(CompactStrings.CHARS_MAX);
        strings.add("before");

        assertThat(strings.get(strings.add(wide))).isEqualTo(wide);
        assertThat(strings.get(strings.add(narrow))).isEqualTo(narrow);
        assertThat(strings.get(strings.add("behind"))).isEqualTo("behind");
        assertThatThrownBy(() -> strings.add(narrow + "x")).isInstanceOf(IllegalArgumentException.class);
        assertThat(strings.size()).isEqualTo(4);
    }

    @Test
    void comparison_isThatOfStrings() {
        Random random = new Random(SEED);
        List<String> all = new ArrayList<>(List.of("", "a", "ab", "b", "\u00ff", "\u0100", "a\u0100"));
        for (int i = 0; i < 40; i++) {
            all.add(drawn(random, 5));
        }
        for (String one : all) {
            for (String other : all) {
                assertThat(Integer.signum(strings.compare(strings.add(one), strings.add(other))))
                        .as("seed %d: %s %s", SEED, one, other)
                        .isEqualTo(Integer.signum(one.compareTo(other)));
            }
        }
    }

    @Test
    void trimmedStrings_areTheSame_andMayGrow() {
        for (int i = 0; i < 1_000; i++) {
            strings.add("string " + i);
        }
        long before = strings.bytes();

        strings.trim();

        assertThat(strings.bytes()).isLessThan(before);
        assertThat(strings.find("string 999")).isEqualTo(999);
        assertThat(strings.add("one more")).isEqualTo(1_000);
        assertThat(strings.get(1_000)).isEqualTo("one more");
        assertThat(strings.get(0)).isEqualTo("string 0");
    }

    /** Also of numbers just above a power of two, where tables have doubled. */
    @ParameterizedTest
    @ValueSource(ints = {65_537, 100_000, 131_072, 131_073})
    void string_costsItsCharactersAndLittleMore(int count) {
        for (int i = 0; i < count; i++) {
            strings.add(String.format("AKIA%016d", i));
        }
        strings.trim();

        assertThat((double) strings.bytes() / count).isLessThan(20 + 16);
        for (int i = 0; i < count; i += 100) {
            assertThat(strings.find(String.format("AKIA%016d", i))).isEqualTo(i);
        }
        assertThat(strings.find("AKIA")).isEqualTo(-1);
    }

    @Test
    void lookup_allocatesNothing() {
        strings.add("present");
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        int found = strings.find("present") + strings.find("absent");
        threads.getThreadAllocatedBytes(thread);

        long before = threads.getThreadAllocatedBytes(thread);
        for (int i = 0; i < 10_000; i++) {
            found += strings.find("present") + strings.find("absent");
        }
        long allocated = threads.getThreadAllocatedBytes(thread) - before;

        assertThat(found).isEqualTo(-10_001);
        assertThat(allocated).isLessThan(10_000);
    }
}
