package dev.sluice.proxy.client;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads values of a response, whatever it has. */
final class JsonValues {
    private JsonValues() {}

    /** A text; empty where there is none. Control characters become question marks: a terminal would obey them. */
    static String text(Map<String, ?> object, String key) {
        Object value = object.get(key);
        return value == null ? "" : String.valueOf(value).replaceAll("\\p{Cntrl}", "?");
    }

    /** Whether a key is true. */
    static boolean flag(Map<String, ?> object, String key) {
        return Boolean.TRUE.equals(object.get(key));
    }

    /** The texts of a list, for people. */
    static String texts(Map<String, ?> object, String key) {
        return object.get(key) instanceof List<?> list
                ? list.stream().map(String::valueOf).collect(Collectors.joining(", "))
                : "";
    }

    /** The objects of a list. */
    static List<Map<String, Object>> objects(Map<String, ?> object, String key) {
        List<Map<String, Object>> objects = new ArrayList<>();
        if (object.get(key) instanceof List<?> list) {
            list.forEach(element -> objects.add(asObject(element)));
        }
        return objects;
    }

    /** An object; an empty one where there is none. */
    static Map<String, Object> object(Map<String, ?> object, String key) {
        return asObject(object.get(key));
    }

    private static Map<String, Object> asObject(@Nullable Object value) {
        Map<String, Object> read = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, element) -> read.put(String.valueOf(key), element));
        }
        return read;
    }
}
