package dev.sluice.proxy.admin.api;

/** What a process shows of itself on its admin port. Called on the admin thread; must not block. */
public interface AdminViews {
    /** Whether the process takes what it is there for: requests, or reports. */
    boolean isReady();

    /** Whether the process works as it should. */
    boolean isHealthy();

    /** How the parts of the process are. */
    Record health();

    /** Metrics in Prometheus' text format. */
    String metrics();

    /** Limits that are in use, and how much of them is used. */
    UsageBody usage(UsageBody.UsageQuery query);

    /** The other sidecars. */
    PeersBody peers();

    /**
     * This process and the peers that it receives reports from.
     *
     * @param adminPort where this process was asked
     */
    MembersBody members(int adminPort);
}
