package dev.sluice.policy.hocon;

import dev.sluice.policy.hocon.HoconTree.HoconNodeKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Gives keys of a {@link HoconTree} their values. A later value replaces an earlier one, two objects are merged, and a value
 * with substitutions remembers what it stands over. Knows the path of the key that is being read.
 */
final class TreeMerger {
    private final HoconTree tree;
    /** Gets keys that are given two different plain values; empty: nobody wants to know. */
    private final Optional<ProblemCollector> problems;

    private final int[] path = new int[KeyPathReader.DEPTH_MAX];
    private int depth;

    TreeMerger(HoconTree tree, Optional<ProblemCollector> problems) {
        this.tree = tree;
        this.problems = problems;
    }

    /** Goes down to a key; what is read until {@link #leave} is its value. */
    void enter(int[] key, int line, int column) {
        if (depth + key.length > path.length) {
            throw HoconSyntax.TOO_DEEP.at(line, column);
        }
        System.arraycopy(key, 0, path, depth, key.length);
        depth += key.length;
    }

    /** Goes back up by some elements. */
    void leave(int elements) {
        depth -= elements;
    }

    /** A substitution of the key that is being read by what it holds already, if anything. */
    int selfReference(int line, int column) {
        int[] self = new int[depth];
        System.arraycopy(path, 0, self, 0, depth);
        return reference(true, self, line, column);
    }

    /** A substitution of a key. */
    int reference(boolean isOptional, int[] key, int line, int column) {
        int node = tree.add(isOptional ? HoconNodeKind.OPTIONAL_REFERENCE : HoconNodeKind.REFERENCE, line, column);
        for (int text : key) {
            int element = tree.add(HoconNodeKind.TEXT, line, column);
            tree.setText(element, text);
            tree.append(node, element);
        }
        return node;
    }

    /** A value of two parts, the first of which is a substitution. */
    int pending(int first, int second, int line, int column) {
        int node = tree.add(HoconNodeKind.PENDING, line, column);
        tree.append(node, first);
        tree.append(node, second);
        tree.setBefore(node, HoconTree.NONE);
        return node;
    }

    /**
     * Appends an element without substitutions to the list that a key below an object holds. A file may have thousands of
     * such lines: each would be a substitution that leads to the one before.
     *
     * @return false if no list is known to be there yet
     */
    boolean append(int object, int[] key, int element) {
        int at = object;
        for (int name : key) {
            at = tree.kind(at) == HoconNodeKind.OBJECT ? tree.child(at, name) : HoconTree.NONE;
            if (at == HoconTree.NONE) {
                return false;
            }
        }
        int list = tree.kind(at) == HoconNodeKind.PENDING ? listOfTwoParts(at) : at;
        if (list == HoconTree.NONE || tree.kind(list) != HoconNodeKind.LIST) {
            return false;
        }
        tree.append(list, element);
        return true;
    }

    /** The second part of a pending value, if it is the last: the first {@code +=} makes <code>${?key} [element]</code>. */
    private int listOfTwoParts(int pending) {
        int second = tree.next(tree.first(pending));
        return second != HoconTree.NONE && tree.next(second) == HoconTree.NONE ? second : HoconTree.NONE;
    }

    /** Gives a key below an object a value. */
    void assign(int object, int[] key, int value) {
        int parent = object;
        int index = 0;
        while (index < key.length - 1) {
            int child = tree.child(parent, key[index]);
            if (child != HoconTree.NONE && tree.kind(child) != HoconNodeKind.OBJECT) {
                break;
            }
            if (child == HoconTree.NONE) {
                child = tree.add(HoconNodeKind.OBJECT, tree.line(value), tree.column(value));
                tree.appendChild(parent, key[index], child);
            }
            push(key[index]);
            parent = child;
            index++;
        }
        int below = value;
        for (int i = key.length - 1; i > index; i--) {
            int outer = tree.add(HoconNodeKind.OBJECT, tree.line(value), tree.column(value));
            tree.appendChild(outer, key[i], below);
            below = outer;
        }
        assign(parent, key[index], below);
        leave(index);
    }

    private void assign(int object, int key, int value) {
        int existing = tree.child(object, key);
        if (existing == HoconTree.NONE) {
            tree.appendChild(object, key, value);
            return;
        }
        push(key);
        over(existing, value);
        leave(1);
    }

    private void push(int key) {
        if (depth < path.length) {
            path[depth] = key;
        }
        depth++;
    }

    /** Joins two objects or two lists, the second behind the first. */
    void join(int node, int following) {
        HoconNodeKind kind = tree.kind(node);
        if (kind != tree.kind(following)) {
            throw HoconSyntax.MIXED.in(tree.line(following));
        }
        if (kind == HoconNodeKind.OBJECT) {
            merge(node, following);
            return;
        }
        int element = tree.first(following);
        while (element != HoconTree.NONE) {
            int next = tree.next(element);
            tree.append(node, element);
            element = next;
        }
    }

    /** Moves the children of one object over those of another. */
    void merge(int object, int upper) {
        int child = tree.first(upper);
        while (child != HoconTree.NONE) {
            int next = tree.next(child);
            assign(object, tree.key(child), child);
            child = next;
        }
    }

    /** Lays a value over the one that a node holds. */
    void over(int existing, int value) {
        HoconNodeKind had = tree.kind(existing);
        HoconNodeKind has = tree.kind(value);
        if (has == HoconNodeKind.OBJECT && had == HoconNodeKind.OBJECT) {
            merge(existing, value);
        } else if (has == HoconNodeKind.PENDING) {
            int earlier = moved(existing);
            standOver(value, earlier);
            tree.move(value, existing, true);
        } else if (has == HoconNodeKind.OBJECT && had == HoconNodeKind.PENDING) {
            int earlier = moved(existing);
            int part = moved(value);
            tree.move(tree.add(HoconNodeKind.PENDING, tree.line(value), tree.column(value)), existing, true);
            tree.append(existing, part);
            tree.setBefore(existing, earlier);
        } else {
            if (has.isPlain()
                    && (had == HoconNodeKind.PENDING || (had.isPlain() && !tree.isSameText(existing, value)))) {
                report(existing, value);
            }
            tree.move(value, existing, !(has.isContainer() && had.isContainer()));
        }
    }

    private int moved(int node) {
        int copy = tree.add(tree.kind(node), tree.line(node), tree.column(node));
        tree.move(node, copy, true);
        return copy;
    }

    /** Puts an earlier value below all that a pending value stands over. */
    private void standOver(int pending, int earlier) {
        int lowest = pending;
        int below = tree.before(lowest);
        while (below != HoconTree.NONE && tree.kind(below) == HoconNodeKind.PENDING) {
            lowest = below;
            below = tree.before(lowest);
        }
        if (below == HoconTree.NONE) {
            tree.setBefore(lowest, earlier);
        } else if (tree.kind(below) == HoconNodeKind.OBJECT) {
            over(earlier, below);
            tree.setBefore(lowest, earlier);
        }
    }

    private void report(int first, int second) {
        if (problems.isEmpty() || depth > path.length) {
            return;
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < depth; i++) {
            names.add(tree.textOf(path[i]));
        }
        String earlier = "line " + tree.line(first);
        int line = tree.line(second);
        int column = tree.column(second);
        if (ProblemCollector.isSecret(names)) {
            problems.get().errorAt(line, column, names, "the same key has another user in " + earlier, "keep one");
        } else {
            List<String> shown = ProblemCollector.mayBeAccessKey(names) ? ProblemCollector.hidden(names) : names;
            problems.get()
                    .warnAt(line, column, shown, "this replaces another value in " + earlier, "keep one of the two");
        }
    }
}
