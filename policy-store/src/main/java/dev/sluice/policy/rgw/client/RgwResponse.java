package dev.sluice.policy.rgw.client;

import java.util.Arrays;

/** A response of the Admin API. Its body may hold secrets: {@link #wipe} it after use. */
final class RgwResponse {
    private static final int OK = 200;

    private final int status;
    private final byte[] body;

    RgwResponse(int status, byte[] body) {
        this.status = status;
        this.body = body;
    }

    /** Of HTTP. */
    int status() {
        return status;
    }

    /** Not a copy. */
    byte[] body() {
        return body;
    }

    /** Whether the request succeeded. */
    boolean isOk() {
        return status == OK;
    }

    /** Overwrites the body. */
    void wipe() {
        Arrays.fill(body, (byte) 0);
    }

    @Override
    public String toString() {
        return status + " with " + body.length + " bytes";
    }
}
