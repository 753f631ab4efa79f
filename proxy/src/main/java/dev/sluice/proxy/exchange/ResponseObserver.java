package dev.sluice.proxy.exchange;

import io.netty.buffer.ByteBuf;

/**
 * Sees one response on its way to the client, and changes nothing of it. Called on the event loop of its exchange; must not
 * block.
 */
public interface ResponseObserver {
    /**
     * The head of the final response has come.
     *
     * @param isChunked whether the body is framed as chunks, which its parts then contain
     */
    void onHead(int status, boolean isChunked);

    /** A part of the body is about to be written. It stays the caller's, and is valid during the call. */
    void onBody(ByteBuf part, long nowNanos);

    /** The response is over, or no more of it will come. Called once, before the end of it reaches the client. */
    void onEnd(long nowNanos);
}
