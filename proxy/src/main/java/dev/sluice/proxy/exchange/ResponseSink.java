package dev.sluice.proxy.exchange;

import dev.sluice.proxy.response.ConnectionHeader;
import io.netty.buffer.ByteBuf;

/** The client's output, as far as a response needs it. */
public interface ResponseSink {
    /** Which {@code Connection} header the response is to carry. */
    ConnectionHeader connectionHeader();

    /** The current response is the connection's last. */
    void endAfterResponse();

    /** Whether the client takes what is written. */
    boolean isWritable();

    /** Writes bytes, which this takes over, without a flush. */
    void write(ByteBuf bytes);

    void flush();

    /** Runs an action when everything written has left, or never will. */
    void whenWritten(Runnable action);
}
