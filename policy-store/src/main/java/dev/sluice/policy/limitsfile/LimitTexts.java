package dev.sluice.policy.limitsfile;

import dev.sluice.limits.model.ByteRateLimit;
import dev.sluice.limits.model.ByteRateLimit.ByteEnforcement;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Dimension.Unit;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.OnExceed;
import dev.sluice.limits.model.RateAlgorithm;
import dev.sluice.limits.model.RateLimit;
import dev.sluice.limits.model.Sharing;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Writes limits as the keys of an entry, for limits that come from no file. Limits of one entry share their options; where
 * they don't, the first limit's are written.
 */
public final class LimitTexts {
    private static final List<String> UNITS = List.of("", " KiB", " MiB", " GiB", " TiB");
    private static final long KIBI = 1024;
    private static final long MILLI_NANOS = 1_000_000;

    private LimitTexts() {}

    /** The keys and their values, in the order of a limits file. */
    public static Map<String, String> of(LimitSet limits) {
        Map<String, String> keys = new LinkedHashMap<>();
        for (int i = 0; i < Dimension.count(); i++) {
            Dimension dimension = Dimension.at(i);
            Limit limit = limits.get(dimension);
            if (limit != null) {
                keys.put(dimension.key(), of(dimension, limit));
            }
        }
        for (int i = 0; i < Dimension.count(); i++) {
            Limit limit = limits.get(Dimension.at(i));
            if (limit != null) {
                addOptions(limit, keys);
            }
        }
        return keys;
    }

    /** One limit as a value of a limits file: {@code 200/s}, {@code 4 MiB/s}. */
    public static String of(Dimension dimension, Limit limit) {
        return dimension.unit() == Unit.BYTES ? bytes(limit) : limit.text();
    }

    /**
     * An entry with the options that the defaults of its file give it.
     *
     * @param defaults those that say nothing about the entry are left out
     */
    public static Map<String, String> withDefaults(Map<String, String> entry, Map<String, String> defaults) {
        boolean isLimit = entry.keySet().stream().anyMatch(LimitTexts::isLimit);
        if (!isLimit) {
            return entry;
        }
        Map<String, String> whole = new LinkedHashMap<>(entry);
        for (String key : List.of("meter", "sharing", "on-exceed")) {
            putIfGiven(key, defaults, whole);
        }
        if (MeterAlgorithm.BUCKET.key().equals(whole.get("meter"))) {
            putIfGiven("burst", defaults, whole);
        }
        if ("wait".equals(whole.get("on-exceed"))) {
            putIfGiven("max-wait", defaults, whole);
        }
        if (entry.keySet().stream().anyMatch(LimitTexts::isBytes)) {
            putIfGiven("bytes", defaults, whole);
        }
        return whole;
    }

    private static void putIfGiven(String key, Map<String, String> from, Map<String, String> to) {
        String value = from.get(key);
        if (value != null) {
            to.putIfAbsent(key, value);
        }
    }

    private static boolean isLimit(String key) {
        return Dimension.ofKey(key).filter(Dimension::isOfRequests).isPresent();
    }

    private static boolean isBytes(String key) {
        return Dimension.ofKey(key)
                .filter(dimension -> dimension.unit() == Unit.BYTES)
                .isPresent();
    }

    private static String bytes(Limit limit) {
        long amount = limit.amount();
        int unit = 0;
        while (amount > 0 && amount % KIBI == 0 && unit < UNITS.size() - 1) {
            amount /= KIBI;
            unit++;
        }
        String text = limit.text();
        return amount + UNITS.get(unit) + text.substring(text.indexOf('/'));
    }

    private static void addOptions(Limit limit, Map<String, String> to) {
        if (limit instanceof RateLimit rate) {
            RateAlgorithm algorithm = rate.rate().algorithm();
            if (algorithm.name() != MeterAlgorithm.WINDOW) {
                to.putIfAbsent("meter", algorithm.name().key());
            }
            if (algorithm.name() == MeterAlgorithm.BUCKET && limit.amount() > 0 && limit.capacity() != limit.amount()) {
                double periods = (double) limit.capacity() / limit.amount();
                long millis = Math.max(1, (long) Math.ceil(periods * limit.periodNanos() / MILLI_NANOS));
                to.putIfAbsent("burst", millis + "ms");
            }
            Sharing sharing = rate.rate().sharing();
            if (sharing != Sharing.PACED && algorithm.name() != MeterAlgorithm.SEED) {
                to.putIfAbsent("sharing", sharing.key());
            }
        }
        boolean isSeed =
                limit instanceof RateLimit rate && rate.rate().algorithm().name() == MeterAlgorithm.SEED;
        if (limit instanceof ByteRateLimit bytes && bytes.enforcement() == ByteEnforcement.DEFER && !isSeed) {
            to.putIfAbsent("bytes", bytes.enforcement().key());
        }
        OnExceed onExceed = limit.onExceed();
        if (onExceed.action() != OnExceed.Action.REJECT) {
            to.putIfAbsent("on-exceed", onExceed.action().name().toLowerCase(Locale.ROOT));
        }
        if (onExceed.mayWait()) {
            to.putIfAbsent("max-wait", onExceed.maxWaitNanos() / MILLI_NANOS + "ms");
        }
    }
}
