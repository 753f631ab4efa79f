package dev.sluice.policy.settings;

import dev.sluice.policy.keys.CurveFiles;
import dev.sluice.policy.keys.CurveKeys;

/** Who may hear this sidecar on the bus, and who is believed there. */
public sealed interface SyncTrust {
    /**
     * Those who have a listed key.
     *
     * @param files followed while the sidecar runs
     * @param keys what they held at start
     */
    record ListedKeys(CurveFiles files, CurveKeys keys) implements SyncTrust {}

    /** Everybody, so the bus stays on loopback addresses. */
    enum ThisMachine implements SyncTrust {
        INSTANCE
    }

    /** Everybody who reaches the port, wherever it listens: what {@code sync.insecure = true} asks for. */
    enum Anybody implements SyncTrust {
        INSTANCE
    }
}
