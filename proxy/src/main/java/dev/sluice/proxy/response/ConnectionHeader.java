package dev.sluice.proxy.response;

/** The {@code Connection} header that a response to a client carries, and so what follows the response. */
public enum ConnectionHeader {
    /** None: HTTP/1.1 keeps the connection. */
    ABSENT,
    /** For an HTTP/1.0 client that asked for it and would close otherwise. */
    KEEP_ALIVE,
    /** The response is the connection's last. */
    CLOSE
}
