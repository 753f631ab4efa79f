package dev.sluice.policy.hocon;

import dev.sluice.policy.hocon.KeyPositions.TextPosition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Scans HOCON text for the positions of its keys. It is lenient: the HOCON library decides what is valid, and a text
 * that this scanner misreads gets a wrong column, never a wrong value. Keys nested deeper than {@link #DEPTH_MAX} are
 * not indexed, so that memory stays proportional to the text.
 */
final class KeyScanner {
    /** Keys on the path from the top to a value. No known key is deeper than 6. */
    static final int DEPTH_MAX = 32;

    /** An open object or list and, while the value of one of its keys is being read, that key. */
    private static final class Frame {
        private final boolean isList;
        private final List<String> path;
        private final int openedAt;
        private List<String> key = List.of();
        private TextPosition keyPosition = TextPosition.START;
        private int valueStart = -1;
        private boolean isPlain;

        private Frame(boolean isList, List<String> path, int openedAt) {
            this.isList = isList;
            this.path = path;
            this.openedAt = openedAt;
        }

        private boolean inValue() {
            return valueStart >= 0;
        }
    }

    private final String text;
    private final KeyPositions positions = new KeyPositions();
    private final Deque<Frame> frames = new ArrayDeque<>();
    private int at;
    private int line = 1;
    private int lineStart;
    private int lineCountedTo;

    private KeyScanner(String text) {
        this.text = text;
    }

    static KeyPositions scan(String text) {
        KeyScanner scanner = new KeyScanner(text);
        scanner.run();
        return scanner.positions;
    }

    private void run() {
        frames.push(new Frame(false, List.of(), 0));
        while (at < text.length()) {
            Frame frame = frames.element();
            char c = text.charAt(at);
            if (c == '#' || text.startsWith("//", at)) {
                if (frame.inValue() && !rawValue(frame).isEmpty()) {
                    endValue(frame);
                }
                skipLine();
            } else if (frame.isList || frame.inValue()) {
                value(frame, c);
            } else {
                keyOrEnd(frame, c);
            }
        }
        endValue(frames.element());
        if (frames.size() > 1) {
            rewind();
            positions.unclosed(positionOf(frames.element().openedAt));
        }
    }

    private void keyOrEnd(Frame frame, char c) {
        if (c == '}') {
            close(false);
        } else if (c == '{') {
            open(false, frame.path);
        } else if (Character.isWhitespace(c) || c == ',' || c == '\uFEFF') {
            at++;
        } else {
            key(frame);
        }
    }

    private void value(Frame frame, char c) {
        switch (c) {
            case '"' -> readString();
            case '{' -> {
                frame.isPlain = false;
                open(false, childPath(frame));
            }
            case '[' -> {
                frame.isPlain = false;
                open(true, childPath(frame));
            }
            case '}' -> close(false);
            case ']' -> close(true);
            case ',' -> {
                endValue(frame);
                at++;
            }
            case '\n' -> {
                if (!frame.isList && !rawValue(frame).isEmpty()) {
                    endValue(frame);
                }
                at++;
            }
            case '$' -> {
                int end = text.startsWith("${", at) ? text.indexOf('}', at) : at;
                at = end < 0 ? text.length() : end + 1;
            }
            default -> at++;
        }
    }

    private void open(boolean isList, List<String> path) {
        if (frames.size() > DEPTH_MAX) {
            positions.tooDeep(positionOf(at));
        }
        frames.push(new Frame(isList, path, at));
        at++;
    }

    private void close(boolean isList) {
        Frame frame = frames.element();
        endValue(frame);
        if (frame.isList == isList && frames.size() > 1) {
            frames.pop();
        }
        at++;
    }

    private void key(Frame frame) {
        TextPosition place = positionOf(at);
        if (isInclude()) {
            positions.include(place);
            skipLine();
            return;
        }
        List<String> elements = readKey();
        if (at < text.length() && (text.charAt(at) == '=' || text.charAt(at) == ':' || text.startsWith("+=", at))) {
            at += text.charAt(at) == '+' ? 2 : 1;
        } else if (at >= text.length() || text.charAt(at) != '{') {
            at++;
            return;
        }
        frame.keyPosition = place;
        frame.valueStart = at;
        frame.isPlain = true;
        if (frame.path.size() + elements.size() > DEPTH_MAX) {
            positions.tooDeep(place);
            frame.key = frame.path;
            frame.isPlain = false;
            return;
        }
        List<String> path = new ArrayList<>(frame.path);
        path.addAll(elements);
        frame.key = List.copyOf(path);
        positions.key(frame.key, elements.size(), place);
    }

    /** Reads up to the character that ends a key, and leaves it. */
    private List<String> readKey() {
        List<String> elements = new ArrayList<>();
        StringBuilder element = new StringBuilder();
        StringBuilder spaces = new StringBuilder();
        while (at < text.length() && "=:{}[],\n".indexOf(text.charAt(at)) < 0 && !text.startsWith("+=", at)) {
            char c = text.charAt(at);
            if (c == '"') {
                element.append(spaces).append(readString());
                spaces.setLength(0);
            } else if (c == '.') {
                elements.add(element.toString());
                element.setLength(0);
                spaces.setLength(0);
                at++;
            } else if (Character.isWhitespace(c)) {
                if (element.length() > 0) {
                    spaces.append(c);
                }
                at++;
            } else {
                element.append(spaces).append(c);
                spaces.setLength(0);
                at++;
            }
        }
        elements.add(element.toString());
        return elements;
    }

    private boolean isInclude() {
        if (!text.startsWith("include", at)) {
            return false;
        }
        int next = at + "include".length();
        int word = next;
        while (word < text.length() && (text.charAt(word) == ' ' || text.charAt(word) == '\t')) {
            word++;
        }
        return word > next && word < text.length() && "=:{.+\n".indexOf(text.charAt(word)) < 0;
    }

    private void endValue(Frame frame) {
        if (frame.inValue()) {
            if (frame.isPlain) {
                positions.plainValue(frame.key, frame.keyPosition, rawValue(frame));
            }
            frame.valueStart = -1;
        }
    }

    private String rawValue(Frame frame) {
        return text.substring(frame.valueStart, at).strip();
    }

    private static List<String> childPath(Frame frame) {
        if (!frame.isList) {
            return frame.key;
        }
        if (frame.path.size() >= DEPTH_MAX) {
            return frame.path;
        }
        List<String> path = new ArrayList<>(frame.path);
        path.add("[]");
        return List.copyOf(path);
    }

    private void skipLine() {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
    }

    /** Reads a quoted string, tripled quotes too; an unclosed one ends with its line. */
    private String readString() {
        if (text.startsWith("\"\"\"", at)) {
            int end = text.indexOf("\"\"\"", at + 3);
            String content = text.substring(at + 3, end < 0 ? text.length() : end);
            at = end < 0 ? text.length() : end + 3;
            return content;
        }
        StringBuilder content = new StringBuilder();
        at++;
        while (at < text.length() && text.charAt(at) != '"' && text.charAt(at) != '\n') {
            if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                at++;
            }
            content.append(text.charAt(at));
            at++;
        }
        if (at < text.length() && text.charAt(at) == '"') {
            at++;
        }
        return content.toString();
    }

    private void rewind() {
        line = 1;
        lineStart = 0;
        lineCountedTo = 0;
    }

    /** Counts lines from the last position asked for, which must not be later. */
    private TextPosition positionOf(int position) {
        for (int i = text.indexOf('\n', lineCountedTo); i >= 0 && i < position; i = text.indexOf('\n', i + 1)) {
            line++;
            lineStart = i + 1;
            lineCountedTo = i + 1;
        }
        return new TextPosition(line, position - lineStart + 1);
    }
}
