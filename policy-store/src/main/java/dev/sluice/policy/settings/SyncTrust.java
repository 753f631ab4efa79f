package dev.sluice.policy.settings;

import dev.sluice.policy.keys.CurveFiles;
import dev.sluice.policy.keys.CurveKeys;

/** Which peers may connect to the bus of this sidecar, and whose reports it accepts. */
public sealed interface SyncTrust {
    /**
     * Peers that prove to have a listed key.
     *
     * @param files followed while the process runs
     * @param keys what the files held at the start
     */
    record ListedKeys(CurveFiles files, CurveKeys keys) implements SyncTrust {}

    /** Any peer on this machine, without proof: the bus stays on loopback addresses. */
    enum LoopbackOnly implements SyncTrust {
        INSTANCE
    }

    /** Any peer that reaches the port, without proof: {@code sync.insecure = true}. */
    enum AnyPeer implements SyncTrust {
        INSTANCE
    }
}
