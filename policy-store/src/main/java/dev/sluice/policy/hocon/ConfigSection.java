package dev.sluice.policy.hocon;

import dev.sluice.policy.hocon.HoconTree.HoconNodeKind;
import dev.sluice.policy.hocon.ParsedValue.Bad;
import dev.sluice.policy.hocon.ParsedValue.Good;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * One object of a configuration file while it is being read. A key becomes known when it is asked for; {@link #finish}
 * reports all others as unknown. An absent value reads as empty; so does a wrong one, after it was reported.
 */
public final class ConfigSection {
    /** Elements that lists of addresses, domains and the like may have. */
    public static final int LIST_SIZE_MAX = 1024;

    private static final String OBJECT = "an object { ... }";
    private static final String LIST = "a list [ ... ]";

    private final HoconTree tree;
    /** {@link HoconTree#NONE}: there is no such object, or it is something else. */
    private final int object;
    /** The node whose place stands for keys that aren't there. */
    private final int place;

    private final List<String> path;
    private final ProblemCollector problems;
    private final boolean isNamedEntry;
    private final Set<String> known = new LinkedHashSet<>();
    private boolean areAllKnown;
    private final Map<String, ConfigSection> children = new LinkedHashMap<>();

    private ConfigSection(
            HoconTree tree, int object, int place, List<String> path, ProblemCollector problems, boolean isNamedEntry) {
        this.tree = tree;
        this.object = object;
        this.place = place;
        this.path = path;
        this.problems = problems;
        this.isNamedEntry = isNamedEntry;
    }

    static ConfigSection root(HoconTree tree, ProblemCollector problems) {
        return new ConfigSection(tree, HoconTree.ROOT, HoconTree.ROOT, List.of(), problems, false);
    }

    /** Whether there is such a key. */
    public boolean has(String key) {
        known.add(key);
        return node(key) != HoconTree.NONE;
    }

    /** The object under a key; an empty one if there is none. */
    public ConfigSection section(String key) {
        known.add(key);
        ConfigSection read = children.get(key);
        if (read == null) {
            read = child(key, node(key), false);
            children.put(key, read);
        }
        return read;
    }

    /**
     * The objects of an object whose keys are names, one after the other. What the reader of one leaves unread is
     * reported as unknown.
     */
    public void eachNamed(BiConsumer<String, ConfigSection> reader) {
        areAllKnown = true;
        eachChild(node -> {
            String name = tree.textOf(tree.key(node));
            ConfigSection section = child(name, node, true);
            reader.accept(name, section);
            section.finish();
        });
    }

    /** The plain values of an object whose keys are names, one after the other; those that are wrong are reported. */
    public <T> void eachValue(ValueParser<T> parser, BiConsumer<String, T> reader) {
        areAllKnown = true;
        eachChild(node -> {
            String name = tree.textOf(tree.key(node));
            plain(name, node, parser).ifPresent(value -> reader.accept(name, value));
        });
    }

    /** How many keys there are. */
    public int size() {
        return object == HoconTree.NONE ? 0 : tree.count(object);
    }

    private void eachChild(Consumer<Integer> reader) {
        if (object != HoconTree.NONE) {
            for (int node = tree.first(object); node != HoconTree.NONE; node = tree.next(node)) {
                if (tree.kind(node) != HoconNodeKind.ABSENT) {
                    reader.accept(node);
                }
            }
        }
    }

    private int node(String key) {
        int text = object == HoconTree.NONE ? HoconTree.NONE : tree.findText(key);
        int node = text == HoconTree.NONE ? HoconTree.NONE : tree.child(object, text);
        return node == HoconTree.NONE || tree.kind(node) == HoconNodeKind.ABSENT ? HoconTree.NONE : node;
    }

    /** A plain value; empty if it is absent or wrong. */
    public <T> Optional<T> value(String key, ValueParser<T> parser) {
        known.add(key);
        int node = node(key);
        return node == HoconTree.NONE ? Optional.empty() : plain(key, node, parser);
    }

    /** A list of plain values; empty if it is absent or wrong. */
    public <T> List<T> list(String key, int sizeMax, ValueParser<T> parser) {
        known.add(key);
        int node = node(key);
        if (node == HoconTree.NONE || !isResolved(key, node)) {
            return List.of();
        }
        if (tree.kind(node) != HoconNodeKind.LIST) {
            wrongType(key, node, LIST);
            return List.of();
        }
        int size = tree.count(node);
        if (size > sizeMax) {
            error(key, "the list has " + size + " elements", "at most " + sizeMax);
            return List.of();
        }
        List<T> parsed = new ArrayList<>();
        for (int element = tree.first(node); element != HoconTree.NONE; element = tree.next(element)) {
            if (tree.kind(element) != HoconNodeKind.ABSENT) {
                plain(key, element, parser).ifPresent(parsed::add);
            }
        }
        return parsed;
    }

    /** Reports an error about a key. */
    public void error(String key, String message, String hint) {
        int place = place(key);
        problems.errorAt(tree.line(place), tree.column(place), pathOf(key), message, hint);
    }

    /** Reports a warning about a key. */
    public void warn(String key, String message, String hint) {
        int place = place(key);
        problems.warnAt(tree.line(place), tree.column(place), pathOf(key), message, hint);
    }

    /** The line on which the object is written, from 1; else that of the innermost object on the way to it. */
    public int line() {
        return tree.line(place);
    }

    /** The line on which a key is written, from 1; else that of the object. The key doesn't become known. */
    public int line(String key) {
        return tree.line(place(key));
    }

    /** Where a key is written, else the innermost object on the way to it. */
    private int place(String key) {
        int node = node(key);
        return node != HoconTree.NONE ? node : place;
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
        if (!areAllKnown) {
            eachChild(node -> {
                String key = tree.textOf(tree.key(node));
                if (!known.contains(key)) {
                    unknown(key, node);
                }
            });
        }
        children.values().forEach(ConfigSection::finish);
    }

    private void unknown(String key, int node) {
        if (isNamedEntry && tree.kind(node) == HoconNodeKind.OBJECT) {
            String name = dottedName(key, node);
            String otherwise = ProblemTexts.closest(key, known)
                    .map(word -> "; or did you mean " + word + "?")
                    .orElse("");
            error(
                    key,
                    "a dot outside quotes starts a new key",
                    "put a name that has dots in quotes: " + ProblemTexts.quote(name) + otherwise);
            return;
        }
        boolean isClose = ProblemTexts.closest(key, known).isPresent() && ProblemCollector.isOneWord(key);
        boolean isShown = isClose
                || (ProblemCollector.isKnownWord(key)
                        && !(tree.kind(node).isPlain() && ProblemCollector.mayBeAccessKey(pathOf(key))));
        List<String> shown = isShown ? pathOf(key) : ProblemCollector.hidden(pathOf(key));
        problems.errorAt(
                tree.line(node),
                tree.column(node),
                shown,
                "unknown key",
                ProblemTexts.suggest(key, known, "known keys"));
    }

    /** The name that {@code www.example.com { read-ops = 5/s }} was meant to be. */
    private String dottedName(String key, int inner) {
        StringBuilder name = new StringBuilder(path.get(path.size() - 1) + "." + key);
        int level = inner;
        while (level != HoconTree.NONE) {
            int deeper = HoconTree.NONE;
            for (int child = tree.first(level); child != HoconTree.NONE; child = tree.next(child)) {
                if (tree.kind(child) == HoconNodeKind.OBJECT && !known.contains(tree.textOf(tree.key(child)))) {
                    deeper = child;
                    name.append('.').append(tree.textOf(tree.key(child)));
                    break;
                }
            }
            level = deeper;
        }
        return name.toString();
    }

    private ConfigSection child(String key, int node, boolean isNamed) {
        int found = HoconTree.NONE;
        if (node != HoconTree.NONE && isResolved(key, node)) {
            if (tree.kind(node) == HoconNodeKind.OBJECT) {
                found = node;
            } else {
                wrongType(key, node, OBJECT);
            }
        }
        return new ConfigSection(tree, found, node == HoconTree.NONE ? place : node, pathOf(key), problems, isNamed);
    }

    private <T> Optional<T> plain(String key, int node, ValueParser<T> parser) {
        if (!isResolved(key, node)) {
            return Optional.empty();
        }
        HoconNodeKind kind = tree.kind(node);
        if (kind.isContainer() || kind == HoconNodeKind.NULL) {
            wrongType(key, node, "a single value");
            return Optional.empty();
        }
        ParsedValue<T> parsed = parser.parse(tree.text(node));
        if (parsed instanceof Bad<T> bad) {
            error(key, bad.message(), bad.hint());
            return Optional.empty();
        }
        return Optional.of(((Good<T>) parsed).value());
    }

    private void wrongType(String key, int node, String needed) {
        HoconNodeKind kind = tree.kind(node);
        String found = switch (kind) {
            case OBJECT -> OBJECT;
            case LIST -> LIST;
            case NULL -> "null";
            case NUMBER -> "a number";
            case BOOLEAN -> "true or false";
            default -> "a text";
        };
        String hint;
        if (kind == HoconNodeKind.NULL) {
            hint = "leave the key out instead";
        } else if (needed.equals(LIST)) {
            hint = "put [ ] around it";
        } else if (needed.equals(OBJECT)) {
            hint = "write { ... } after the key";
        } else {
            hint = kind == HoconNodeKind.LIST ? "write one value without [ ]" : "a name with a dot needs quotes";
        }
        // An access key may stand where the name of a user belongs.
        boolean isHidden = !known.contains(key) && kind.isPlain() && ProblemCollector.mayBeAccessKey(pathOf(key));
        List<String> shown = isHidden ? ProblemCollector.hidden(pathOf(key)) : pathOf(key);
        int at = place(key);
        String message = "this is " + found + ", where " + needed + " is needed";
        problems.errorAt(tree.line(at), tree.column(at), shown, message, hint);
    }

    /** Whether all substitutions in the value found something; reports it if not. */
    private boolean isResolved(String key, int node) {
        if (tree.kind(node) != HoconNodeKind.UNRESOLVED) {
            return true;
        }
        String what = ProblemCollector.isSecret(pathOf(key)) ? "a substitution ${...}" : tree.text(node);
        error(
                key,
                ProblemTexts.visible(what) + " is set nowhere",
                "set it here or in the environment, or write ${?...} if it may be missing");
        return false;
    }

    private List<String> pathOf(String key) {
        List<String> full = new ArrayList<>(path);
        full.add(key);
        return full;
    }

    @Override
    public String toString() {
        return path.isEmpty() ? "(top)" : ProblemTexts.joinPath(path);
    }
}
