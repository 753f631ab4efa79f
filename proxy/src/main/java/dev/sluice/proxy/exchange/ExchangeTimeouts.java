package dev.sluice.proxy.exchange;

/**
 * How long an exchange waits without progress.
 *
 * @param responseNanos for RGW: from the end of a request to the head of its response, and between parts of a response
 * @param uploadNanos for the client, between parts of a request's body
 */
public record ExchangeTimeouts(long responseNanos, long uploadNanos) {
    public ExchangeTimeouts {
        if (responseNanos <= 0 || uploadNanos <= 0) {
            throw new IllegalArgumentException("timeouts must be positive");
        }
    }
}
