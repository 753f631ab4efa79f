package dev.sluice.proxy.admin.api;

import dev.sluice.limits.model.Scope;
import java.util.List;
import java.util.Optional;

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
     * Which limits are asked for.
     *
     * @param rowsMax how many at most
     * @param isTop whether those with the most rejections come first; else all are sorted by name
     * @param scope of their subjects; empty: any
     * @param text a part of the name of their subjects or dimensions, in any case; empty: any
     */
    public record UsageQuery(int rowsMax, boolean isTop, Optional<Scope> scope, String text) {
        /** The most rows of a response. */
        public static final int ROWS_MAX = 10_000;

        /** As many as a response may have, by name. */
        public static final UsageQuery ALL = new UsageQuery(ROWS_MAX, false, Optional.empty(), "");
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
