package dev.sluice.proxy.admin.json;

/** A text is no JSON, or doesn't fit the record that it is read into. The message is for the sender of the text. */
public final class InvalidJsonException extends Exception {
    private static final long serialVersionUID = 1;

    InvalidJsonException(String message) {
        super(message);
    }
}
