package dev.sluice.proxy.admin.json;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.jr.ob.JSONObjectException;
import tools.jackson.jr.ob.api.ReaderWriterProvider;
import tools.jackson.jr.ob.api.ValueReader;
import tools.jackson.jr.ob.api.ValueWriter;
import tools.jackson.jr.ob.impl.JSONReader;
import tools.jackson.jr.ob.impl.JSONWriter;

/** Enums in lower case with hyphens; an empty {@code Optional} as null. */
final class ValueConventions extends ReaderWriterProvider {
    @Override
    public ValueWriter findValueWriter(JSONWriter context, Class<?> type) {
        if (Enum.class.isAssignableFrom(type)) {
            return new EnumWriter(type);
        }
        return type == Optional.class ? new OptionalWriter() : super.findValueWriter(context, type);
    }

    @Override
    public ValueReader findValueReader(JSONReader context, Class<?> type) {
        return type.isEnum() ? new EnumReader(type) : super.findValueReader(context, type);
    }

    static String word(Object constant) {
        return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Writes an enum value as the configuration does. */
    record EnumWriter(Class<?> valueType) implements ValueWriter {
        @Override
        public void writeValue(JSONWriter context, JsonGenerator to, Object value) {
            to.writeString(word(value));
        }
    }

    private static final class OptionalWriter implements ValueWriter {
        @Override
        public void writeValue(JSONWriter context, JsonGenerator to, Object value) {
            Optional<?> optional = (Optional<?>) value;
            if (optional.isEmpty()) {
                to.writeNull();
            } else {
                context.writeValue(optional.get());
            }
        }

        @Override
        public Class<?> valueType() {
            return Optional.class;
        }
    }

    private static final class EnumReader extends ValueReader {
        EnumReader(Class<?> type) {
            super(type);
        }

        @Override
        public Object read(JSONReader reader, JsonParser from) {
            String text = from.getString();
            for (Object constant : _valueType.getEnumConstants()) {
                if (word(constant).equals(text)) {
                    return constant;
                }
            }
            String all = Arrays.stream(_valueType.getEnumConstants())
                    .map(ValueConventions::word)
                    .collect(Collectors.joining(", "));
            throw JSONObjectException.from(from, "\"%s\" is none of: %s", text, all);
        }
    }
}
