package dev.sluice.policy.hocon;

import dev.sluice.policy.hocon.HoconTree.HoconNodeKind;

/**
 * One value while it is read: words side by side are one text, objects side by side are merged, lists are joined. With a
 * substitution among them it stays pending.
 */
final class ValueParts {
    private final HoconTree tree;
    private final TreeMerger merger;
    private final int line;
    private final int column;
    private final StringBuilder text = new StringBuilder();
    private HoconNodeKind textKind = HoconNodeKind.BLANK;
    private int words;
    private int count;
    /** The parts before the text, in a list that becomes the pending node. */
    private int parts = HoconTree.NONE;

    private boolean hasText;
    private boolean hasContainer;
    private boolean hasReference;
    /** Whether blanks before the next word belong to the value. */
    private boolean isWordBefore;

    /**
     * A value of no parts yet.
     *
     * @param line where its key is
     */
    ValueParts(HoconTree tree, TreeMerger merger, int line, int column) {
        this.tree = tree;
        this.merger = merger;
        this.line = line;
        this.column = column;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Adds the blanks before a word or a substitution. */
    void blanks(CharSequence blanks) {
        if (isWordBefore) {
            append(blanks);
        }
    }

    void word(CharSequence word, HoconNodeKind kind) {
        append(word);
        words++;
        textKind = words == 1 && count == 0 ? kind : HoconNodeKind.TEXT;
        count++;
        hasText = true;
        isWordBefore = true;
        check();
    }

    void reference(int node) {
        flush();
        addPart(node);
        hasReference = true;
        isWordBefore = true;
    }

    void container(int node) {
        flush();
        hasContainer = true;
        check();
        addPart(node);
        isWordBefore = false;
    }

    /** The value as one node. */
    int node() {
        if (hasReference) {
            flush();
            tree.setKind(parts, HoconNodeKind.PENDING);
            tree.setBefore(parts, HoconTree.NONE);
            return parts;
        }
        if (!hasContainer) {
            return tree.addText(textKind, text, line, column);
        }
        int joined = tree.first(parts);
        int next = tree.next(joined);
        while (next != HoconTree.NONE) {
            int following = tree.next(next);
            merger.join(joined, next);
            next = following;
        }
        return joined;
    }

    private void check() {
        if (hasText && hasContainer) {
            throw HoconSyntax.OBJECT_AFTER_PLAIN.in(line);
        }
    }

    private void append(CharSequence more) {
        if (text.length() + more.length() > HoconTree.TEXT_MAX) {
            throw HoconSyntax.TOO_LONG.in(line);
        }
        text.append(more);
    }

    /** Makes a part of the text so far. */
    private void flush() {
        if (words > 0 || text.length() > 0) {
            HoconNodeKind kind = words > 0 ? HoconNodeKind.TEXT : HoconNodeKind.BLANK;
            addPart(tree.addText(kind, text, line, column));
            text.setLength(0);
            words = 0;
        }
    }

    private void addPart(int node) {
        if (parts == HoconTree.NONE) {
            parts = tree.add(HoconNodeKind.LIST, line, column);
        }
        tree.append(parts, node);
        count++;
    }
}
