package dev.sluice.policy.limitsfile;

import dev.sluice.limits.model.ByteRateLimit;
import dev.sluice.limits.model.ByteRateLimit.ByteEnforcement;
import dev.sluice.limits.model.ConcurrencyLimit;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitRate;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.OnExceed;
import dev.sluice.limits.model.OperationRateLimit;
import dev.sluice.limits.model.RateAlgorithm;
import dev.sluice.limits.model.Sharing;
import dev.sluice.policy.hocon.ConfigSection;
import dev.sluice.policy.hocon.ParsedValue;
import dev.sluice.policy.hocon.ProblemTexts;
import dev.sluice.policy.hocon.ValueParser;
import dev.sluice.policy.hocon.ValueParsers;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads the entries of a limits file: limits by dimension, and the options that apply to all limits of an entry. */
final class LimitEntryReader {
    private static final List<String> METERS =
            Arrays.stream(MeterAlgorithm.values()).map(MeterAlgorithm::key).toList();

    private static final String SHARINGS =
            Arrays.stream(Sharing.values()).map(Sharing::key).collect(Collectors.joining(", "));

    private static final ValueParser<MeterAlgorithm> METER = text -> {
        String hint = "one of " + String.join(", ", METERS);
        return MeterAlgorithm.ofKey(text)
                .map(ParsedValue::good)
                .orElseGet(() -> ParsedValue.bad(ProblemTexts.quote(text) + " is not a meter", hint));
    };

    private static final ValueParser<Sharing> SHARING = text -> Sharing.ofKey(text)
            .map(ParsedValue::good)
            .orElseGet(() -> ParsedValue.bad(ProblemTexts.quote(text) + " is not a sharing", "one of " + SHARINGS));

    private static final String BYTE_ENFORCEMENTS =
            Arrays.stream(ByteEnforcement.values()).map(ByteEnforcement::key).collect(Collectors.joining(", "));

    private static final ValueParser<ByteEnforcement> BYTES = text -> ByteEnforcement.ofKey(text)
            .map(ParsedValue::good)
            .orElseGet(() ->
                    ParsedValue.bad(ProblemTexts.quote(text) + " is not known here", "one of " + BYTE_ENFORCEMENTS));

    private static final ValueParser<OnExceed.Action> ON_EXCEED = text -> {
        for (OnExceed.Action value : OnExceed.Action.values()) {
            if (value.name().toLowerCase(Locale.ROOT).equals(text)) {
                return ParsedValue.good(value);
            }
        }
        return ParsedValue.bad(ProblemTexts.quote(text) + " is not known here", "one of reject, wait, shadow");
    };

    private static final ValueParser<Duration> MAX_WAIT = ValueParsers.duration(
            Duration.ofNanos(OnExceed.MAX_WAIT_NANOS_MIN), Duration.ofNanos(OnExceed.MAX_WAIT_NANOS_MAX), "1s");

    private static final ValueParser<Duration> BURST =
            ValueParsers.duration(Duration.ofMillis(1), Duration.ofHours(24), "10s");

    private static final Duration MAX_WAIT_DEFAULT = Duration.ofSeconds(1);

    private final ConfigSection defaults;
    private final MeterAlgorithm meter;
    private final Sharing sharing;
    private final ByteEnforcement bytes;
    private final OnExceed.Action onExceed;
    private final Optional<Duration> maxWait;
    private final Optional<Duration> burst;
    private boolean isBucketUsed;
    private boolean isWaitUsed;

    /**
     * Reads the defaults.
     *
     * @param defaults apply to entries that don't override them
     */
    LimitEntryReader(ConfigSection defaults) {
        this.defaults = defaults;
        this.meter = defaults.value("meter", METER).orElse(MeterAlgorithm.WINDOW);
        this.sharing = defaults.value("sharing", SHARING).orElse(Sharing.PACED);
        this.bytes = defaults.value("bytes", BYTES).orElse(ByteEnforcement.PACE);
        this.onExceed = defaults.value("on-exceed", ON_EXCEED).orElse(OnExceed.Action.REJECT);
        this.maxWait = defaults.value("max-wait", MAX_WAIT);
        this.burst = defaults.value("burst", BURST);
    }

    LimitSet read(ConfigSection entry) {
        // dimensions first: this is also the order in which a hint names the known keys
        Map<Dimension, RateParser.Amount> amounts = new EnumMap<>(Dimension.class);
        for (int i = 0; i < Dimension.count(); i++) {
            Dimension dimension = Dimension.at(i);
            if (dimension.isOfRequests()) {
                entry.value(dimension.key(), RateParser.parser(dimension))
                        .ifPresent(amount -> amounts.put(dimension, amount));
            }
        }
        Optional<MeterAlgorithm> ownMeter = entry.value("meter", METER);
        Sharing entrySharing = entry.value("sharing", SHARING).orElse(sharing);
        ByteEnforcement entryBytes = entry.value("bytes", BYTES).orElse(bytes);
        if (entry.has("bytes") && amounts.keySet().stream().noneMatch(LimitEntryReader::isBytes)) {
            entry.warn("bytes", "this entry has no limit on bytes", "add read-bytes or write-bytes, or remove it");
        }
        boolean isMeterWrong = ownMeter.isEmpty() && entry.has("meter");
        MeterAlgorithm entryMeter = ownMeter.orElse(meter);
        Optional<Duration> ownBurst = entry.value("burst", BURST);
        OnExceed entryOnExceed = onExceed(entry);
        if (entryMeter == MeterAlgorithm.BUCKET || isMeterWrong) {
            isBucketUsed = true;
        } else if (ownBurst.isPresent()) {
            entry.warn(
                    "burst",
                    "only the meter bucket has a burst, this entry's is " + entryMeter.key(),
                    "add meter = bucket, or remove the burst");
        }

        Map<Dimension, Limit> limits = new EnumMap<>(Dimension.class);
        amounts.forEach((dimension, amount) -> {
            BigInteger depth = depth(amount, entryMeter, ownBurst.or(() -> burst));
            if (depth.compareTo(BigInteger.valueOf(Limit.AMOUNT_MAX)) > 0) {
                entry.error(
                        dimension.key(),
                        "rate times burst is too large",
                        "use at most " + Limit.AMOUNT_MAX + " (2^45, 32 TiB)");
                return;
            }
            if (dimension.isGauge()) {
                limits.put(dimension, new ConcurrencyLimit(amount.amount(), entryOnExceed));
                return;
            }
            RateAlgorithm algorithm = RateAlgorithm.of(entryMeter, depth.longValueExact());
            LimitRate rate =
                    new LimitRate(amount.amount(), amount.periodNanos(), algorithm, algorithm.supported(entrySharing));
            boolean isSeed = entryMeter == MeterAlgorithm.SEED;
            limits.put(
                    dimension,
                    isBytes(dimension)
                            ? new ByteRateLimit(rate, entryOnExceed, isSeed ? ByteEnforcement.DEFER : entryBytes)
                            : new OperationRateLimit(rate, entryOnExceed));
        });
        return new LimitSet(limits);
    }

    private OnExceed onExceed(ConfigSection entry) {
        Optional<OnExceed.Action> own = entry.value("on-exceed", ON_EXCEED);
        Optional<Duration> ownMaxWait = entry.value("max-wait", MAX_WAIT);
        OnExceed.Action action = own.orElse(onExceed);
        boolean isActionWrong = own.isEmpty() && entry.has("on-exceed");
        if (action == OnExceed.Action.WAIT || isActionWrong) {
            isWaitUsed = true;
        } else if (ownMaxWait.isPresent()) {
            entry.warn(
                    "max-wait",
                    "requests wait only with on-exceed = wait, this entry's is "
                            + action.name().toLowerCase(Locale.ROOT),
                    "add on-exceed = wait, or remove the max-wait");
        }
        return switch (action) {
            case REJECT -> OnExceed.REJECT;
            case SHADOW -> OnExceed.SHADOW;
            case WAIT ->
                OnExceed.waitUpTo(
                        ownMaxWait.or(() -> maxWait).orElse(MAX_WAIT_DEFAULT).toNanos());
        };
    }

    private static boolean isBytes(Dimension dimension) {
        return dimension.unit() == Dimension.Unit.BYTES;
    }

    /** To be called after the last entry. */
    void finish() {
        if (burst.isPresent() && !isBucketUsed) {
            defaults.warn(
                    "burst",
                    "only the meter bucket has a burst, and no entry uses it",
                    "set meter = bucket, or remove the burst");
        }
        if (maxWait.isPresent() && !isWaitUsed) {
            defaults.warn(
                    "max-wait",
                    "requests wait only with on-exceed = wait, and no entry has it",
                    "set on-exceed = wait, or remove the max-wait");
        }
    }

    /** What a bucket holds: rate times burst, one period's worth where no burst is named; at least 1. */
    private static BigInteger depth(RateParser.Amount amount, MeterAlgorithm meter, Optional<Duration> burst) {
        BigInteger worth = BigInteger.valueOf(amount.amount());
        if (amount.periodNanos() == 0) {
            return BigInteger.ONE;
        }
        if (meter == MeterAlgorithm.BUCKET && burst.isPresent()) {
            worth = worth.multiply(BigInteger.valueOf(burst.get().toNanos()))
                    .divide(BigInteger.valueOf(amount.periodNanos()));
        }
        return worth.max(BigInteger.ONE);
    }
}
