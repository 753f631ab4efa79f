package dev.sluice.proxy.exchange;

/**
 * Receives what an {@link Exchange} needs of its client's connection when something happens upstream. It is never called
 * from within a call to the exchange: such a call returns what it leads to.
 */
public interface ExchangeListener {
    /** More of the request's body can be passed on, or may be read from the client again. */
    void onBodyWanted();

    /** The exchange is over. */
    void onExchangeEnded(ExchangeEnd end);
}
