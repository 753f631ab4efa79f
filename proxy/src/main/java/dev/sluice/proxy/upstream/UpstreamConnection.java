package dev.sluice.proxy.upstream;

import dev.sluice.proxy.http1.BodyFraming;
import dev.sluice.proxy.loop.InputBuffer;
import dev.sluice.proxy.loop.LoopContext;
import dev.sluice.proxy.loop.ReadSizes;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A connection to RGW. It serves one exchange at a time, its listener; between two exchanges it is in the pool. A read is
 * always outstanding unless the client is slow, so that the close of the connection is seen. Data that RGW sends without
 * a request closes the connection.
 */
public final class UpstreamConnection {
    private final LoopContext loop;
    private final UpstreamPool pool;
    private final Channel channel;
    private final ReadSizes readSizes;
    private final InputBuffer inbox = new InputBuffer();
    private final BodyFraming body = new BodyFraming();
    private @Nullable UpstreamListener listener;
    private long idleSinceNanos;
    private boolean broken;
    private boolean closeNotifyExpected;
    private boolean closeNotifyReceived;

    /** A connection of that pool. */
    public UpstreamConnection(LoopContext loop, UpstreamPool pool, Channel channel) {
        this.loop = loop;
        this.pool = pool;
        this.channel = channel;
        this.readSizes = ReadSizes.of(channel);
    }

    boolean isOpen() {
        return channel.isActive() && !closeNotifyReceived;
    }

    /** With TLS, the end of this connection ends a response only after the gateway's {@code close_notify}. */
    void expectCloseNotify() {
        closeNotifyExpected = true;
    }

    long idleSinceNanos() {
        return idleSinceNanos;
    }

    // --- for the exchange ---------------------------------------------------------------------

    /** The part of a response's head that has been received so far. */
    public InputBuffer inbox() {
        return inbox;
    }

    /** Finds the end of the response's body. */
    public BodyFraming body() {
        return body;
    }

    /** Starts to serve an exchange. */
    public void begin(UpstreamListener exchange) {
        listener = exchange;
    }

    /** The exchange is over, and nothing of it is left on the wire in either direction. */
    public void giveBack() {
        listener = null;
        idleSinceNanos = loop.nowNanos();
        channel.read();
        pool.giveBack(this);
    }

    /** The exchange is over in any other way: this connection can't be used again. */
    public void close() {
        listener = null;
        inbox.clear();
        channel.close();
    }

    public boolean isWritable() {
        return channel.isWritable();
    }

    /** Writes bytes, which this takes over, without a flush. */
    public void write(ByteBuf bytes) {
        channel.write(bytes, channel.voidPromise());
    }

    public void flush() {
        channel.flush();
    }

    /** Reads once, at most that many bytes. */
    public void read(long bytesMax) {
        readSizes.atMost(bytesMax);
        channel.read();
    }

    /** Reads the next part of a response. RGW may wait for the acknowledgement of the last part before it sends more. */
    public void readRest(long bytesMax) {
        // With TLS a close_notify may have come in the same read.
        if (isOpen()) {
            loop.transport().acknowledgeAtOnce(channel);
            read(bytesMax);
        }
    }

    /** Whether the end of this connection is not the end of a response. */
    public boolean isBroken() {
        return broken || (closeNotifyExpected && !closeNotifyReceived);
    }

    // --- events of the channel ----------------------------------------------------------------

    /** Bytes were read; this takes them over. */
    public void onRead(ByteBuf read) {
        loop.readClock();
        if (listener == null) {
            read.release();
            channel.close();
        } else {
            listener.onUpstreamRead(this, read);
        }
    }

    /** The current batch of reads is over. */
    public void onReadComplete() {
        if (listener != null) {
            listener.onUpstreamReadComplete();
        } else if (channel.isActive()) {
            channel.read();
        }
    }

    /** The channel has become writable, or is no longer. */
    public void onWritabilityChanged() {
        loop.readClock();
        if (listener != null && channel.isWritable()) {
            listener.onUpstreamWritable();
        }
    }

    /**
     * Reading or writing failed, so the end of this connection is not the end of a response. A gateway that rejects an
     * upload may close before it has read the rest of it. Writing then fails while the gateway's response waits to be
     * read: it is read first, and the end of the input closes the channel.
     */
    void onBroken(Throwable cause) {
        loop.readClock();
        broken = true;
        if (!(cause instanceof IOException)) {
            channel.close();
        }
    }

    /** The gateway sent its {@code close_notify}, and everything before it has been read. */
    void onCloseNotify() {
        closeNotifyReceived = true;
        channel.close();
    }

    /** The channel is closed. */
    public void onClosed() {
        loop.readClock();
        UpstreamListener ended = listener;
        listener = null;
        if (ended == null) {
            pool.forget(this);
        } else {
            ended.onUpstreamClosed(this);
        }
        inbox.clear();
    }
}
