package dev.sluice.sync.activity;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectId;

/**
 * What one limit did on the sidecar that reports it. Counts are cumulative, and begin anew when the sidecar forgets the
 * subject. Immutable.
 *
 * @param sealedName the name of the subject for people, sealed, one character for each byte: at most {@value #NAME_BYTES_MAX};
 *     empty: not known
 * @param admitted operations, bytes or tokens; requests in flight now
 * @param rejected requests
 * @param wouldReject requests that a shadow limit had no room for
 * @param waiting transfers and requests that wait now
 */
public record LimitActivity(
        SubjectId id,
        Scope scope,
        Dimension dimension,
        String sealedName,
        long admitted,
        long rejected,
        long wouldReject,
        long waiting) {
    /** The longest name. */
    public static final int NAME_BYTES_MAX = 255;

    public LimitActivity {
        if (admitted < 0 || rejected < 0 || wouldReject < 0 || waiting < 0) {
            throw new IllegalArgumentException("a count below 0");
        }
        if (sealedName.length() > NAME_BYTES_MAX) {
            throw new IllegalArgumentException("a name of " + sealedName.length() + " bytes");
        }
    }

    /** Without what is sealed. */
    @Override
    public String toString() {
        return "LimitActivity[" + scope.key() + " " + dimension.key() + "]";
    }
}
