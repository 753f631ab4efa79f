package dev.sluice.sync.discovery;

/** What of a daemon is connected to, where it has both. */
public enum ServiceMapHost {
    /** That from which it talks to the cluster. */
    ADDRESS,
    HOSTNAME
}
