package dev.sluice.policy.hocon;

import dev.sluice.policy.hocon.HoconTree.HoconNodeKind;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Parses HOCON into a {@link HoconTree}, in one pass over a stream of characters. Time is proportional to the text, memory
 * to what is in it: comments and blanks take none. Nothing else is read: an include is an error.
 *
 * <p>The text {@code a = 1, a = ${?X}} leaves a pending value behind, with the 1 as what the key held before; {@link
 * SubstitutionResolver} makes values of these.
 */
final class HoconParser {
    private final CharInput in;
    private final HoconLexer lexer;
    private final HoconTree tree;
    private final KeyPathReader keys;
    private final KeyPathReader references;
    private final TreeMerger merger;
    private final ProblemCollector problems;
    private final StringBuilder text = new StringBuilder();
    /** Where each brace and bracket that is open was opened: lines and columns. */
    private final int[] open = new int[2 * KeyPathReader.DEPTH_MAX];

    private int depth;
    private int listDepth;
    /** How many substitutions were read. */
    private int referenceCount;

    private boolean hasInclude;

    private HoconParser(CharInput in, HoconTree tree, ProblemCollector problems) {
        this.in = in;
        this.lexer = new HoconLexer(in);
        this.tree = tree;
        this.keys = new KeyPathReader(in, lexer, tree);
        this.references = new KeyPathReader(in, lexer, tree);
        this.merger = new TreeMerger(tree, Optional.of(problems));
        this.problems = problems;
    }

    /**
     * Parses a text into an empty tree.
     *
     * @return false if there is an include, which was reported
     * @throws HoconException if it isn't HOCON, or takes too much memory
     */
    static boolean parse(CharInput in, HoconTree tree, ProblemCollector problems) throws IOException {
        HoconParser parser = new HoconParser(in, tree, problems);
        parser.document();
        return !parser.hasInclude;
    }

    private void document() throws IOException {
        lexer.skipBlankLines();
        if (in.peek() == '[') {
            throw HoconSyntax.LIST_ON_TOP.in(in.line());
        }
        if (in.peek() != '{') {
            members(HoconTree.ROOT, false);
            return;
        }
        open();
        members(HoconTree.ROOT, true);
        lexer.skipBlankLines();
        if (in.peek() != CharInput.END) {
            throw (in.peek() == '}' ? HoconSyntax.CLOSES_NOTHING : HoconSyntax.LEFT_OVER).in(in.line());
        }
    }

    /** Takes the brace or bracket that comes next. */
    private void open() throws IOException {
        if (depth == KeyPathReader.DEPTH_MAX) {
            throw HoconSyntax.TOO_DEEP.at(in.line(), in.column());
        }
        open[2 * depth] = in.line();
        open[2 * depth + 1] = in.column();
        depth++;
        in.next();
    }

    private void close() throws IOException {
        depth--;
        in.next();
    }

    /** What is wrong where the text ends too early. */
    private HoconException atEnd(HoconSyntax onTop) {
        return depth == 0 ? onTop.in(in.line()) : HoconSyntax.NEVER_CLOSED.at(open[2 * depth - 2], open[2 * depth - 1]);
    }

    /** Reads the keys of an object up to its brace, or up to the end of the text. */
    private void members(int object, boolean isBraced) throws IOException {
        while (true) {
            lexer.skipBlankLines();
            if (isEnd(isBraced)) {
                return;
            }
            member(object);
            if (!lexer.skipSeparator() && !isEndNext()) {
                throw lexer.whyWrong() == HoconSyntax.OTHER
                        ? HoconSyntax.LEFT_OVER.in(in.line())
                        : lexer.whyWrong().in(in.line());
            }
        }
    }

    private boolean isEndNext() throws IOException {
        return in.peek() == CharInput.END || in.peek() == '}';
    }

    /** Takes the end of an object, if it comes next. */
    private boolean isEnd(boolean isBraced) throws IOException {
        int c = in.peek();
        if (c == CharInput.END) {
            if (isBraced) {
                throw atEnd(HoconSyntax.OTHER);
            }
            return true;
        }
        if (c != '}') {
            return false;
        }
        if (!isBraced) {
            throw HoconSyntax.CLOSES_NOTHING.in(in.line());
        }
        close();
        return true;
    }

    private void member(int object) throws IOException {
        int line = in.line();
        int column = in.column();
        if (!keys.readKey(line, column)) {
            problems.errorAt(line, column, List.of(), HoconSyntax.INCLUDE.message(), HoconSyntax.INCLUDE.hint());
            hasInclude = true;
            skipInclude();
            return;
        }
        int[] path = keys.elements();
        lexer.skipBlankLines();
        merger.enter(path, line, column);
        boolean isAppended = in.startsWith("+=");
        int value;
        if (in.peek() == '{') {
            value = object(line, column);
        } else if (in.peek() == '=' || in.peek() == ':' || isAppended) {
            in.skip(isAppended ? 2 : 1);
            value = isAppended ? appended(object, path, line, column) : value(line, column);
        } else if (in.peek() == CharInput.END) {
            throw atEnd(HoconSyntax.OTHER);
        } else {
            throw lexer.whyWrong().in(in.line());
        }
        merger.leave(path.length);
        if (value != HoconTree.NONE) {
            merger.assign(object, path, value);
        }
    }

    /** Skips the rest of an include, so that what else is wrong is found. */
    private void skipInclude() throws IOException {
        while (in.peek() != CharInput.END && "\n},".indexOf(in.peek()) < 0) {
            if (in.peek() == '"') {
                text.setLength(0);
                lexer.quoted(text);
            } else {
                in.next();
            }
        }
        text.setLength(0);
    }

    private int object(int line, int column) throws IOException {
        int object = tree.add(HoconNodeKind.OBJECT, line, column);
        open();
        members(object, true);
        return object;
    }

    private int list(int line, int column) throws IOException {
        int list = tree.add(HoconNodeKind.LIST, line, column);
        open();
        listDepth++;
        while (true) {
            lexer.skipBlankLines();
            if (in.peek() != ']') {
                tree.append(list, value(in.line(), in.column()));
                if (!lexer.skipSeparator() && in.peek() != ']') {
                    throw in.peek() == CharInput.END
                            ? atEnd(HoconSyntax.OTHER)
                            : lexer.whyWrong().in(in.line());
                }
            }
            if (in.peek() == ']') {
                close();
                listDepth--;
                return list;
            }
        }
    }

    /**
     * The value after {@code +=}: what the key holds, if anything, and one more.
     *
     * @return {@link HoconTree#NONE} if the list that the key holds has one more already
     */
    private int appended(int object, int[] path, int line, int column) throws IOException {
        if (listDepth > 0) {
            throw HoconSyntax.APPEND_IN_LIST.in(line);
        }
        int referencesBefore = referenceCount;
        listDepth++;
        int element = value(line, column);
        listDepth--;
        if (referenceCount == referencesBefore && merger.append(object, path, element)) {
            return HoconTree.NONE;
        }
        int list = tree.add(HoconNodeKind.LIST, line, column);
        tree.append(list, element);
        return merger.pending(merger.selfReference(line, column), list, line, column);
    }

    /**
     * Reads a value: one word, or several side by side that make one, up to the end of the line, a comma, a brace or a
     * bracket.
     */
    private int value(int line, int column) throws IOException {
        int startLine = in.line();
        lexer.skipBlankLines();
        ValueParts value = new ValueParts(tree, merger, line, column);
        while (true) {
            CharSequence blanks = lexer.blanks();
            if (in.peek() == '"') {
                value.blanks(blanks);
                text.setLength(0);
                lexer.quoted(text);
                value.word(text, HoconNodeKind.TEXT);
            } else if (lexer.isText()) {
                value.blanks(blanks);
                text.setLength(0);
                boolean isNumber = lexer.unquoted(text);
                value.word(text, isNumber ? HoconNodeKind.NUMBER : kindOf(text));
            } else if (in.peek() == '$' && in.peek(1) == '{') {
                value.blanks(blanks);
                value.reference(reference());
            } else if (in.peek() == '{') {
                value.container(object(line, column));
            } else if (in.peek() == '[') {
                value.container(list(line, column));
            } else {
                break;
            }
        }
        if (!value.isEmpty()) {
            return value.node();
        }
        if (in.peek() == CharInput.END) {
            throw atEnd(HoconSyntax.VALUE_MISSING);
        }
        throw (lexer.whyWrong() == HoconSyntax.OTHER
                ? HoconSyntax.VALUE_MISSING.in(startLine)
                : lexer.whyWrong().in(in.line()));
    }

    private static HoconNodeKind kindOf(CharSequence word) {
        if ("null".contentEquals(word)) {
            return HoconNodeKind.NULL;
        }
        return "true".contentEquals(word) || "false".contentEquals(word) ? HoconNodeKind.BOOLEAN : HoconNodeKind.TEXT;
    }

    private int reference() throws IOException {
        int line = in.line();
        int column = in.column();
        in.skip(2);
        boolean isOptional = in.peek() == '?';
        if (isOptional) {
            in.next();
        }
        lexer.blanks();
        if (!lexer.isText()) {
            throw HoconSyntax.SUBSTITUTION.in(line);
        }
        references.readReference(line, column);
        if (in.peek() != '}') {
            throw HoconSyntax.SUBSTITUTION.in(line);
        }
        in.next();
        referenceCount++;
        return merger.reference(isOptional, references.elements(), line, column);
    }
}
