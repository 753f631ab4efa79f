package dev.sluice.proxy.quota.api;

import dev.sluice.proxy.admin.api.MembersBody;

/** What the quota port shows of its process. Thread-safe; must not block. */
public interface QuotaViews {
    /** Whether calls are served. */
    boolean isReady();

    /** Whether the process works as it should. */
    boolean isHealthy();

    /** How the parts of the process are. */
    Record health();

    /** Metrics in Prometheus' text format. */
    String metrics();

    /** This process, and the others that it knows. */
    MembersBody members();
}
