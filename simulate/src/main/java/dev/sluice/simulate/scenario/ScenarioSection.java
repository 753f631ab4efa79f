package dev.sluice.simulate.scenario;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the fields of one object of a scenario file, with checks. A key that is never read is an error. */
final class ScenarioSection {
    private static final Pattern DURATION = Pattern.compile("([0-9]+(?:\\.[0-9]+)?) *(ns|us|ms|s|m|min|h|d)");
    private static final Pattern RATE = Pattern.compile("([0-9]+(?:\\.[0-9]+)?) *([KMGT]iB|B|) */ *(s|min|h|d)");
    private static final Pattern SIZE = Pattern.compile("([0-9]+(?:\\.[0-9]+)?) *([KMGT]iB|B)");
    private static final double DURATION_NANOS_MAX = 48 * 3600e9;
    private static final String SIZES = "BKMGT";
    private static final Pattern PERCENT = Pattern.compile("([0-9]+(?:\\.[0-9]+)?) *%");

    private final String file;
    private final String path;
    private final ConfigObject object;
    private final Set<String> known = new LinkedHashSet<>();

    ScenarioSection(String file, String path, ConfigObject object) {
        this.file = file;
        this.path = path;
        this.object = object;
    }

    /** An amount per period, in bytes if it has a unit of bytes. */
    record Rate(double amount, boolean isBytes, long periodNanos) {
        double perSecond() {
            return amount * Scenario.SECOND_NANOS / periodNanos;
        }
    }

    boolean has(String key) {
        known.add(key);
        return object.containsKey(key);
    }

    BadScenarioException bad(String key, String problem, String hint) {
        ConfigValue value = object.get(key);
        int line = (value == null ? object.origin() : value.origin()).lineNumber();
        return new BadScenarioException(file, line, path + "." + key, problem, hint);
    }

    private String text(String key) throws BadScenarioException {
        ConfigValue value = object.get(key);
        if (value == null) {
            throw bad(key, "is missing", "it has no default");
        }
        return text(key, value);
    }

    private String text(String key, ConfigValue value) throws BadScenarioException {
        if (value.valueType() == ConfigValueType.STRING || value.valueType() == ConfigValueType.NUMBER) {
            return String.valueOf(value.unwrapped()).trim();
        }
        throw bad(key, "is " + kind(value), "write a single value");
    }

    private static String kind(ConfigValue value) {
        return "a " + value.valueType().name().toLowerCase(Locale.ROOT);
    }

    String string(String key, String otherwise) throws BadScenarioException {
        return has(key) ? text(key) : otherwise;
    }

    <T extends Enum<T>> T word(String key, Class<T> type, @Nullable T otherwise) throws BadScenarioException {
        if (!has(key) && otherwise != null) {
            return otherwise;
        }
        String text = text(key);
        List<String> words = new ArrayList<>();
        for (T constant : type.getEnumConstants()) {
            String word = constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
            if (word.equals(text)) {
                return constant;
            }
            words.add(word);
        }
        throw bad(key, "\"" + text + "\" is not known here", "one of " + String.join(", ", words));
    }

    int whole(String key, long least, long most, @Nullable Integer otherwise) throws BadScenarioException {
        return (int) wholeLong(key, least, most, otherwise == null ? null : (long) otherwise);
    }

    long wholeLong(String key, long least, long most, @Nullable Long otherwise) throws BadScenarioException {
        if (!has(key) && otherwise != null) {
            return otherwise;
        }
        String text = text(key);
        try {
            long value = Long.parseLong(text);
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // reported below
        }
        throw bad(key, "\"" + text + "\" is not a whole number in range", "write " + least + " to " + most);
    }

    long duration(String key, long leastNanos, @Nullable Long otherwiseNanos) throws BadScenarioException {
        if (!has(key) && otherwiseNanos != null) {
            return otherwiseNanos;
        }
        return duration(key, text(key), leastNanos);
    }

    private long duration(String key, String text, long leastNanos) throws BadScenarioException {
        Matcher m = DURATION.matcher(text);
        double nanos = m.matches() ? Double.parseDouble(m.group(1)) * unitNanos(m.group(2)) : -1;
        if (nanos < leastNanos || nanos > DURATION_NANOS_MAX) {
            String least = leastNanos == 0 ? "" : ", at least " + leastNanos / 1e6 + " ms";
            throw bad(key, "\"" + text + "\" is not a duration in range", "write one such as 100ms or 20s" + least);
        }
        return Math.round(nanos);
    }

    private static double unitNanos(String unit) {
        return switch (unit) {
            case "ns" -> 1;
            case "us" -> 1e3;
            case "ms" -> 1e6;
            case "s" -> 1e9;
            case "m", "min" -> 60e9;
            case "h" -> 3600e9;
            default -> 24 * 3600e9;
        };
    }

    /** Reads a range of durations; a single one stands for both ends. */
    long[] durations(String key, long[] otherwiseNanos) throws BadScenarioException {
        if (!has(key)) {
            return otherwiseNanos;
        }
        if (!(object.get(key) instanceof ConfigList list)) {
            long both = duration(key, 0, null);
            return new long[] {both, both};
        }
        if (list.size() == 2) {
            long least = duration(key, text(key, list.get(0)), 0);
            long most = duration(key, text(key, list.get(1)), 0);
            if (least <= most) {
                return new long[] {least, most};
            }
        }
        throw bad(key, "is not a range", "write [least, most], such as [0.2ms, 2ms]");
    }

    Rate rate(String key) throws BadScenarioException {
        known.add(key);
        String text = text(key);
        Matcher m = RATE.matcher(text);
        if (!m.matches()) {
            throw bad(key, "\"" + text + "\" is not a rate", "write one such as 1000/s or 600/min");
        }
        String unit = m.group(2);
        double amount = Double.parseDouble(m.group(1)) * (unit.isEmpty() ? 1 : unitBytes(unit));
        return new Rate(amount, !unit.isEmpty(), (long) unitNanos(m.group(3)));
    }

    /** Reads a size such as {@code 16KiB}; for a speed, per second. */
    long bytes(String key, @Nullable Long otherwise) throws BadScenarioException {
        if (!has(key) && otherwise != null) {
            return otherwise;
        }
        String text = text(key);
        Matcher m = SIZE.matcher(text);
        double bytes = m.matches() ? Double.parseDouble(m.group(1)) * unitBytes(m.group(2)) : 0;
        if (bytes < 1 || bytes > 1L << 50) {
            throw bad(key, "\"" + text + "\" is not a size in range", "write one such as 64KiB or 1GiB");
        }
        return (long) bytes;
    }

    private static double unitBytes(String unit) {
        return Math.pow(1024, SIZES.indexOf(unit.charAt(0)));
    }

    double part(String key, double most, double otherwise) throws BadScenarioException {
        if (!has(key)) {
            return otherwise;
        }
        String text = text(key);
        Matcher m = PERCENT.matcher(text);
        double value = -1;
        try {
            value = m.matches() ? Double.parseDouble(m.group(1)) / 100 : Double.parseDouble(text);
        } catch (NumberFormatException e) {
            // reported below
        }
        if (!(value >= 0 && value <= most)) {
            throw bad(key, "\"" + text + "\" is not a part in range", "write 0% to " + Math.round(100 * most) + "%");
        }
        return value;
    }

    /** Reads {@code true} or {@code false}; false if it is absent. */
    boolean isTrue(String key) throws BadScenarioException {
        ConfigValue value = has(key) ? object.get(key) : null;
        if (value == null) {
            return false;
        }
        if (value.unwrapped() instanceof Boolean flag) {
            return flag;
        }
        throw bad(key, "\"" + value.unwrapped() + "\" is neither true nor false", "write true or false");
    }

    ScenarioSection object(String key) throws BadScenarioException {
        ConfigValue value = has(key) ? object.get(key) : object.withOnlyKey("");
        if (value instanceof ConfigObject inner) {
            return new ScenarioSection(file, path + "." + key, inner);
        }
        throw bad(key, "is not a section", "write " + key + " { ... }");
    }

    List<ScenarioSection> objects(String key) throws BadScenarioException {
        List<ScenarioSection> all = new ArrayList<>();
        if (has(key)) {
            if (!(object.get(key) instanceof ConfigList list)) {
                throw bad(key, "is not a list", "write " + key + " = [ { ... }, { ... } ]");
            }
            for (ConfigValue value : list) {
                if (!(value instanceof ConfigObject inner)) {
                    throw bad(key, "holds " + kind(value), "write " + key + " = [ { ... }, { ... } ]");
                }
                all.add(new ScenarioSection(file, path + "." + key + "[" + all.size() + "]", inner));
            }
        }
        return all;
    }

    /** Reads lists of whole numbers, each at most once. */
    List<List<Integer>> groups(String key, int most) throws BadScenarioException {
        String hint = "write lists of nodes from 0 to " + most + ", such as [[0, 1], [2, 3]]";
        has(key);
        List<List<Integer>> groups = new ArrayList<>();
        Set<Integer> seen = new LinkedHashSet<>();
        if (!(object.get(key) instanceof ConfigList list) || list.isEmpty()) {
            throw bad(key, "is not a list of groups", hint);
        }
        for (ConfigValue value : list) {
            List<Integer> group = new ArrayList<>();
            if (!(value instanceof ConfigList nodes)) {
                throw bad(key, "holds " + kind(value), hint);
            }
            for (ConfigValue node : nodes) {
                if (!(node.unwrapped() instanceof Integer number) || number < 0 || number > most || !seen.add(number)) {
                    throw bad(key, node.unwrapped() + " is no node, or named twice", hint);
                }
                group.add(number);
            }
            groups.add(group);
        }
        return groups;
    }

    /** Fails for a key that was not read. Call it after reading all known keys. */
    void finish() throws BadScenarioException {
        for (String key : object.keySet()) {
            if (!known.contains(key)) {
                throw bad(key, "is not known", "one of " + String.join(", ", known));
            }
        }
    }
}
