package dev.sluice.policy.limitsfile;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Dimension.Unit;
import dev.sluice.limits.model.Limit;
import dev.sluice.policy.hocon.ParsedValue;
import dev.sluice.policy.hocon.ProblemTexts;
import dev.sluice.policy.hocon.ValueParser;
import dev.sluice.policy.hocon.ValueParsers;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Parses limits: {@code 200/s}, {@code 600/min}, {@code 200 MiB/s}, or a plain number of requests. */
final class RateParser {
    /** An amount per period; the period of a gauge is 0. */
    record Amount(long amount, long periodNanos) {}

    private static final Map<String, Long> PERIODS = Map.of(
            "s", Limit.SECOND_NANOS,
            "min", 60 * Limit.SECOND_NANOS,
            "h", 3600 * Limit.SECOND_NANOS,
            "d", 24 * 3600 * Limit.SECOND_NANOS);

    /** Other spellings of s, min, h and d. A single m is left out: it may mean minute or month. */
    private static final Map<String, List<String>> LIKELY = Map.of(
            "s", List.of("sec", "secs", "second", "seconds"),
            "min", List.of("mins", "minute", "minutes"),
            "h", List.of("hr", "hour", "hours"),
            "d", List.of("day", "days"));

    private static final List<String> NO_LIMIT = List.of("unlimited", "none", "infinite", "inf", "-1", "-1/s", "off");

    private RateParser() {}

    static ValueParser<Amount> parser(Dimension dimension) {
        return text -> {
            if (NO_LIMIT.contains(text.strip().toLowerCase(Locale.ROOT))) {
                return ParsedValue.bad(
                        ProblemTexts.quote(text) + " is not a limit",
                        "leave the key out for no limit, write 0 for none at all");
            }
            if (text.strip().startsWith("-")) {
                return ParsedValue.bad(
                        ProblemTexts.quote(text) + " is negative",
                        "leave the key out for no limit, write 0 for none at all");
            }
            return dimension.isGauge() ? gauge(text) : rate(text, dimension);
        };
    }

    private static ParsedValue<Amount> gauge(String text) {
        return text.matches("\\d+")
                ? bounded(text, new BigInteger(text), 0)
                : ParsedValue.bad(
                        ProblemTexts.quote(text) + " is not a number of requests",
                        "use a plain whole number, such as 64");
    }

    private static ParsedValue<Amount> rate(String text, Dimension dimension) {
        boolean isBytes = dimension.unit() == Unit.BYTES;
        int slash = text.lastIndexOf('/');
        String amountText = (slash < 0 ? text : text.substring(0, slash)).strip();
        String unit = slash < 0 ? "" : text.substring(slash + 1).strip();
        Optional<BigInteger> amount = isBytes ? ValueParsers.bytes(amountText) : wholeNumber(amountText);
        String example = amount.isPresent() ? amountText : isBytes ? "200 MiB" : "200";
        String hint = isBytes
                ? "use a size per s, min, h or d, such as " + example + "/" + likely(unit)
                : "use N/s, N/min, N/h or N/d, such as " + example + "/" + likely(unit);
        if (slash < 0 && amount.isPresent()) {
            return ParsedValue.bad(ProblemTexts.quote(text) + " has no period", hint);
        }
        Long periodNanos = PERIODS.get(unit);
        if (amount.isEmpty() || periodNanos == null) {
            if (unit.equals("m") && amount.isPresent()) {
                hint = "m could be a minute or a month, write " + amountText + "/min";
            } else if (!isBytes && amountText.matches("\\d+\\.\\d+")) {
                hint = "use whole numbers and a longer period, such as 30/min for 0.5/s";
            } else if (!isBytes
                    && amount.isEmpty()
                    && ValueParsers.bytes(amountText).isPresent()) {
                hint = dimension.key() + " counts operations: " + hint;
            }
            return ParsedValue.bad(ProblemTexts.quote(text) + " is not a rate", hint);
        }
        return bounded(text, amount.get(), periodNanos);
    }

    private static ParsedValue<Amount> bounded(String text, BigInteger amount, long periodNanos) {
        return amount.compareTo(BigInteger.valueOf(Limit.AMOUNT_MAX)) <= 0
                ? ParsedValue.good(new Amount(amount.longValueExact(), periodNanos))
                : ParsedValue.bad(
                        ProblemTexts.quote(text) + " is too large",
                        "use at most " + Limit.AMOUNT_MAX + " (2^45, 32 TiB)");
    }

    private static Optional<BigInteger> wholeNumber(String text) {
        return text.matches("\\d{1,40}") ? Optional.of(new BigInteger(text)) : Optional.empty();
    }

    private static String likely(String unit) {
        String lower = unit.toLowerCase(Locale.ROOT);
        for (Map.Entry<String, List<String>> entry : LIKELY.entrySet()) {
            if (entry.getKey().equals(lower) || entry.getValue().contains(lower)) {
                return entry.getKey();
            }
        }
        return "s";
    }
}
