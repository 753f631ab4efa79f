package dev.sluice.proxy.admin.limits;

import java.util.Optional;

/** What became of an attempt to change an entry. */
sealed interface EditOutcome {
    /**
     * It is in force on this sidecar.
     *
     * @param before as it was in force; empty: there was none
     * @param after as it is in force now; empty: there is none
     */
    record Changed(Optional<LimitEntryBody> before, Optional<LimitEntryBody> after) implements EditOutcome {}

    /**
     * Nothing was changed, or the message says what was.
     *
     * @param status of HTTP
     * @param message what is wrong, and what would be right
     */
    record Refused(int status, String message) implements EditOutcome {}
}
