package dev.sluice.policy.hocon;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import dev.sluice.policy.hocon.ParsedValue.Bad;
import dev.sluice.policy.hocon.ParsedValue.Good;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One object of a configuration file while it is being read. A key becomes known when it is asked for; {@link #finish}
 * reports all others as unknown. An absent value reads as empty; so does a wrong one, after it was reported.
 */
public final class ConfigSection {
    /** Elements that lists of addresses, domains and the like may have. */
    public static final int LIST_SIZE_MAX = 1024;

    private static final Pattern SUBSTITUTION = Pattern.compile("\\$\\{([^?}][^}]*)}");

    private static final String OBJECT = "an object { ... }";
    private static final String LIST = "a list [ ... ]";

    private final ConfigObject object;
    private final List<String> path;
    private final KeyPositions positions;
    private final ProblemCollector problems;
    private final boolean isNamedEntry;
    private final Set<String> known = new LinkedHashSet<>();
    private final Map<String, ConfigSection> children = new LinkedHashMap<>();

    private ConfigSection(
            ConfigObject object,
            List<String> path,
            KeyPositions positions,
            ProblemCollector problems,
            boolean isNamedEntry) {
        this.object = object;
        this.path = path;
        this.positions = positions;
        this.problems = problems;
        this.isNamedEntry = isNamedEntry;
    }

    static ConfigSection root(ConfigObject object, KeyPositions positions, ProblemCollector problems) {
        return new ConfigSection(object, List.of(), positions, problems, false);
    }

    /** Whether there is such a key. */
    public boolean has(String key) {
        known.add(key);
        return object.containsKey(key);
    }

    /** The object under a key; an empty one if there is none. */
    public ConfigSection section(String key) {
        known.add(key);
        ConfigSection read = children.get(key);
        return read != null ? read : child(key, false);
    }

    /** The objects of an object whose keys are names. */
    public Map<String, ConfigSection> namedSections() {
        Map<String, ConfigSection> entries = new LinkedHashMap<>();
        for (String name : names()) {
            entries.put(name, child(name, true));
        }
        return entries;
    }

    /** The keys of an object whose keys are names. */
    public List<String> names() {
        List<String> names = List.copyOf(object.keySet());
        known.addAll(names);
        return names;
    }

    /** A plain value; empty if it is absent or wrong. */
    public <T> Optional<T> value(String key, ValueParser<T> parser) {
        known.add(key);
        ConfigValue value = object.get(key);
        return value == null ? Optional.empty() : plain(key, value, parser);
    }

    /** A list of plain values; empty if it is absent or wrong. */
    public <T> List<T> list(String key, int sizeMax, ValueParser<T> parser) {
        known.add(key);
        ConfigValue value = object.get(key);
        if (value == null || !isResolved(key, value)) {
            return List.of();
        }
        if (!(value instanceof ConfigList elements)) {
            wrongType(key, value, LIST);
            return List.of();
        }
        if (elements.size() > sizeMax) {
            error(key, "the list has " + elements.size() + " elements", "at most " + sizeMax);
            return List.of();
        }
        List<T> parsed = new ArrayList<>();
        for (ConfigValue element : elements) {
            plain(key, element, parser).ifPresent(parsed::add);
        }
        return parsed;
    }

    /** Reports an error about a key. */
    public void error(String key, String message, String hint) {
        problems.error(pathOf(key), lineOf(key), message, hint);
    }

    /** Reports a warning about a key. */
    public void warn(String key, String message, String hint) {
        problems.warn(pathOf(key), lineOf(key), message, hint);
    }

    /** Reports a problem of a file that one of this section's keys names. */
    public void report(ConfigProblem problem) {
        if (problem.isError()) {
            error(problem.key(), problem.message(), problem.hint());
        } else {
            warn(problem.key(), problem.message(), problem.hint());
        }
    }

    /** Reports unknown keys, here and in the sections below. */
    public void finish() {
        for (String key : object.keySet()) {
            if (!known.contains(key)) {
                unknown(key);
            }
        }
        children.values().forEach(ConfigSection::finish);
    }

    private void unknown(String key) {
        if (isNamedEntry && object.get(key) instanceof ConfigObject inner) {
            String name = dottedName(key, inner);
            String otherwise = ProblemTexts.closest(key, known)
                    .map(word -> "; or did you mean " + word + "?")
                    .orElse("");
            error(
                    key,
                    "a dot outside quotes starts a new key",
                    "put a name that has dots in quotes: " + ProblemTexts.quote(name) + otherwise);
            return;
        }
        error(key, "unknown key", ProblemTexts.suggest(key, known, "known keys"));
    }

    /** The name that {@code www.example.com { read-ops = 5/s }} was meant to be. */
    private String dottedName(String key, ConfigObject inner) {
        StringBuilder name = new StringBuilder(path.get(path.size() - 1) + "." + key);
        Optional<ConfigObject> next = Optional.of(inner);
        while (next.isPresent()) {
            ConfigObject level = next.get();
            next = Optional.empty();
            for (String deeper : level.keySet()) {
                if (!known.contains(deeper) && level.get(deeper) instanceof ConfigObject found) {
                    name.append('.').append(deeper);
                    next = Optional.of(found);
                    break;
                }
            }
        }
        return name.toString();
    }

    private ConfigSection child(String key, boolean isNamed) {
        ConfigObject found = ConfigFactory.empty().root();
        ConfigValue value = object.get(key);
        if (value != null && isResolved(key, value)) {
            if (value instanceof ConfigObject inner) {
                found = inner;
            } else {
                wrongType(key, value, OBJECT);
            }
        }
        ConfigSection child = new ConfigSection(found, pathOf(key), positions, problems, isNamed);
        children.put(key, child);
        return child;
    }

    private <T> Optional<T> plain(String key, ConfigValue value, ValueParser<T> parser) {
        if (!isResolved(key, value)) {
            return Optional.empty();
        }
        ConfigValueType type = value.valueType();
        if (type == ConfigValueType.OBJECT || type == ConfigValueType.LIST || type == ConfigValueType.NULL) {
            wrongType(key, value, "a single value");
            return Optional.empty();
        }
        // getString, unlike unwrapped(), gives a number as it is written
        ParsedValue<T> parsed = parser.parse(value.atKey("v").getString("v"));
        if (parsed instanceof Bad<T> bad) {
            error(key, bad.message(), bad.hint());
            return Optional.empty();
        }
        return Optional.of(((Good<T>) parsed).value());
    }

    private void wrongType(String key, ConfigValue value, String needed) {
        String found = switch (value.valueType()) {
            case OBJECT -> OBJECT;
            case LIST -> LIST;
            case NULL -> "null";
            case NUMBER -> "a number";
            case BOOLEAN -> "true or false";
            case STRING -> "a text";
        };
        String hint;
        if (value.valueType() == ConfigValueType.NULL) {
            hint = "leave the key out instead";
        } else if (needed.equals(LIST)) {
            hint = "put [ ] around it";
        } else if (needed.equals(OBJECT)) {
            hint = "write { ... } after the key";
        } else {
            hint = value instanceof ConfigList ? "write one value without [ ]" : "a name with a dot needs quotes";
        }
        error(key, "this is " + found + ", where " + needed + " is needed", hint);
    }

    /** Whether all substitutions in the value found something; reports it if not. */
    private boolean isResolved(String key, ConfigValue value) {
        try {
            if (value.valueType() == ConfigValueType.OBJECT) {
                // an object that is merged with an unresolved one throws only when it is used
                var unused = ((ConfigObject) value).isEmpty();
            }
            return true;
        } catch (ConfigException.NotResolved e) {
            Matcher names = SUBSTITUTION.matcher(positions.rawValue(pathOf(key)));
            String what =
                    names.find() && !ProblemCollector.isSecret(pathOf(key)) ? names.group() : "a substitution ${...}";
            error(
                    key,
                    what + " is set nowhere",
                    "set it here or in the environment, or write ${?...} if it may be missing");
            return false;
        }
    }

    private List<String> pathOf(String key) {
        List<String> full = new ArrayList<>(path);
        full.add(key);
        return full;
    }

    private int lineOf(String key) {
        ConfigValue value = object.get(key);
        return value == null ? object.origin().lineNumber() : value.origin().lineNumber();
    }

    @Override
    public String toString() {
        return path.isEmpty() ? "(top)" : ConfigUtil.joinPath(path);
    }
}
