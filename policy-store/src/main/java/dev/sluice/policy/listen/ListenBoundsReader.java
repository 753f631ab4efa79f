package dev.sluice.policy.listen;

import dev.sluice.policy.hocon.ConfigSection;
import dev.sluice.policy.hocon.ParsedValue;
import dev.sluice.policy.hocon.ProblemTexts;
import dev.sluice.policy.hocon.ValueParsers;
import java.time.Duration;
import java.util.OptionalInt;

/** Reads the bounds in the {@code listen} section. */
public final class ListenBoundsReader {
    private static final String HEADERS_HINT =
            "use " + ListenBounds.HEADERS_MIN + " to " + ListenBounds.HEADERS_MAX + ", such as 1024";
    private static final String CONNECTIONS_HINT = "use auto, or 1 to " + ListenBounds.CONNECTIONS_MAX;
    private static final String WAITING_HINT = "use 0 to " + ListenBounds.WAITING_MAX + ", such as 2000; 0: none waits";
    private static final String RATE_HINT = "use 0/s to 1 GiB/s, such as 1 KiB/s; 0/s turns it off";
    private static final String PER_SECOND = "/s";

    private ListenBoundsReader() {}

    /** Reads them; what is wrong is reported and has its default. */
    public static ListenBounds read(ConfigSection listen) {
        ListenBounds defaults = ListenBounds.DEFAULT;
        return new ListenBounds(
                listen.value("max-headers", ListenBoundsReader::headers).orElse(defaults.maxHeaders()),
                listen.value("max-connections", ListenBoundsReader::connections).orElse(defaults.maxConnections()),
                listen.value("max-waiting", ListenBoundsReader::waiting).orElse(defaults.maxWaiting()),
                listen.value("max-waiting-per-subject", ListenBoundsReader::waiting)
                        .orElse(defaults.maxWaitingPerSubject()),
                listen.value("min-rate", ListenBoundsReader::rate).orElse(defaults.minRateBytesPerSecond()),
                listen.value(
                                "min-rate-period",
                                ValueParsers.duration(Duration.ofSeconds(1), Duration.ofHours(1), "60s"))
                        .orElse(defaults.minRatePeriod()),
                listen.value("drain-lead", ValueParsers.duration(Duration.ZERO, Duration.ofHours(1), "10s"))
                        .orElse(defaults.drainLead()),
                listen.value("drain-timeout", ValueParsers.duration(Duration.ZERO, Duration.ofHours(24), "30s"))
                        .orElse(defaults.drainTimeout()));
    }

    private static ParsedValue<Integer> headers(String text) {
        return whole(text, ListenBounds.HEADERS_MIN, ListenBounds.HEADERS_MAX, HEADERS_HINT);
    }

    private static ParsedValue<Integer> waiting(String text) {
        return whole(text, 0, ListenBounds.WAITING_MAX, WAITING_HINT);
    }

    /** Parses how many connections there may be; empty: {@code auto}. */
    public static ParsedValue<OptionalInt> connections(String text) {
        if (text.equals("auto")) {
            return ParsedValue.good(OptionalInt.empty());
        }
        ParsedValue<Integer> number = whole(text, 1, ListenBounds.CONNECTIONS_MAX, CONNECTIONS_HINT);
        if (number instanceof ParsedValue.Good<Integer> good) {
            return ParsedValue.good(OptionalInt.of(good.value()));
        }
        return ParsedValue.bad(((ParsedValue.Bad<Integer>) number).message(), CONNECTIONS_HINT);
    }

    private static ParsedValue<Integer> whole(String text, int min, int max, String hint) {
        if (!text.matches("\\d{1,9}")) {
            return ParsedValue.bad(ProblemTexts.quote(text) + " is not a whole number in range", hint);
        }
        int number = Integer.parseInt(text);
        return number < min || number > max
                ? ParsedValue.bad(ProblemTexts.quote(text) + " is out of range", hint)
                : ParsedValue.good(number);
    }

    private static ParsedValue<Integer> rate(String text) {
        if (!text.endsWith(PER_SECOND)) {
            return ParsedValue.bad(ProblemTexts.quote(text) + " is not a rate", RATE_HINT);
        }
        String amount = text.substring(0, text.length() - PER_SECOND.length()).strip();
        ParsedValue<Integer> bytes =
                ValueParsers.bytes(0, ListenBounds.RATE_MAX, "").parse(amount);
        return bytes instanceof ParsedValue.Good<Integer>
                ? bytes
                : ParsedValue.bad(ProblemTexts.quote(text) + " is not a rate in range", RATE_HINT);
    }
}
