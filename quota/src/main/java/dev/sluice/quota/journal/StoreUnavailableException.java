package dev.sluice.quota.journal;

import org.jspecify.annotations.Nullable;

/**
 * A store could not take a command. Nothing was changed, and it may be tried again later; unless the message tells that the
 * outcome is not known.
 */
public final class StoreUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    StoreUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
