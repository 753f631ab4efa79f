package dev.sluice.quota.client;

import java.io.IOException;

/** A call to the quota port that was not decided. */
public final class QuotaCallException extends IOException {
    private static final long serialVersionUID = 1;

    private final int httpStatus;

    QuotaCallException(int httpStatus, String message) {
        super(message);
        this.httpStatus = httpStatus;
    }

    /** The status of the HTTP response, such as 400, 401, 422 or 503. */
    public int httpStatus() {
        return httpStatus;
    }
}
