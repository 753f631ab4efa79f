package dev.sluice.proxy.response;

/** The form of a rejection, by the API that the client uses. */
public enum RejectionForm {
    /** {@code 503 Slow Down} with XML. */
    S3(503),
    /** {@code 498 Rate Limited} with plain text, as RGW answers for Swift. */
    SWIFT(498);

    private final int status;

    RejectionForm(int status) {
        this.status = status;
    }

    /** The status of the response. */
    public int status() {
        return status;
    }
}
