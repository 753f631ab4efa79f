package dev.sluice.proxy.admin.json;

import java.lang.reflect.InvocationTargetException;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.jr.ob.JSON;
import tools.jackson.jr.ob.JSONObjectException;
import tools.jackson.jr.ob.JacksonJrExtension;
import tools.jackson.jr.ob.api.ExtensionContext;

/**
 * Writes and reads the records of the admin port as JSON. One convention for all: keys are component names in snake case
 * ({@code last_report_age_seconds}), enum values are lower case with hyphens, as in the configuration ({@code read-ops}),
 * an empty {@code Optional} is {@code null}. Reading is strict: unknown keys, repeated keys and text behind the value are
 * errors. Thread-safe.
 */
public final class JsonCodec {
    private static final JSON JACKSON = JSON.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .register(new Conventions())
            .enable(JSON.Feature.FAIL_ON_UNKNOWN_BEAN_PROPERTY)
            .enable(JSON.Feature.WRITE_NULL_PROPERTIES)
            .build();

    private JsonCodec() {}

    /** Writes a record, or a list of records, in UTF-8. */
    public static byte[] write(Object value) {
        return JACKSON.asBytes(value);
    }

    /**
     * Reads a record.
     *
     * @throws InvalidJsonException if the text is no JSON, or does not fit the record
     */
    public static <T extends Record> T read(String text, Class<T> type) throws InvalidJsonException {
        try (JsonParser parser = JACKSON.createParser(text)) {
            T value = JACKSON.beanFrom(type, parser);
            if (parser.nextToken() != null) {
                throw new InvalidJsonException("there is more than one value");
            }
            if (value == null) {
                throw new InvalidJsonException("an object is needed");
            }
            return value;
        } catch (JSONObjectException e) {
            throw new InvalidJsonException(reason(e));
        } catch (JacksonException e) {
            throw new InvalidJsonException("not JSON: " + fault(e));
        }
    }

    /**
     * Reads an object of plain values as texts: {@code {"read-ops": "100/s", "concurrent-requests": 64}}.
     *
     * @throws InvalidJsonException if it is something else
     */
    public static Map<String, String> readTexts(String text) throws InvalidJsonException {
        Map<String, String> texts = new LinkedHashMap<>();
        for (Map.Entry<String, Object> entry : readObject(text).entrySet()) {
            Object value = entry.getValue();
            if (!(value instanceof String || value instanceof Number || value instanceof Boolean)) {
                throw new InvalidJsonException(entry.getKey() + " needs a text or a number");
            }
            texts.put(entry.getKey(), String.valueOf(value));
        }
        return texts;
    }

    /**
     * Reads an object as maps, lists and plain values: what another release writes may have other keys.
     *
     * @throws InvalidJsonException if it is something else
     */
    public static Map<String, Object> readObject(String text) throws InvalidJsonException {
        try (JsonParser parser = JACKSON.createParser(text)) {
            Map<String, Object> value = JACKSON.mapFrom(parser);
            if (parser.nextToken() != null) {
                throw new InvalidJsonException("there is more than one value");
            }
            if (value == null) {
                throw new InvalidJsonException("an object is needed");
            }
            return value;
        } catch (JacksonException e) {
            throw new InvalidJsonException("not a JSON object: " + fault(e));
        }
    }

    /**
     * Where a text is wrong, or which name occurs twice. The parser's own message quotes the text, which may be a token in the
     * wrong place.
     */
    public static String fault(JacksonException e) {
        String message = String.valueOf(e.getOriginalMessage());
        if (message.startsWith("Duplicate ")) {
            return message;
        }
        TokenStreamLocation at = e.getLocation();
        return at == null ? "somewhere" : "line " + at.getLineNr() + ", column " + at.getColumnNr();
    }

    /** The message of the record's constructor, where it refused a value. */
    private static String reason(JSONObjectException e) {
        Throwable cause = e.getCause();
        Throwable refusal = cause instanceof InvocationTargetException ? cause.getCause() : null;
        return refusal == null ? e.getOriginalMessage() : String.valueOf(refusal.getMessage());
    }

    private static final class Conventions extends JacksonJrExtension {
        @Override
        protected void register(ExtensionContext context) {
            context.appendModifier(new RecordNaming());
            context.appendProvider(new ValueConventions());
        }
    }
}
