package dev.sluice.policy.quotasfile;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.RateLimit;
import dev.sluice.policy.source.AllocDefinition;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The words of quotas.conf, and quotas as the keys and values of their entries. */
public final class QuotaTexts {
    private static final Map<String, MeterAlgorithm> ALGORITHM_BY_WORD = ordered(
            Map.entry("token-bucket", MeterAlgorithm.BUCKET),
            Map.entry("fixed-window", MeterAlgorithm.FIXED),
            Map.entry("window", MeterAlgorithm.WINDOW));

    private static final Map<String, Long> NANOS_BY_UNIT = ordered(
            Map.entry("second", Limit.SECOND_NANOS),
            Map.entry("minute", 60 * Limit.SECOND_NANOS),
            Map.entry("hour", 3600 * Limit.SECOND_NANOS),
            Map.entry("day", 24 * 3600 * Limit.SECOND_NANOS));

    static final String ALGORITHMS = String.join(", ", ALGORITHM_BY_WORD.keySet());
    static final String UNITS = String.join(", ", NANOS_BY_UNIT.keySet());

    private QuotaTexts() {}

    @SafeVarargs
    private static <V> Map<String, V> ordered(Map.Entry<String, V>... entries) {
        Map<String, V> map = new LinkedHashMap<>();
        for (Map.Entry<String, V> entry : entries) {
            map.put(entry.getKey(), entry.getValue());
        }
        return map;
    }

    static Optional<MeterAlgorithm> algorithm(String word) {
        return Optional.ofNullable(ALGORITHM_BY_WORD.get(word));
    }

    static String algorithm(MeterAlgorithm algorithm) {
        return word(ALGORITHM_BY_WORD, algorithm);
    }

    static Optional<Long> periodNanos(String unit) {
        return Optional.ofNullable(NANOS_BY_UNIT.get(unit));
    }

    private static <V> String word(Map<String, V> words, V value) {
        return words.entrySet().stream()
                .filter(entry -> entry.getValue().equals(value))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("a quotas file has no word for " + value));
    }

    /**
     * A rate quota as the keys of its entry, in a fixed order: texts and numbers.
     *
     * @param limits as a quotas file gives them
     */
    public static Map<String, Object> keys(LimitSet limits) {
        if (!(limits.get(Dimension.TOKENS) instanceof RateLimit limit)) {
            throw new IllegalArgumentException("a rate quota limits tokens a period");
        }
        Map<String, Object> keys = new LinkedHashMap<>();
        MeterAlgorithm algorithm = limit.rate().algorithm().name();
        keys.put(QuotaEntryReader.ALGORITHM, algorithm(algorithm));
        keys.put(QuotaEntryReader.UNIT, word(NANOS_BY_UNIT, limit.periodNanos()));
        keys.put(QuotaEntryReader.REQUESTS_PER_UNIT, limit.amount());
        if (algorithm == MeterAlgorithm.BUCKET) {
            keys.put(QuotaEntryReader.BURST, limit.capacity());
        }
        return keys;
    }

    /** An allocation quota as the keys of its entry. */
    public static Map<String, Object> keys(AllocDefinition definition) {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put(QuotaEntryReader.CAPACITY, definition.capacity());
        if (definition.leaseMillisMax() > 0) {
            keys.put(QuotaEntryReader.MAX_LEASE, duration(Duration.ofMillis(definition.leaseMillisMax())));
        }
        return keys;
    }

    /** With the largest unit that divides it. */
    private static String duration(Duration duration) {
        if (duration.toMillisPart() > 0) {
            return duration.toMillis() + "ms";
        }
        if (duration.toSecondsPart() > 0) {
            return duration.toSeconds() + "s";
        }
        return duration.toMinutesPart() > 0 ? duration.toMinutes() + "m" : duration.toHours() + "h";
    }
}
