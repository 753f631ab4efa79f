package dev.sluice.policy.keys;

import java.util.List;

/**
 * The keys by which a sidecar and its peers authenticate each other.
 *
 * @param own this sidecar's keys
 * @param allowed public keys of the peers that may connect and whose reports are accepted, in Z85, each once
 */
public record CurveKeys(CurveKeyPair own, List<String> allowed) {
    public CurveKeys {
        allowed = List.copyOf(allowed);
    }
}
