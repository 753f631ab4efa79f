package dev.sluice.policy.rgw.client;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Parses what {@code GET /admin/ratelimit} returns: one limit or several, by their names. */
public final class RgwRateLimitParser {
    private static final String USER = "user_ratelimit";
    private static final String BUCKET = "bucket_ratelimit";
    private static final String ANONYMOUS = "anonymous_ratelimit";

    private final Map<String, RgwRateLimit> limits = new HashMap<>();
    private boolean isEnabled;
    private final Map<String, Long> amounts = new HashMap<>();

    private RgwRateLimitParser() {}

    /** The limit of a user. */
    static RgwRateLimit ofUser(byte[] json) throws IOException {
        return parse(json, USER);
    }

    /** The limit of a bucket. */
    static RgwRateLimit ofBucket(byte[] json) throws IOException {
        return parse(json, BUCKET);
    }

    /** The global limits. Releases that can't read them by this API return nothing, which is no limit. */
    static RgwGlobalLimits global(byte[] json) throws IOException {
        if (json.length == 0) {
            return RgwGlobalLimits.NONE;
        }
        RgwRateLimitParser parser = new RgwRateLimitParser();
        RgwJson.read(json, parser::limit);
        return new RgwGlobalLimits(parser.named(USER), parser.named(BUCKET), parser.named(ANONYMOUS));
    }

    private static RgwRateLimit parse(byte[] json, String name) throws IOException {
        RgwRateLimitParser parser = new RgwRateLimitParser();
        RgwJson.read(json, parser::limit);
        if (!parser.limits.containsKey(name)) {
            throw new IOException("the response has no " + name);
        }
        return parser.named(name);
    }

    private RgwRateLimit named(String name) {
        return limits.getOrDefault(name, RgwRateLimit.DISABLED);
    }

    private void limit(String name, RgwJson value) throws IOException {
        isEnabled = false;
        amounts.clear();
        value.object(this::field);
        limits.put(
                name,
                new RgwRateLimit(
                        isEnabled,
                        amount("max_read_ops"),
                        amount("max_write_ops"),
                        amount("max_list_ops"),
                        amount("max_delete_ops"),
                        amount("max_read_bytes"),
                        amount("max_write_bytes")));
    }

    private void field(String name, RgwJson value) {
        if (name.equals("enabled")) {
            isEnabled = value.isTrue();
        } else {
            amounts.put(name, Math.max(0, value.number()));
        }
    }

    private long amount(String field) {
        return amounts.getOrDefault(field, 0L);
    }
}
