package dev.sluice.policy.hocon;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * The characters of a file while it is read, with lines and columns. Holds 16 KiB of it, so that the size of a file costs no
 * memory. Each character is looked at a few times at most.
 */
final class CharInput {
    /** Behind the last character. */
    static final int END = -1;
    /** How far {@link #peek(int)} may look ahead. */
    static final int AHEAD_MAX = 16;

    private static final int BUFFER_SIZE = 16 << 10;

    private final InputStream in;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private final ByteBuffer bytes = ByteBuffer.allocate(BUFFER_SIZE).limit(0);
    private final CharBuffer chars = CharBuffer.allocate(BUFFER_SIZE).limit(0);
    private boolean isEnd;
    private boolean isMalformed;
    private int line = 1;
    private int column = 1;

    /** Reads nothing yet. The caller closes the stream. */
    CharInput(InputStream in) {
        this.in = in;
    }

    /** From 1. */
    int line() {
        return line;
    }

    /** From 1. */
    int column() {
        return column;
    }

    /** The next character, which stays. */
    int peek() throws IOException {
        return peek(0);
    }

    /** A character further on. */
    int peek(int ahead) throws IOException {
        if (chars.remaining() <= ahead) {
            fill(ahead);
        }
        return ahead < chars.remaining() ? chars.get(chars.position() + ahead) : END;
    }

    /** Whether these characters come next. */
    boolean startsWith(String expected) throws IOException {
        for (int i = 0; i < expected.length(); i++) {
            if (peek(i) != expected.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Takes the next character. */
    int next() throws IOException {
        int c = peek(0);
        if (c == END) {
            return c;
        }
        chars.position(chars.position() + 1);
        if (c == '\n') {
            line++;
            column = 1;
        } else {
            column++;
        }
        return c;
    }

    /** Takes some characters, none of which is a new line. */
    void skip(int count) {
        chars.position(chars.position() + count);
        column += count;
    }

    /** Goes to the end of the line and leaves the new line. */
    void skipLine() throws IOException {
        while (peek(0) != END) {
            int from = chars.position();
            int at = from;
            while (at < chars.limit() && chars.get(at) != '\n') {
                at++;
            }
            chars.position(at);
            column += at - from;
            if (at < chars.limit()) {
                return;
            }
        }
    }

    private void fill(int ahead) throws IOException {
        while (chars.remaining() <= ahead && !isEnd) {
            if (isMalformed) {
                if (chars.hasRemaining()) {
                    return;
                }
                throw new HoconException(line, 1, "this isn't UTF-8 text", "save the file as UTF-8");
            }
            bytes.compact();
            int read = in.read(bytes.array(), bytes.position(), bytes.remaining());
            bytes.position(bytes.position() + Math.max(0, read));
            bytes.flip();
            chars.compact();
            CoderResult result = decoder.decode(bytes, chars, read < 0);
            chars.flip();
            isMalformed = result.isError();
            isEnd = read < 0 && result.isUnderflow();
        }
    }
}
