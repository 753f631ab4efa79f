package dev.sluice.policy.rgw.client;

import java.util.Arrays;

/**
 * A response of the Admin API.
 *
 * @param status of HTTP
 * @param body may hold secrets: {@link #wipe} it after use
 */
public record RgwResponse(int status, byte[] body) {
    private static final int OK = 200;

    /** Whether the request succeeded. */
    public boolean isOk() {
        return status == OK;
    }

    /** Overwrites the body. */
    public void wipe() {
        Arrays.fill(body, (byte) 0);
    }

    @Override
    public String toString() {
        return status + " with " + body.length + " bytes";
    }
}
