package dev.sluice.proxy.exchange;

/**
 * Receives what an {@link Exchange} needs of its client's connection when something happens upstream. It is never called
 * from within a call to the exchange: such a call returns what it leads to.
 */
public interface ExchangeListener {
    /** More of the request's body can be passed on, or may be read from the client again. */
    void onBodyWanted();

    /**
     * The head of the response has come, and what the request was charged is still held.
     *
     * @param isUnknownKey whether the part of an error's body that came with it says {@code InvalidAccessKeyId}
     */
    void onResponse(int status, boolean isUnknownKey);

    /** The exchange is over. */
    void onExchangeEnded(ExchangeEnd end);
}
