package dev.sluice.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Measured values by quantity, proxy and round, in the order of the first measurement. */
public final class RoundResults {
    private final Map<MeasuredQuantity, Map<String, Map<Integer, Double>>> values = new LinkedHashMap<>();

    public void add(MeasuredQuantity measure, int round, String subject, double value) {
        values.computeIfAbsent(measure, m -> new LinkedHashMap<>())
                .computeIfAbsent(subject, s -> new LinkedHashMap<>())
                .put(round, value);
    }

    List<MeasuredQuantity> measures() {
        return List.copyOf(values.keySet());
    }

    /** Every proxy with a measured value. */
    List<String> subjects() {
        return values.values().stream()
                .flatMap(bySubject -> bySubject.keySet().stream())
                .distinct()
                .toList();
    }

    /** The values of all rounds of one proxy; empty if there are none. */
    Optional<Quartiles> of(MeasuredQuantity measure, String subject) {
        List<Double> all = List.copyOf(rounds(measure, subject).values());
        return all.isEmpty() ? Optional.empty() : Optional.of(Quartiles.of(all));
    }

    /** The ratio of two proxies, round by round. Rounds without both values, or with a divisor of 0, are left out. */
    Optional<Quartiles> ratio(MeasuredQuantity measure, String subject, String by) {
        Map<Integer, Double> divisors = rounds(measure, by);
        List<Double> ratios = new ArrayList<>();
        rounds(measure, subject).forEach((round, value) -> {
            Double divisor = divisors.get(round);
            if (divisor != null && divisor > 0) {
                ratios.add(value / divisor);
            }
        });
        return ratios.isEmpty() ? Optional.empty() : Optional.of(Quartiles.of(ratios));
    }

    private Map<Integer, Double> rounds(MeasuredQuantity measure, String subject) {
        return values.getOrDefault(measure, Map.of()).getOrDefault(subject, Map.of());
    }
}
