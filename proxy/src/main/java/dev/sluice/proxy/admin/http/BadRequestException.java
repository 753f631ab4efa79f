package dev.sluice.proxy.admin.http;

/** A request can't be read or lacks something. Becomes a 400 whose message is this one's, for the client. */
public final class BadRequestException extends Exception {
    private static final long serialVersionUID = 1;

    public BadRequestException(String message) {
        super(message);
    }
}
