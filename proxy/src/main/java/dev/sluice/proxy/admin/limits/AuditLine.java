package dev.sluice.proxy.admin.limits;

import java.util.Map;
import java.util.Optional;

/**
 * One line of the audit log.
 *
 * @param time UTC, ISO 8601
 * @param node this sidecar
 * @param address of the client
 * @param token the fingerprint of the token that the client had
 * @param action {@code set} or {@code delete}; {@code failed}: the line before could not be done, or not whole
 * @param entry that was changed: of the limits, {@code users.alice}; of the quotas, {@code alloc ns1/r1}
 * @param before as it was written; empty: there was none
 * @param after as it is written, in a line {@code failed} as it is in force; empty: there is none
 */
public record AuditLine(
        String time,
        String node,
        String address,
        String token,
        String action,
        String entry,
        Optional<Map<String, String>> before,
        Optional<Map<String, String>> after) {}
