package dev.sluice.policy.hocon;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValueFactory;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Parsers of single values, with the units of HOCON. */
public final class ValueParsers {
    private static final Pattern BARE_NUMBER = Pattern.compile("\\d+(\\.\\d+)?");
    private static final Pattern WITH_UNIT = Pattern.compile("\\d+(\\.\\d+)?\\s*[A-Za-z]*");

    private ValueParsers() {}

    /** A duration with a unit. A bare number is refused: HOCON takes it for milliseconds, most people for seconds. */
    public static ValueParser<Duration> duration(Duration min, Duration max, String example) {
        String range = "use " + text(min) + " to " + text(max) + ", such as " + example;
        return text -> {
            String value = text.strip();
            if (value.startsWith("-")) {
                return ParsedValue.bad(ProblemTexts.quote(text) + " is negative", range);
            }
            if (BARE_NUMBER.matcher(value).matches()) {
                return ParsedValue.bad(
                        ProblemTexts.quote(text) + " has no unit", "write " + value + "s or " + value + "ms");
            }
            Optional<Duration> duration = WITH_UNIT.matcher(value).matches()
                    ? asHocon(value, config -> config.getDuration("v"))
                    : Optional.empty();
            if (duration.isEmpty()) {
                return ParsedValue.bad(ProblemTexts.quote(text) + " is not a duration", range);
            }
            return duration.get().compareTo(min) < 0 || duration.get().compareTo(max) > 0
                    ? ParsedValue.bad(ProblemTexts.quote(text) + " is out of range", range)
                    : ParsedValue.good(duration.get());
        };
    }

    /** A size as HOCON writes it: {@code 32 KiB}, {@code 10MB}, {@code 512}; empty if it is none. */
    public static Optional<BigInteger> bytes(String text) {
        String value = text.strip();
        if (!WITH_UNIT.matcher(value).matches()) {
            return Optional.empty();
        }
        Optional<BigInteger> bytes =
                asHocon(value, config -> config.getMemorySize("v").toBytesBigInteger());
        // 0.5 B must not become 0, which forbids everything
        boolean isLost = bytes.isPresent() && bytes.get().signum() == 0 && value.matches(".*[1-9].*");
        return isLost ? Optional.empty() : bytes;
    }

    /** A size within bounds. */
    public static ValueParser<Integer> bytes(int min, int max, String range) {
        return text -> {
            String hint = "use " + range;
            if (text.startsWith("-")) {
                return ParsedValue.bad(ProblemTexts.quote(text) + " is negative", hint);
            }
            Optional<BigInteger> bytes = bytes(text);
            if (bytes.isEmpty()) {
                return ParsedValue.bad(ProblemTexts.quote(text) + " is not a size", hint);
            }
            boolean isInRange = bytes.get().compareTo(BigInteger.valueOf(min)) >= 0
                    && bytes.get().compareTo(BigInteger.valueOf(max)) <= 0;
            return isInRange
                    ? ParsedValue.good(bytes.get().intValueExact())
                    : ParsedValue.bad(ProblemTexts.quote(text) + " is out of range", hint);
        };
    }

    /** One of a few words. */
    public static ValueParser<String> word(List<String> words) {
        return text -> words.contains(text)
                ? ParsedValue.good(text)
                : ParsedValue.bad(
                        ProblemTexts.quote(text) + " is not known here", "one of " + String.join(", ", words));
    }

    /** On or off, in any of HOCON's spellings. */
    public static ValueParser<Boolean> onOff() {
        return text -> asHocon(text, config -> config.getBoolean("v"))
                .map(ParsedValue::good)
                .orElseGet(
                        () -> ParsedValue.bad(ProblemTexts.quote(text) + " is neither on nor off", "write on or off"));
    }

    /** Any text, also an empty one. */
    public static ValueParser<String> any() {
        return ParsedValue::good;
    }

    /** A name that is shown to people. */
    public static ValueParser<String> name(Pattern allowed, String hint) {
        return text -> allowed.matcher(text).matches()
                ? ParsedValue.good(text)
                : ParsedValue.bad(
                        text.isEmpty() ? "this is empty" : ProblemTexts.quote(text) + " can't be used as a name", hint);
    }

    private static <T> Optional<T> asHocon(String text, Function<Config, T> getter) {
        try {
            return Optional.of(getter.apply(ConfigValueFactory.fromAnyRef(text).atKey("v")));
        } catch (ConfigException | ArithmeticException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static String text(Duration duration) {
        if (duration.toMillisPart() > 0 || duration.isZero()) {
            return duration.toMillis() + "ms";
        }
        return duration.compareTo(Duration.ofHours(1)) >= 0 ? duration.toHours() + "h" : duration.toSeconds() + "s";
    }
}
