package dev.sluice.proxy.admin.http;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The query of a request, decoded. A parameter that is given twice is an error, not a list. Immutable. */
public final class QueryParameters {
    /** A request without a query. */
    public static final QueryParameters NONE = new QueryParameters(Map.of());

    private static final int PARAMETERS_MAX = 64;

    private final Map<String, String> values;

    private QueryParameters(Map<String, String> values) {
        this.values = Map.copyOf(values);
    }

    /**
     * Parses a query string.
     *
     * @param query behind the question mark
     */
    public static QueryParameters parse(String query) throws BadRequestException {
        Map<String, String> values = new HashMap<>();
        try {
            QueryStringDecoder decoder =
                    new QueryStringDecoder(query, StandardCharsets.UTF_8, false, PARAMETERS_MAX, true);
            for (Map.Entry<String, List<String>> parameter :
                    decoder.parameters().entrySet()) {
                if (parameter.getValue().size() > 1) {
                    throw new BadRequestException("query parameter " + parameter.getKey() + " is given twice");
                }
                values.put(parameter.getKey(), parameter.getValue().get(0));
            }
        } catch (IllegalArgumentException e) {
            throw new BadRequestException("the query can't be decoded; write %25 for a percent sign");
        }
        return new QueryParameters(values);
    }

    /** The value of a parameter; empty: it isn't given. */
    public Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /** The value of a parameter that must be given. */
    public String required(String name) throws BadRequestException {
        return text(name).orElseThrow(() -> new BadRequestException("query parameter " + name + " is missing"));
    }

    /** A whole number from {@code min} to {@code max}; empty: it isn't given. */
    public Optional<Integer> integer(String name, int min, int max) throws BadRequestException {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            int value = Integer.parseInt(text.get());
            if (value >= min && value <= max) {
                return Optional.of(value);
            }
        } catch (NumberFormatException e) {
            // The same message says what would be right.
        }
        throw new BadRequestException("query parameter " + name + " must be a whole number from " + min + " to " + max);
    }
}
