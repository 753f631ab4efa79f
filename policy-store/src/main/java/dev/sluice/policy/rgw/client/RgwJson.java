package dev.sluice.policy.rgw.client;

import java.io.IOException;
import java.nio.CharBuffer;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/** Reads a response's JSON as a stream: what isn't asked for is skipped, whatever it is. Belongs to one thread. */
final class RgwJson implements AutoCloseable {
    private static final int DEPTH_MAX = 32;
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH_MAX)
                    .maxDocumentLength(RgwResponseReader.BODY_BYTES_MAX)
                    .build())
            .build();

    /** Reads the value of a field. What it leaves is skipped. */
    @FunctionalInterface
    interface FieldReader {
        void read(String field, RgwJson value) throws IOException;
    }

    private final JsonParser parser;

    private RgwJson(JsonParser parser) {
        this.parser = parser;
    }

    /** Reads one object: the fields that it has, one after the other. */
    static void read(byte[] body, FieldReader reader) throws IOException {
        try (RgwJson json = new RgwJson(FACTORY.createParser(ObjectReadContext.empty(), body))) {
            if (json.parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("the response is not a JSON object");
            }
            json.object(reader);
        } catch (JacksonException e) {
            // Jackson's own message may quote what it read, and that may be a secret.
            throw new IOException("the response is not JSON: " + e.getClass().getSimpleName());
        }
    }

    /** Reads the object that the value is; anything else has no fields. */
    void object(FieldReader reader) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String field = parser.currentName();
            parser.nextToken();
            reader.read(field, this);
            skip();
        }
        if (parser.currentToken() != JsonToken.END_OBJECT) {
            throw new IOException("the response's JSON is cut");
        }
    }

    /** Reads the objects of the list that the value is; anything else has none. */
    void objects(FieldReader reader, Runnable afterEach) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return;
        }
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            if (token == null) {
                throw new IOException("the response's JSON is cut");
            }
            object(reader);
            afterEach.run();
        }
    }

    /** Reads a list of texts, which is all that the body is. */
    static void readTexts(byte[] body, Consumer<String> reader) throws IOException {
        try (RgwJson json = new RgwJson(FACTORY.createParser(ObjectReadContext.empty(), body))) {
            if (json.parser.nextToken() != JsonToken.START_ARRAY) {
                throw new IOException("the response is not a JSON list");
            }
            json.texts(reader);
        } catch (JacksonException e) {
            throw new IOException("the response is not JSON: " + e.getClass().getSimpleName());
        }
    }

    /** Reads the texts of the list that the value is; anything else has none. */
    void texts(Consumer<String> reader) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return;
        }
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            if (token == null) {
                throw new IOException("the response's JSON is cut");
            }
            if (token == JsonToken.VALUE_STRING) {
                reader.accept(parser.getString());
            } else {
                skip();
            }
        }
    }

    private void skip() {
        if (parser.currentToken() == JsonToken.START_OBJECT || parser.currentToken() == JsonToken.START_ARRAY) {
            parser.skipChildren();
        }
    }

    /** A text; empty for anything else. */
    String text() {
        return parser.currentToken() == JsonToken.VALUE_STRING ? parser.getString() : "";
    }

    /** A text that leaves no string behind. Valid until the next value is read. */
    CharSequence secretText() {
        return parser.currentToken() == JsonToken.VALUE_STRING
                ? CharBuffer.wrap(parser.getStringCharacters(), parser.getStringOffset(), parser.getStringLength())
                : "";
    }

    /** True, as releases write it: {@code true}, {@code "true"} or a number other than 0. */
    boolean isTrue() {
        return switch (parser.currentToken()) {
            case VALUE_TRUE -> true;
            case VALUE_STRING -> parser.getString().equalsIgnoreCase("true");
            case VALUE_NUMBER_INT -> parser.getLongValue() != 0;
            default -> false;
        };
    }

    /** A whole number; 0 for anything else. */
    long number() {
        return parser.currentToken() == JsonToken.VALUE_NUMBER_INT ? parser.getLongValue() : 0;
    }

    @Override
    public void close() {
        parser.close();
    }
}
