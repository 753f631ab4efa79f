package dev.sluice.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CompactMapTest {
    private static final long SEED = 20261128;

    @Test
    void drawnEntries_areThoseOfAnotherMap() {
        Random random = new Random(SEED);
        Map<String, Integer> expected = new HashMap<>();
        CompactMap.Builder<Integer> builder = new CompactMap.Builder<>();
        for (int i = 0; i < 10_000; i++) {
            // half of them twice: the later value counts
            String key = "key" + (random.nextBoolean() ? "\u20ac" : "") + random.nextInt(5_000);
            expected.put(key, i);
            builder.put(key, i);
        }

        CompactMap<Integer> map = builder.build();

        assertThat(map).as("seed %d", SEED).isEqualTo(expected).hasSameHashCodeAs(expected);
        assertThat(expected).isEqualTo(map);
        expected.forEach((key, value) -> {
            assertThat(map.get(key)).isEqualTo(value);
            assertThat(map.containsKey(key)).isTrue();
        });
        assertThat(map.get("other")).isNull();
        assertThat(map.containsKey("other")).isFalse();
        Object noString = 5;
        assertThat(map.get(noString)).isNull();
        assertThat(map.containsKey(noString)).isFalse();
    }

    @Test
    void sortedEntries_areInTheOrderOfStrings() {
        Random random = new Random(SEED);
        Map<String, Integer> expected = new TreeMap<>();
        for (int i = 0; i < 3_000; i++) {
            expected.put(Integer.toString(random.nextInt(1_000_000), 36) + (i % 7 == 0 ? "\u0416" : ""), i);
        }
        Map<String, Integer> shuffled = new HashMap<>(expected);
        List<String> keys = new ArrayList<>();
        List<Integer> values = new ArrayList<>();

        CompactMap.copyOf(shuffled).forEachSorted((key, value) -> {
            keys.add(key);
            values.add(value);
        });

        assertThat(keys).as("seed %d", SEED).containsExactlyElementsOf(expected.keySet());
        assertThat(values).containsExactlyElementsOf(expected.values());
    }

    @Test
    void keysOfOneMap_areThoseOfAnother_withOtherValues() {
        CompactMap<Integer> map = CompactMap.copyOf(Map.of("a", 1, "b", 2));

        CompactMap<String> texts = map.mapValues(value -> "value " + value);

        assertThat(texts).isEqualTo(Map.of("a", "value 1", "b", "value 2"));
        assertThat(map).isEqualTo(Map.of("a", 1, "b", 2));
        List<String> values = new ArrayList<>();
        texts.forEachValue(values::add);
        assertThat(values).containsExactlyInAnyOrder("value 1", "value 2");
    }

    @Test
    void numbersOfKeys_stay() {
        CompactMap.Builder<Integer> builder = new CompactMap.Builder<>();
        for (int i = 0; i < 100; i++) {
            builder.put("key " + i, i);
        }
        builder.put("key 50", -1);

        CompactMap<Integer> map = builder.build();

        assertThat(map.key(50)).isEqualTo("key 50");
        assertThat(map.get("key 50")).isEqualTo(-1);
        assertThat(map).hasSize(100);
    }

    @Test
    void copyOfACompactMap_isItself() {
        CompactMap<Integer> map = CompactMap.copyOf(Map.of("a", 1));

        assertThat(CompactMap.<Integer>copyOf(map)).isSameAs(map);
        assertThat(CompactMap.copyOf(Map.of())).isEmpty();
    }

    @Test
    void map_doesNotChange() {
        CompactMap<Integer> map = CompactMap.copyOf(Map.of("a", 1));

        assertThatThrownBy(() -> map.put("b", 2)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> map.remove("a")).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(map::clear).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void iterator_endsBehindTheLastEntry() {
        Iterator<Map.Entry<String, Integer>> entries =
                CompactMap.copyOf(Map.of("a", 1)).entrySet().iterator();

        assertThat(entries.next()).isEqualTo(Map.entry("a", 1));
        assertThat(entries.hasNext()).isFalse();
        assertThatThrownBy(entries::next).isInstanceOf(NoSuchElementException.class);
    }
}
