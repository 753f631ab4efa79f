package dev.sluice.proxy.admin.api;

import java.util.List;

/**
 * {@code /api/v1/usage}.
 *
 * @param node this sidecar
 * @param usage one row for each limit of each subject in use
 * @param allocations allocation quotas of which something is allocated
 */
public record UsageBody(String node, List<UsageRow> usage, List<AllocationRow> allocations) {
    public UsageBody {
        usage = List.copyOf(usage);
        allocations = List.copyOf(allocations);
    }

    /** Without allocation quotas. */
    public UsageBody(String node, List<UsageRow> usage) {
        this(node, usage, List.of());
    }

    /**
     * One allocation quota.
     *
     * @param allocated tokens
     * @param capacity tokens; less than what is allocated after it was lowered
     * @param version counts the changes of what is allocated
     */
    public record AllocationRow(String namespace, String resource, long allocated, long capacity, long version) {}
}
