package dev.sluice.policy.hocon;

import java.io.IOException;
import java.util.Arrays;

/** Reads a key such as {@code users."a.b".read-ops}, or the key in a substitution, as the texts between its dots. */
final class KeyPathReader {
    /** Keys on the path from the top to a value. No known key is deeper than 6. */
    static final int DEPTH_MAX = 32;

    private final CharInput in;
    private final HoconLexer lexer;
    private final HoconTree tree;
    private final StringBuilder word = new StringBuilder();
    private final StringBuilder element = new StringBuilder();
    private final int[] elements = new int[DEPTH_MAX];
    private int count;
    private boolean mayBeEmpty;

    KeyPathReader(CharInput in, HoconLexer lexer, HoconTree tree) {
        this.in = in;
        this.lexer = lexer;
        this.tree = tree;
    }

    /** The key that was read last: the numbers of its texts. */
    int[] elements() {
        return Arrays.copyOf(elements, count);
    }

    /**
     * Reads a key up to the character that ends it, and leaves that. Spaces within a key belong to it.
     *
     * @param line where the key began, for messages
     * @return false if it is the word {@code include} without quotes, which was taken
     */
    boolean readKey(int line, int column) throws IOException {
        return read(line, column, true);
    }

    /** Reads the key in a substitution. */
    void readReference(int line, int column) throws IOException {
        read(line, column, false);
    }

    private boolean read(int line, int column, boolean knowsInclude) throws IOException {
        count = 0;
        element.setLength(0);
        mayBeEmpty = false;
        boolean isFirst = true;
        if (!lexer.isText()) {
            throw lexer.whyWrong().in(in.line());
        }
        while (true) {
            word.setLength(0);
            if (in.peek() == '"') {
                lexer.quoted(word);
                mayBeEmpty |= element.length() == 0 && word.length() == 0;
                append(word, 0, word.length(), line);
            } else {
                word(line, column);
                if (isFirst && knowsInclude && word.toString().equals("include")) {
                    return false;
                }
                unquoted(line, column);
            }
            isFirst = false;
            CharSequence blanks = lexer.blanks();
            if (!lexer.isText()) {
                break;
            }
            append(blanks, 0, blanks.length(), line);
        }
        endElement(line, column);
        return true;
    }

    /** Reads a word without quotes. One that is too long may be too many dots, which is said instead. */
    private void word(int line, int column) throws IOException {
        try {
            lexer.unquoted(word);
        } catch (HoconException e) {
            unquoted(line, column);
            throw e;
        }
    }

    private void unquoted(int line, int column) {
        int from = 0;
        for (int dot = word.indexOf("."); dot >= 0; dot = word.indexOf(".", from)) {
            append(word, from, dot, line);
            endElement(line, column);
            from = dot + 1;
        }
        append(word, from, word.length(), line);
    }

    private void append(CharSequence text, int from, int to, int line) {
        if (element.length() + to - from > HoconTree.TEXT_MAX) {
            throw HoconSyntax.TOO_LONG.in(line);
        }
        element.append(text, from, to);
    }

    private void endElement(int line, int column) {
        if (element.length() == 0 && !mayBeEmpty) {
            throw HoconSyntax.DOTS.in(line);
        }
        if (count == DEPTH_MAX) {
            throw HoconSyntax.TOO_DEEP.at(line, column);
        }
        elements[count++] = tree.text(element);
        element.setLength(0);
        mayBeEmpty = false;
    }
}
