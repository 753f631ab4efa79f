package dev.sluice.proxy.loop;

/**
 * Ends a client's connection. With TLS in between this takes more than the socket's own operations. Belongs to the
 * connection's event loop.
 */
public interface ConnectionCloser {
    /** Whether the client speaks TLS. */
    boolean isSecure();

    /** Signals the end of the output to the client. To be called when everything written has left. */
    void endOutput();

    /** Closes without signalling an end: the response is incomplete and the client must not take it for complete. */
    void abort();
}
