package dev.sluice.proxy.admin.api;

import java.util.List;

/**
 * {@code /api/v1/usage}.
 *
 * @param node this sidecar
 * @param usage one row for each limit of each subject in use
 */
public record UsageBody(String node, List<UsageRow> usage) {
    public UsageBody {
        usage = List.copyOf(usage);
    }
}
