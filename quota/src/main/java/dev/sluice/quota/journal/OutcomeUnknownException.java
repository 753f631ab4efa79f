package dev.sluice.quota.journal;

import java.io.IOException;

/**
 * A batch could neither be made durable nor be taken back: the disk fails. Only a restart tells whether it is there. A caller
 * that repeats a change with the same idempotency key then gets its result, and changes nothing twice.
 */
public final class OutcomeUnknownException extends IOException {
    private static final long serialVersionUID = 1;

    OutcomeUnknownException(String message, Throwable cause) {
        super(message, cause);
    }
}
