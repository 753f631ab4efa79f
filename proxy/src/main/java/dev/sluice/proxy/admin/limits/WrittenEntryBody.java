package dev.sluice.proxy.admin.limits;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * {@code GET /api/v1/limits/...}: one entry, also in the form in which it is set.
 *
 * @param set its keys and values; a PUT of these changes nothing
 */
public record WrittenEntryBody(LimitEntryBody limits, Map<String, String> set) {
    public WrittenEntryBody {
        set = Collections.unmodifiableMap(new LinkedHashMap<>(set));
    }
}
