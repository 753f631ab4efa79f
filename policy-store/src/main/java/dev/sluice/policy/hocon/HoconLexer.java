package dev.sluice.policy.hocon;

import java.io.IOException;

/**
 * Reads the words of HOCON: blanks, comments, texts with and without quotes, numbers. Looks at each character once or twice,
 * whatever the text is.
 *
 * <p>The rules are those of the HOCON library, {@code com.typesafe.config}; a test compares the two.
 */
final class HoconLexer {
    private static final String RESERVED = "$\"{}[]:=,+#`^?!@*&\\";
    private static final String NUMBER_START = "0123456789-";
    private static final String NUMBER = "0123456789eE+-.";

    private final CharInput in;
    private final StringBuilder blanks = new StringBuilder();

    HoconLexer(CharInput in) {
        this.in = in;
    }

    /** Skips blanks, new lines and comments. */
    void skipBlankLines() throws IOException {
        while (true) {
            int c = in.peek();
            if (c == '\n' || isBlank(c)) {
                in.next();
            } else if (isComment()) {
                in.skipLine();
            } else {
                return;
            }
        }
    }

    /**
     * Skips what separates keys or elements: blanks, comments, new lines and one comma.
     *
     * @return whether there was a new line or a comma
     */
    boolean skipSeparator() throws IOException {
        boolean isSeparated = false;
        while (true) {
            int c = in.peek();
            if (c == ',') {
                in.next();
                return true;
            }
            if (c == '\n') {
                isSeparated = true;
                in.next();
            } else if (isBlank(c)) {
                in.next();
            } else if (isComment()) {
                in.skipLine();
            } else {
                return isSeparated;
            }
        }
    }

    /** Takes blanks in the line and returns them; valid until the next call. A text can't hold more than some. */
    CharSequence blanks() throws IOException {
        blanks.setLength(0);
        while (isBlank(in.peek())) {
            int c = in.next();
            if (blanks.length() <= HoconTree.TEXT_MAX) {
                blanks.append((char) c);
            }
        }
        return blanks;
    }

    /** Whether a text, in quotes or not, or a number comes next. */
    boolean isText() throws IOException {
        int c = in.peek();
        return c == '"' || isUnquotedStart(c);
    }

    private boolean isUnquotedStart(int c) throws IOException {
        return c != CharInput.END && c != '\n' && !isBlank(c) && RESERVED.indexOf(c) < 0 && !isComment();
    }

    boolean isComment() throws IOException {
        int c = in.peek();
        return c == '#' || (c == '/' && in.peek(1) == '/');
    }

    static boolean isBlank(int c) {
        return c != '\n'
                && (c == ' '
                        || c == '\u00A0'
                        || c == '\u2007'
                        || c == '\u202F'
                        || c == '\uFEFF'
                        || (c != CharInput.END && Character.isWhitespace(c)));
    }

    /** Why the character that comes next can't start a key or a value. */
    HoconSyntax whyWrong() throws IOException {
        int c = in.peek();
        if (c == '$') {
            return HoconSyntax.DOLLAR;
        }
        return c != CharInput.END && "+`^?!@*&\\".indexOf(c) >= 0 ? HoconSyntax.RESERVED : HoconSyntax.OTHER;
    }

    /**
     * Takes a text without quotes, or a number, up to where it ends.
     *
     * @return whether it is a number
     */
    boolean unquoted(StringBuilder to) throws IOException {
        int from = to.length();
        if (NUMBER_START.indexOf(in.peek()) >= 0) {
            while (in.peek() != CharInput.END && NUMBER.indexOf(in.peek()) >= 0) {
                append(to, in.next());
            }
            String digits = to.substring(from);
            if (isNumber(digits)) {
                return true;
            }
            if (digits.indexOf('+') >= 0) {
                throw HoconSyntax.RESERVED.in(in.line());
            }
            return false;
        }
        do {
            append(to, in.next());
        } while (isUnquotedStart(in.peek()));
        return false;
    }

    private static boolean isNumber(String digits) {
        try {
            if (digits.indexOf('.') >= 0 || digits.indexOf('e') >= 0 || digits.indexOf('E') >= 0) {
                var unused = Double.parseDouble(digits);
            } else {
                var unused = Long.parseLong(digits);
            }
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** Takes a text in quotes, one or three. */
    void quoted(StringBuilder to) throws IOException {
        int line = in.line();
        if (in.startsWith("\"\"\"")) {
            in.skip(3);
            tripleQuoted(to, line);
            return;
        }
        in.next();
        while (true) {
            int c = in.peek();
            if (c == '"') {
                in.next();
                return;
            }
            if (c == CharInput.END || c == '\n') {
                throw HoconSyntax.QUOTE_OPEN.in(line);
            }
            if (c == '\\') {
                in.next();
                append(to, escape(line));
            } else if (Character.isISOControl(c)) {
                throw HoconSyntax.CONTROL_IN_QUOTES.in(line);
            } else {
                append(to, in.next());
            }
        }
    }

    /** Of more than three quotes at the end, the last three close the text. */
    private void tripleQuoted(StringBuilder to, int line) throws IOException {
        int quotes = 0;
        while (true) {
            int c = in.peek();
            if (quotes >= 3 && c != '"') {
                to.setLength(to.length() - 3);
                return;
            }
            if (c == CharInput.END) {
                throw HoconSyntax.TRIPLE_QUOTE_OPEN.in(line);
            }
            quotes = c == '"' ? quotes + 1 : 0;
            append(to, in.next());
        }
    }

    private char escape(int line) throws IOException {
        int c = in.next();
        return switch (c) {
            case '"', '\\', '/' -> (char) c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> hex(line);
            default -> throw HoconSyntax.ESCAPE.in(line);
        };
    }

    private char hex(int line) throws IOException {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            int c = in.peek();
            int digit = c < 128 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                throw HoconSyntax.ESCAPE.in(line);
            }
            value = value << 4 | digit;
            in.next();
        }
        return (char) value;
    }

    private void append(StringBuilder to, int c) {
        if (to.length() >= HoconTree.TEXT_MAX) {
            throw HoconSyntax.TOO_LONG.in(in.line());
        }
        to.append((char) c);
    }
}
