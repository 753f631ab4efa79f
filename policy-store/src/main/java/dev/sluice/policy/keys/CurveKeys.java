package dev.sluice.policy.keys;

import java.util.List;

/**
 * What a sidecar and its peers know each other by.
 *
 * @param own this sidecar's keys
 * @param allowed public keys of those who are served and believed, in Z85, each once
 */
public record CurveKeys(CurveKeyPair own, List<String> allowed) {
    public CurveKeys {
        allowed = List.copyOf(allowed);
    }
}
