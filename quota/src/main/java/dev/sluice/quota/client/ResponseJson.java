package dev.sluice.quota.client;

import java.util.HashMap;
import java.util.Map;

/**
 * Reads what the quota port sends: an object with texts, whole numbers, true and false, and objects of these. The fields of
 * inner objects are named by their path: {@code result.ok}. Belongs to one thread.
 */
final class ResponseJson {
    private static final int HEX_DIGITS = 4;

    private final String text;
    private final Map<String, Object> fields = new HashMap<>();
    private int at;

    private ResponseJson(String text) {
        this.text = text;
    }

    /**
     * Reads an object.
     *
     * @throws IllegalArgumentException if the text is none
     */
    static Map<String, Object> read(String text) {
        ResponseJson reader = new ResponseJson(text);
        reader.object("");
        reader.skipBlanks();
        if (reader.at < text.length()) {
            throw reader.problem();
        }
        return reader.fields;
    }

    private IllegalArgumentException problem() {
        return new IllegalArgumentException("no response of a quota port, at character " + at);
    }

    private void object(String prefix) {
        expect('{');
        if (isNext('}')) {
            expect('}');
            return;
        }
        do {
            String name = prefix + string();
            expect(':');
            value(name);
        } while (tookComma());
        expect('}');
    }

    private void value(String name) {
        skipBlanks();
        if (isNext('{')) {
            object(name + ".");
        } else if (isNext('"')) {
            fields.put(name, string());
        } else {
            int from = at;
            while (at < text.length() && isOfWord(text.charAt(at))) {
                at++;
            }
            String word = text.substring(from, at);
            if (word.equals("true") || word.equals("false")) {
                fields.put(name, word.equals("true"));
            } else {
                fields.put(name, number(word));
            }
        }
    }

    private static boolean isOfWord(char c) {
        return c == '-' || Character.isLetterOrDigit(c);
    }

    private long number(String word) {
        try {
            return Long.parseLong(word);
        } catch (NumberFormatException e) {
            throw problem();
        }
    }

    private String string() {
        expect('"');
        StringBuilder value = new StringBuilder();
        while (at < text.length() && text.charAt(at) != '"') {
            char c = text.charAt(at++);
            value.append(c == '\\' ? escaped() : c);
        }
        expect('"');
        return value.toString();
    }

    private char escaped() {
        if (at == text.length()) {
            throw problem();
        }
        char c = text.charAt(at++);
        return switch (c) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'u' -> hexadecimal();
            default -> c;
        };
    }

    private char hexadecimal() {
        if (at + HEX_DIGITS > text.length()) {
            throw problem();
        }
        at += HEX_DIGITS;
        return (char) Integer.parseInt(text.substring(at - HEX_DIGITS, at), 16);
    }

    private boolean tookComma() {
        if (!isNext(',')) {
            return false;
        }
        at++;
        return true;
    }

    private boolean isNext(char c) {
        skipBlanks();
        return at < text.length() && text.charAt(at) == c;
    }

    private void expect(char c) {
        if (!isNext(c)) {
            throw problem();
        }
        at++;
    }

    private void skipBlanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }
}
