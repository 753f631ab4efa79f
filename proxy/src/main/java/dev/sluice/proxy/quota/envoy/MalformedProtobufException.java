package dev.sluice.proxy.quota.envoy;

import java.io.Serial;

/** Bytes are no message, or not the one that is expected. */
final class MalformedProtobufException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    MalformedProtobufException(String message) {
        super(message);
    }
}
