package dev.sluice.proxy.admin.limits;

import java.util.List;
import java.util.Optional;

/**
 * {@code GET /api/v1/limits}: the entries in force, in the order of their names.
 *
 * @param node this sidecar
 * @param limitsFingerprint 16 hex digits that are the same where the limits are the same
 * @param next what {@code after} must be for the following entries; empty: these are the last
 */
public record LimitsBody(String node, String limitsFingerprint, List<LimitEntryBody> entries, Optional<String> next) {
    public LimitsBody {
        entries = List.copyOf(entries);
    }
}
