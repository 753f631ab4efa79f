package dev.sluice.proxy.quota.api;

import dev.sluice.proxy.admin.http.BadRequestException;
import dev.sluice.proxy.admin.json.JsonCodec;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;

/**
 * Reads calls from JSON, token by token. Strict: an unknown, missing or repeated field, text behind the value, and bytes that
 * are no UTF-8 are errors. Whatever the bytes are, the result is a call or a {@link BadRequestException}. Thread-safe.
 */
final class CallParser {
    private static final int NESTING_MAX = 8;
    private static final int NUMBER_CHARS_MAX = 64;
    private static final int NAME_CHARS_MAX = 100;
    private static final String STEPS = "steps";
    /** By so many bytes a parser guesses the encoding. */
    private static final int ENCODING_BYTES = 4;

    private static final long NOT_ASCII = 0x8080_8080_8080_8080L;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private static final JsonFactory JSON = JsonFactory.builder()
            .recyclerPool(JsonRecyclerPools.threadLocalPool())
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(NESTING_MAX)
                    .maxNumberLength(NUMBER_CHARS_MAX)
                    .build())
            .build();

    private CallParser() {}

    /** Reads an object, which is a call of that kind. */
    static QuotaCall call(byte[] body, CallKind kind) throws BadRequestException {
        return parse(body, parser -> {
            expect(parser.nextToken(), JsonToken.START_OBJECT, "a JSON object is needed");
            CallFields fields = fields(parser);
            if (!fields.op().isEmpty()) {
                throw new BadRequestException("op has no place here: the path has it");
            }
            return fields.call(kind);
        });
    }

    /** Reads an array of calls, each with its {@code op}. */
    static List<QuotaCall> batch(byte[] body, int callsMax) throws BadRequestException {
        return parse(body, parser -> {
            expect(parser.nextToken(), JsonToken.START_ARRAY, "a JSON array of calls is needed");
            return calls(parser, callsMax);
        });
    }

    /** Reads <code>{"steps": [call, ...]}</code>. */
    static List<QuotaCall> steps(byte[] body, int callsMax) throws BadRequestException {
        String needed = "a JSON object with an array \"steps\" is needed";
        return parse(body, parser -> {
            expect(parser.nextToken(), JsonToken.START_OBJECT, needed);
            expect(parser.nextToken(), JsonToken.PROPERTY_NAME, needed);
            if (!parser.currentName().equals(STEPS)) {
                throw new BadRequestException(needed);
            }
            expect(parser.nextToken(), JsonToken.START_ARRAY, needed);
            List<QuotaCall> calls = calls(parser, callsMax);
            expect(parser.nextToken(), JsonToken.END_OBJECT, "steps is the only field");
            return calls;
        });
    }

    /** Reads something from a parser. */
    private interface Reading<T> {
        T from(JsonParser parser) throws BadRequestException;
    }

    private static <T> T parse(byte[] body, Reading<T> reading) throws BadRequestException {
        checkUtf8(body);
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), body)) {
            T value = reading.from(parser);
            if (parser.nextToken() != null) {
                throw new BadRequestException("there is text behind the JSON value");
            }
            return value;
        } catch (JacksonException e) {
            throw new BadRequestException("not JSON: " + JsonCodec.fault(e));
        }
    }

    /** The parser would guess other encodings by zeros at the start, and take some sequences that no encoder makes. */
    private static void checkUtf8(byte[] body) throws BadRequestException {
        for (int i = 0; i < Math.min(body.length, ENCODING_BYTES); i++) {
            if (body[i] == 0) {
                throw new BadRequestException("not JSON: a zero byte");
            }
        }
        if (!isAscii(body)) {
            try {
                var unused = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body));
            } catch (CharacterCodingException e) {
                throw new BadRequestException("the body must be UTF-8");
            }
        }
    }

    /** Eight bytes at a time: all bytes of each body pass here. */
    private static boolean isAscii(byte[] body) {
        int at = 0;
        long found = 0;
        for (; at + Long.BYTES <= body.length; at += Long.BYTES) {
            found |= (long) LONGS.get(body, at);
        }
        for (; at < body.length; at++) {
            found |= body[at];
        }
        return (found & NOT_ASCII) == 0;
    }

    private static void expect(JsonToken token, JsonToken wanted, String message) throws BadRequestException {
        if (token != wanted) {
            throw new BadRequestException(message);
        }
    }

    private static List<QuotaCall> calls(JsonParser parser, int callsMax) throws BadRequestException {
        List<QuotaCall> calls = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            if (calls.size() == callsMax) {
                throw new BadRequestException("at most " + callsMax + " calls at once");
            }
            try {
                expect(token, JsonToken.START_OBJECT, "a JSON object is needed");
                CallFields fields = fields(parser);
                calls.add(fields.call(kind(fields.op())));
            } catch (BadRequestException e) {
                throw new BadRequestException("call " + calls.size() + " (from 0): " + e.getMessage());
            }
        }
        if (calls.isEmpty()) {
            throw new BadRequestException("a call at least is needed");
        }
        return calls;
    }

    private static CallKind kind(String op) throws BadRequestException {
        return switch (op) {
            case "allow" -> CallKind.ALLOW;
            case "view" -> CallKind.VIEW;
            case "alloc" -> CallKind.ALLOC;
            case "free" -> CallKind.FREE;
            default -> throw new BadRequestException("op must be allow, view, alloc or free");
        };
    }

    private static CallFields fields(JsonParser parser) throws BadRequestException {
        CallFields fields = new CallFields();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_OBJECT; token = parser.nextToken()) {
            CallField field = CallField.of(parser.currentName());
            if (field == null) {
                throw new BadRequestException("unknown field " + shown(parser.currentName()));
            }
            parser.nextToken();
            fields.take(field, parser);
        }
        return fields;
    }

    private static String shown(String name) {
        return name.length() <= NAME_CHARS_MAX ? name : name.substring(0, NAME_CHARS_MAX) + "...";
    }
}
