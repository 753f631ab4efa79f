package dev.sluice.proxy.admin.limits;

import java.util.List;
import java.util.Optional;

/**
 * What a change did on this sidecar. Others have limits of their own.
 *
 * @param entry that was changed
 * @param before as it was in force; empty: there was none
 * @param after as it is in force now; empty: there is none
 * @param file that holds it
 * @param limitsFingerprint of all limits in force now
 * @param sidecars the live peers, and whether their limits are the same as here
 */
public record LimitChangeBody(
        String entry,
        Optional<LimitEntryBody> before,
        Optional<LimitEntryBody> after,
        String file,
        String limitsFingerprint,
        List<SidecarLimits> sidecars) {
    public LimitChangeBody {
        sidecars = List.copyOf(sidecars);
    }
}
