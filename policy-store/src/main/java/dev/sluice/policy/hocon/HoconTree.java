package dev.sluice.policy.hocon;

import dev.sluice.common.CompactStrings;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * What a HOCON text holds, as numbered nodes in a few large arrays: a node takes 24 bytes and its text, once for all nodes
 * that have it. A tree of objects would take ten times as much, and a garbage collector would have to follow it.
 *
 * <pre>
 *   node:  key   next   first           last         line   kind, column
 *                       object, list:   its last
 *                        first child    child
 *                       text: its text
 *                       pending: its    what the key
 *                        first part     held before
 * </pre>
 *
 * <p>Belongs to one thread. Throws {@link HoconException} when its budget is used up.
 */
final class HoconTree {
    /** What a node of a {@link HoconTree} is. */
    enum HoconNodeKind {
        OBJECT,
        LIST,
        /** A text in quotes or without, or several values side by side. */
        TEXT,
        NUMBER,
        BOOLEAN,
        NULL,
        /** Parts, some of them substitutions, that make one value, over what the key held before. */
        PENDING,
        /** Blanks between two substitutions. */
        BLANK,
        /** A pending value that is being made. */
        IN_PROGRESS,
        /** A substitution that must be set somewhere; its children are the elements of its path. */
        REFERENCE,
        /** A substitution that may be missing. */
        OPTIONAL_REFERENCE,
        /** A substitution that is set nowhere; the text is its name. */
        UNRESOLVED,
        /** A key that has no value after all. */
        ABSENT;

        /** Whether it holds others. */
        boolean isContainer() {
            return this == OBJECT || this == LIST;
        }

        /** Whether it is one plain value. */
        boolean isPlain() {
            return this == TEXT || this == NUMBER || this == BOOLEAN || this == NULL;
        }
    }

    /** No node. */
    static final int NONE = -1;
    /** The object at the top. */
    static final int ROOT = 0;
    /** Characters that a key or a value may have. */
    static final int TEXT_MAX = 16 << 10;

    private static final int NODE_BYTES = 24;
    private static final int COLUMN_BITS = 24;
    private static final int COLUMN_MAX = (1 << COLUMN_BITS) - 1;
    /** Children that are searched one by one; an object with more has an index. */
    private static final int UNINDEXED_MAX = 16;

    private static final HoconNodeKind[] KINDS = HoconNodeKind.values();

    private final ParseBudget budget;
    private final CompactStrings texts = new CompactStrings();
    private long textBytes;
    private final IntColumn key = new IntColumn();
    private final IntColumn next = new IntColumn();
    private final IntColumn first = new IntColumn();
    private final IntColumn last = new IntColumn();
    private final IntColumn line = new IntColumn();
    private final IntColumn kindAndColumn = new IntColumn();
    private final Map<Integer, ChildIndex> indexes = new HashMap<>();
    private int size;

    /** A tree of an empty object. */
    HoconTree(ParseBudget budget) {
        this.budget = budget;
        add(HoconNodeKind.OBJECT, 1, 1);
    }

    /** A new node without key and content. */
    int add(HoconNodeKind kind, int atLine, int atColumn) {
        budget.take(NODE_BYTES);
        int node = size++;
        key.set(node, NONE);
        next.set(node, NONE);
        first.set(node, NONE);
        last.set(node, NONE);
        line.set(node, atLine);
        kindAndColumn.set(node, pack(kind, atColumn));
        return node;
    }

    /** A new plain node. */
    int addText(HoconNodeKind kind, CharSequence text, int atLine, int atColumn) {
        int node = add(kind, atLine, atColumn);
        first.set(node, text(text));
        return node;
    }

    /** The number of a text. */
    int text(CharSequence text) {
        int number = texts.add(text);
        if (number == texts.size() - 1 && texts.bytes() > textBytes) {
            budget.take(texts.bytes() - textBytes);
            textBytes = texts.bytes();
        }
        return number;
    }

    /** The number of a text; {@link #NONE} if nothing in the file has it. */
    int findText(String text) {
        return texts.find(text);
    }

    /** The text of a number; a new string each time. */
    String textOf(int text) {
        return texts.get(text);
    }

    /** The number of the text of a plain node. */
    int textNumber(int node) {
        return first.get(node);
    }

    /** The text of a plain node. */
    String text(int node) {
        return texts.get(first.get(node));
    }

    void setText(int node, int text) {
        first.set(node, text);
    }

    /** Whether two plain nodes have the same text. */
    boolean isSameText(int node, int other) {
        return first.get(node) == first.get(other);
    }

    HoconNodeKind kind(int node) {
        return KINDS[kindAndColumn.get(node) >>> COLUMN_BITS];
    }

    /** From 1. */
    int line(int node) {
        return line.get(node);
    }

    /** From 1. */
    int column(int node) {
        return kindAndColumn.get(node) & COLUMN_MAX;
    }

    /** The number of its key's text. */
    int key(int node) {
        return key.get(node);
    }

    /** The child, element or part behind this one. */
    int next(int node) {
        return next.get(node);
    }

    /** The first child, element or part. */
    int first(int node) {
        return first.get(node);
    }

    /** What a pending node's key held before. */
    int before(int node) {
        return last.get(node);
    }

    void setBefore(int node, int earlier) {
        last.set(node, earlier);
    }

    void setKind(int node, HoconNodeKind kind) {
        kindAndColumn.set(node, pack(kind, column(node)));
    }

    /** How many there are below an object or a list. */
    int count(int node) {
        int count = 0;
        for (int child = first.get(node); child != NONE; child = next.get(child)) {
            count += kind(child) == HoconNodeKind.ABSENT ? 0 : 1;
        }
        return count;
    }

    /** Appends an element to a list, or a part to a pending node under construction. */
    void append(int parent, int child) {
        int before = last.get(parent);
        if (before == NONE) {
            first.set(parent, child);
        } else {
            next.set(before, child);
        }
        next.set(child, NONE);
        last.set(parent, child);
    }

    /** Gives a key of an object a value that it doesn't have yet. */
    void appendChild(int object, int keyText, int child) {
        key.set(child, keyText);
        append(object, child);
        ChildIndex index = indexes.isEmpty() ? null : indexes.get(object);
        if (index != null) {
            index.add(child);
        }
    }

    /** The child of an object with a key; {@link #NONE} if there is none. */
    int child(int object, int keyText) {
        ChildIndex index = indexes.isEmpty() ? null : indexes.get(object);
        if (index != null) {
            return index.find(keyText);
        }
        int seen = 0;
        for (int child = first.get(object); child != NONE; child = next.get(child)) {
            if (key.get(child) == keyText) {
                return child;
            }
            seen++;
        }
        if (seen > UNINDEXED_MAX) {
            index(object);
        }
        return NONE;
    }

    private void index(int object) {
        ChildIndex index = new ChildIndex();
        for (int child = first.get(object); child != NONE; child = next.get(child)) {
            index.add(child);
        }
        indexes.put(object, index);
    }

    /** Moves what {@code from} holds to {@code to}, which keeps its key and its place among others. */
    void move(int from, int to, boolean withPlace) {
        HoconNodeKind kind = kind(from);
        first.set(to, first.get(from));
        last.set(to, last.get(from));
        if (withPlace) {
            line.set(to, line.get(from));
            kindAndColumn.set(to, pack(kind, column(from)));
        } else {
            setKind(to, kind);
        }
        ChildIndex index = indexes.remove(from);
        if (index != null) {
            indexes.put(to, index);
        } else {
            indexes.remove(to);
        }
    }

    private static int pack(HoconNodeKind kind, int column) {
        return kind.ordinal() << COLUMN_BITS | Math.min(column, COLUMN_MAX);
    }

    /** The children of a large object by the number of their key's text. */
    private final class ChildIndex {
        private int[] slots = new int[0];
        private int count;

        void add(int child) {
            if (2 * (count + 1) > slots.length) {
                grow();
            }
            put(child);
            count++;
        }

        int find(int keyText) {
            int mask = slots.length - 1;
            for (int slot = slot(keyText, mask); slots[slot] != NONE; slot = (slot + 1) & mask) {
                if (key.get(slots[slot]) == keyText) {
                    return slots[slot];
                }
            }
            return NONE;
        }

        private void put(int child) {
            int mask = slots.length - 1;
            int slot = slot(key.get(child), mask);
            while (slots[slot] != NONE) {
                slot = (slot + 1) & mask;
            }
            slots[slot] = child;
        }

        private void grow() {
            int[] before = slots;
            slots = new int[Math.max(4 * UNINDEXED_MAX, 2 * before.length)];
            budget.take(4L * slots.length);
            Arrays.fill(slots, NONE);
            for (int child : before) {
                if (child != NONE) {
                    put(child);
                }
            }
        }

        private static int slot(int keyText, int mask) {
            int hash = keyText * 0x9e3779b1;
            return (hash ^ hash >>> 15) & mask;
        }
    }

    /** A growing array of numbers, in pieces: it grows without being copied, and its pieces are small. */
    private static final class IntColumn {
        private static final int PIECE_BITS = 12;
        private static final int PIECE_SIZE = 1 << PIECE_BITS;

        private static final int[] NO_PIECE = new int[0];

        private int[][] pieces = new int[0][];

        int get(int index) {
            return pieces[index >>> PIECE_BITS][index & (PIECE_SIZE - 1)];
        }

        void set(int index, int value) {
            int piece = index >>> PIECE_BITS;
            if (piece >= pieces.length) {
                int before = pieces.length;
                pieces = Arrays.copyOf(pieces, Math.max(4, piece + (piece >> 1)) + 1);
                Arrays.fill(pieces, before, pieces.length, NO_PIECE);
            }
            if (pieces[piece].length == 0) {
                pieces[piece] = new int[PIECE_SIZE];
            }
            pieces[piece][index & (PIECE_SIZE - 1)] = value;
        }
    }
}
