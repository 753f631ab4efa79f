package dev.sluice.proxy.exchange;

/** The client's input, as far as the exchange of its request asks for it. */
public interface RequestBodySource {
    /** Whether a part of the body has been read and not yet passed on. */
    boolean hasBody();

    /** The gateway or the proxy, not the client, keeps the body from coming: this time does not count as the client's. */
    void onBodyHeldBack();
}
