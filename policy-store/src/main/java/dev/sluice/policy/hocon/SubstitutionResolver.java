package dev.sluice.policy.hocon;

import dev.sluice.policy.hocon.HoconTree.HoconNodeKind;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Makes values of what has substitutions in it. {@code ${a.b}} is what the key has in the end, else the environment variable
 * of that name; within the value of the key itself it is what the key held before.
 *
 * <p>Each value is made once, and each copy is paid for from the budget of the tree: texts or objects that double at each
 * step end in an error. Values that lead to others are followed {@link #DEPTH_MAX} times at most, so the stack is bounded
 * too.
 */
final class SubstitutionResolver {
    /** How many substitutions may lead from one to the next, and how deep a copied object may be. */
    static final int DEPTH_MAX = 64;

    private final HoconTree tree;
    private final TreeMerger merger;
    private final UnaryOperator<@Nullable String> environment;

    private SubstitutionResolver(HoconTree tree, UnaryOperator<@Nullable String> environment) {
        this.tree = tree;
        this.merger = new TreeMerger(tree, Optional.empty());
        this.environment = environment;
    }

    /**
     * Resolves a whole tree.
     *
     * @param environment the value of a variable; null: it isn't set
     * @throws HoconException if substitutions form a circle, don't fit together, or take too much memory
     */
    static void resolve(HoconTree tree, UnaryOperator<@Nullable String> environment) {
        new SubstitutionResolver(tree, environment).settle(HoconTree.ROOT, 0);
    }

    /** Makes values of all that is pending in a node. */
    private void settle(int node, int depth) {
        HoconNodeKind kind = tree.kind(node);
        if (kind == HoconNodeKind.IN_PROGRESS) {
            throw HoconSyntax.CIRCLE.in(tree.line(node));
        }
        if (kind == HoconNodeKind.PENDING) {
            if (depth >= DEPTH_MAX) {
                throw HoconSyntax.TOO_TANGLED.in(tree.line(node));
            }
            make(node, depth + 1);
        } else if (kind.isContainer()) {
            for (int child = tree.first(node); child != HoconTree.NONE; child = tree.next(child)) {
                settle(child, depth);
            }
        }
    }

    private void make(int node, int depth) {
        int before = tree.before(node);
        tree.setKind(node, HoconNodeKind.IN_PROGRESS);
        ResolvedParts made = new ResolvedParts(tree, merger, node);
        for (int part = tree.first(node); part != HoconTree.NONE && !made.isUnresolved(); ) {
            // the part may be taken out of this list
            int next = tree.next(part);
            HoconNodeKind kind = tree.kind(part);
            if (kind == HoconNodeKind.REFERENCE || kind == HoconNodeKind.OPTIONAL_REFERENCE) {
                substitute(part, made, depth);
            } else {
                settle(part, depth);
                made.own(part);
            }
            part = next;
        }
        if (made.isEmpty() && before != HoconTree.NONE) {
            settle(before, depth);
            tree.move(before, node, false);
            return;
        }
        if (made.isObject() && before != HoconTree.NONE) {
            settle(before, depth);
            made.layOver(before);
        }
        made.moveTo(node);
    }

    private void substitute(int reference, ResolvedParts made, int depth) {
        int found = lookup(reference, depth);
        if (found != HoconTree.NONE) {
            made.copy(found);
            return;
        }
        int only = tree.first(reference);
        String value = tree.next(only) == HoconTree.NONE ? environment.apply(tree.text(only)) : null;
        if (value != null) {
            made.text(value);
        } else if (tree.kind(reference) == HoconNodeKind.REFERENCE) {
            made.unresolved(nameOf(reference));
        }
    }

    private String nameOf(int reference) {
        StringBuilder name = new StringBuilder("${");
        for (int element = tree.first(reference); element != HoconTree.NONE; element = tree.next(element)) {
            name.append(name.length() > 2 ? "." : "").append(tree.text(element));
        }
        return name.append('}').toString();
    }

    /** The settled node that a substitution stands for; {@link HoconTree#NONE} if no key has that path. */
    private int lookup(int reference, int depth) {
        int at = HoconTree.ROOT;
        for (int element = tree.first(reference); element != HoconTree.NONE; element = tree.next(element)) {
            if (tree.kind(at) != HoconNodeKind.OBJECT) {
                return HoconTree.NONE;
            }
            int child = tree.child(at, tree.textNumber(element));
            if (child == HoconTree.NONE) {
                return HoconTree.NONE;
            }
            at = usable(child, tree.next(element), reference, depth);
            if (at == HoconTree.NONE) {
                return HoconTree.NONE;
            }
        }
        settle(at, depth);
        return tree.kind(at) == HoconNodeKind.ABSENT ? HoconTree.NONE : at;
    }

    /** What a key that is on the path of a substitution holds, as far as it is known. */
    private int usable(int child, int nextElement, int reference, int depth) {
        int at = child;
        while (tree.kind(at) == HoconNodeKind.IN_PROGRESS) {
            int part = nextElement == HoconTree.NONE ? HoconTree.NONE : partWith(at, tree.textNumber(nextElement));
            if (part != HoconTree.NONE) {
                return part;
            }
            at = tree.before(at);
            if (at == HoconTree.NONE) {
                if (tree.kind(reference) == HoconNodeKind.REFERENCE) {
                    throw HoconSyntax.CIRCLE.in(tree.line(reference));
                }
                return HoconTree.NONE;
            }
        }
        if (tree.kind(at) == HoconNodeKind.PENDING) {
            settle(at, depth);
        }
        return at;
    }

    /** The last part of a value that is being made which is an object with that key. */
    private int partWith(int pending, int key) {
        int found = HoconTree.NONE;
        for (int part = tree.first(pending); part != HoconTree.NONE; part = tree.next(part)) {
            if (tree.kind(part) == HoconNodeKind.OBJECT && tree.child(part, key) != HoconTree.NONE) {
                found = part;
            }
        }
        return found;
    }

    /** Makes one value of the parts of a pending one, once each is known. */
    private static final class ResolvedParts {
        private final HoconTree tree;
        private final TreeMerger merger;
        private final int line;
        private final StringBuilder text = new StringBuilder();
        private HoconNodeKind textKind = HoconNodeKind.BLANK;
        private int texts;
        /** The object or list; {@link HoconTree#NONE} while there is none. */
        private int container = HoconTree.NONE;

        private String unresolved = "";

        ResolvedParts(HoconTree tree, TreeMerger merger, int pending) {
            this.tree = tree;
            this.merger = merger;
            this.line = tree.line(pending);
        }

        boolean isUnresolved() {
            return !unresolved.isEmpty();
        }

        boolean isObject() {
            return !isUnresolved() && container != HoconTree.NONE && tree.kind(container) == HoconNodeKind.OBJECT;
        }

        /** Whether all parts were substitutions that may be missing, and were. */
        boolean isEmpty() {
            return !isUnresolved() && container == HoconTree.NONE && text.length() == 0 && texts == 0;
        }

        void unresolved(String name) {
            unresolved = name;
        }

        /** Adds a text that no node of the tree holds. */
        void text(String value) {
            text(value, HoconNodeKind.TEXT);
        }

        /** Adds a node that nothing else needs. */
        void own(int node) {
            add(node, node);
        }

        /** Adds a copy of a node. */
        void copy(int node) {
            add(node, tree.kind(node).isContainer() ? copy(node, 0) : node);
        }

        private void add(int node, int container) {
            HoconNodeKind kind = tree.kind(node);
            if (kind == HoconNodeKind.UNRESOLVED) {
                unresolved = tree.text(node);
            } else if (kind.isContainer()) {
                container(container);
            } else if (kind == HoconNodeKind.BLANK) {
                append(tree.text(node));
            } else {
                text(tree.text(node), kind);
            }
        }

        private void text(String value, HoconNodeKind kind) {
            if (container != HoconTree.NONE) {
                throw HoconSyntax.MIXED.in(line);
            }
            append(value);
            texts++;
            textKind = texts == 1 && text.length() == value.length() ? kind : HoconNodeKind.TEXT;
        }

        private void append(String value) {
            if (text.length() + value.length() > HoconTree.TEXT_MAX) {
                throw HoconSyntax.TOO_LONG.in(line);
            }
            text.append(value);
            textKind = HoconNodeKind.TEXT;
        }

        private void container(int node) {
            if (texts > 0) {
                throw HoconSyntax.MIXED.in(line);
            }
            if (container == HoconTree.NONE) {
                container = node;
            } else {
                merger.join(container, node);
            }
        }

        private int copy(int node, int depth) {
            if (depth > DEPTH_MAX) {
                throw HoconSyntax.TOO_DEEP.in(line);
            }
            HoconNodeKind kind = tree.kind(node);
            int copy = tree.add(kind, tree.line(node), tree.column(node));
            if (!kind.isContainer()) {
                tree.setText(copy, tree.textNumber(node));
                return copy;
            }
            for (int child = tree.first(node); child != HoconTree.NONE; child = tree.next(child)) {
                if (tree.kind(child) == HoconNodeKind.ABSENT) {
                    continue;
                }
                int below = copy(child, depth + 1);
                if (kind == HoconNodeKind.OBJECT) {
                    tree.appendChild(copy, tree.key(child), below);
                } else {
                    tree.append(copy, below);
                }
            }
            return copy;
        }

        /** Lays the object over what the key held before. */
        void layOver(int before) {
            if (tree.kind(before) == HoconNodeKind.UNRESOLVED) {
                unresolved = tree.text(before);
            } else if (tree.kind(before) == HoconNodeKind.OBJECT) {
                merger.merge(before, container);
                container = before;
            }
        }

        /** Makes this the value of a node. */
        void moveTo(int node) {
            if (isUnresolved()) {
                tree.setText(node, tree.text(unresolved));
                tree.setKind(node, HoconNodeKind.UNRESOLVED);
            } else if (container != HoconTree.NONE) {
                tree.move(container, node, false);
            } else if (!isEmpty()) {
                tree.setText(node, tree.text(text));
                tree.setKind(node, textKind);
            } else {
                tree.setKind(node, HoconNodeKind.ABSENT);
            }
        }
    }
}
