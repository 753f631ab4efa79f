package dev.sluice.sync.discovery;

/** Which host of a daemon to connect to, if the map has both. */
public enum ServiceMapHost {
    /** The address from which the daemon talks to the cluster. */
    ADDRESS,
    HOSTNAME
}
