package dev.sluice.policy.quotasfile;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitRate;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.OnExceed;
import dev.sluice.limits.model.OperationRateLimit;
import dev.sluice.limits.model.RateAlgorithm;
import dev.sluice.policy.hocon.ConfigSection;
import dev.sluice.policy.hocon.ParsedValue;
import dev.sluice.policy.hocon.ProblemTexts;
import dev.sluice.policy.hocon.ValueParser;
import dev.sluice.policy.hocon.ValueParsers;
import dev.sluice.policy.source.AllocDefinition;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Reads single entries of quotas.conf. An entry that is wrong was reported, and reads as empty. */
final class QuotaEntryReader {
    static final String ALGORITHM = "algorithm";
    static final String UNIT = "unit";
    static final String REQUESTS_PER_UNIT = "requests-per-unit";
    static final String BURST = "burst";
    static final String CAPACITY = "capacity";
    static final String MAX_LEASE = "max-lease";

    private static final ValueParser<MeterAlgorithm> ALGORITHM_PARSER = text -> QuotaTexts.algorithm(text)
            .map(ParsedValue::good)
            .orElseGet(() -> ParsedValue.bad(
                    ProblemTexts.quote(text) + " is not an algorithm", "one of " + QuotaTexts.ALGORITHMS));

    private static final ValueParser<Long> UNIT_PARSER = text -> QuotaTexts.periodNanos(text)
            .map(ParsedValue::good)
            .orElseGet(
                    () -> ParsedValue.bad(ProblemTexts.quote(text) + " is not a unit", "one of " + QuotaTexts.UNITS));

    private static final ValueParser<Duration> LEASE_PARSER =
            ValueParsers.duration(Duration.ZERO, Duration.ofMillis(AllocDefinition.LEASE_MILLIS_MAX), "1h");

    private QuotaEntryReader() {}

    static Optional<LimitSet> rate(ConfigSection entry) {
        Optional<MeterAlgorithm> algorithm = entry.value(ALGORITHM, ALGORITHM_PARSER);
        Optional<Long> periodNanos = entry.value(UNIT, UNIT_PARSER);
        Optional<Long> amount = entry.value(REQUESTS_PER_UNIT, whole("tokens a unit", 0, Limit.AMOUNT_MAX, "120"));
        Optional<Long> burst = entry.value(BURST, whole("tokens", 1, Limit.AMOUNT_MAX, "120"));
        require(entry, ALGORITHM, "one of " + QuotaTexts.ALGORITHMS);
        require(entry, UNIT, "one of " + QuotaTexts.UNITS);
        require(entry, REQUESTS_PER_UNIT, "write how many tokens a unit has, such as 120");
        boolean isBucket = algorithm.filter(MeterAlgorithm.BUCKET::equals).isPresent();
        if (algorithm.isPresent() && !isBucket && entry.has(BURST)) {
            entry.error(
                    BURST,
                    "only a token-bucket has a burst, this is a " + QuotaTexts.algorithm(algorithm.get()),
                    "write algorithm = token-bucket, or remove the burst");
        }
        if (algorithm.isEmpty() || periodNanos.isEmpty() || amount.isEmpty()) {
            return Optional.empty();
        }
        RateAlgorithm meter = RateAlgorithm.of(algorithm.get(), burst.orElse(Math.max(1, amount.get())));
        LimitRate rate = LimitRate.of(amount.get(), periodNanos.get(), meter);
        return Optional.of(new LimitSet(Map.of(Dimension.TOKENS, new OperationRateLimit(rate, OnExceed.REJECT))));
    }

    static Optional<AllocDefinition> allocation(ConfigSection entry) {
        Optional<Long> capacity = entry.value(CAPACITY, whole("tokens", 0, AllocDefinition.CAPACITY_MAX, "10"));
        long leaseMillis =
                entry.value(MAX_LEASE, LEASE_PARSER).map(Duration::toMillis).orElse(0L);
        require(entry, CAPACITY, "write how many tokens may be allocated at a time, such as 10");
        return capacity.map(tokens -> new AllocDefinition(tokens, leaseMillis));
    }

    private static void require(ConfigSection entry, String key, String hint) {
        if (!entry.has(key)) {
            entry.error(key, "this has no default", hint);
        }
    }

    private static ValueParser<Long> whole(String what, long min, long max, String example) {
        String hint = "use a whole number from " + min + " to " + max + ", such as " + example;
        return text -> {
            if (!text.matches("\\d{1,18}")) {
                return ParsedValue.bad(ProblemTexts.quote(text) + " is not a number of " + what, hint);
            }
            long number = Long.parseLong(text);
            return number < min || number > max
                    ? ParsedValue.bad(ProblemTexts.quote(text) + " is out of range", hint)
                    : ParsedValue.good(number);
        };
    }
}
