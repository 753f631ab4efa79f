package dev.sluice.policy.identity;

import dev.sluice.limits.model.SubjectId;

/**
 * A session as one sidecar reports it to another. Immutable.
 *
 * @param key the keyed hash of its access key
 * @param user the id of its user
 * @param sealedName the name of its user, one character for each byte, which only its access key opens
 * @param leftNanos until it is forgotten, above 0
 */
public record SharedSession(KeyHash key, SubjectId user, String sealedName, long leftNanos) {
    /** Without what it stands for. */
    @Override
    public String toString() {
        return "SharedSession";
    }
}
