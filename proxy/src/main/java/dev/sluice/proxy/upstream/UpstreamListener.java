package dev.sluice.proxy.upstream;

import io.netty.buffer.ByteBuf;

/** Receives the events of the one upstream connection that serves an exchange. Called on the exchange's event loop. */
public interface UpstreamListener {
    /** A connection that was asked for is open. Its first user is this listener. */
    void onConnected(UpstreamConnection connection);

    /** A connection that was asked for could not be opened. */
    void onConnectFailed();

    /** Bytes were read; the listener owns them. */
    void onUpstreamRead(UpstreamConnection connection, ByteBuf read);

    /** The current batch of reads is over. */
    void onUpstreamReadComplete();

    /** The connection has become writable again. */
    void onUpstreamWritable();

    /** The connection closed. It does not report anything more. */
    void onUpstreamClosed(UpstreamConnection connection);
}
