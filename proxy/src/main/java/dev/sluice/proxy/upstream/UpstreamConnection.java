package dev.sluice.proxy.upstream;

import dev.sluice.proxy.downstream.InputBuffer;
import dev.sluice.proxy.exchange.BodyFraming;
import dev.sluice.proxy.exchange.Exchange;
import dev.sluice.proxy.loop.LoopContext;
import dev.sluice.proxy.loop.ReadSizes;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A connection to RGW. It serves one exchange at a time; between two it lies in the pool. A read is outstanding all the
 * time but when the client is slow, so that RGW's closing is seen. Anything that RGW says unasked closes it.
 */
public final class UpstreamConnection {
    private final LoopContext worker;
    private final Channel channel;
    private final ReadSizes sizes;
    private final InputBuffer inbox = new InputBuffer();
    private final BodyFraming body = new BodyFraming();
    private @Nullable Exchange exchange;
    private long idleSinceNanos;
    private boolean broken;
    private boolean goodbyeExpected;
    private boolean goodbyeSaid;

    public UpstreamConnection(LoopContext worker, Channel channel) {
        this.worker = worker;
        this.channel = channel;
        this.sizes = ReadSizes.of(channel);
    }

    boolean isOpen() {
        return channel.isActive() && !goodbyeSaid;
    }

    /** With TLS, the end of this connection is the end of an answer only if the gateway says so before. */
    public void expectGoodbye() {
        goodbyeExpected = true;
    }

    long idleSinceNanos() {
        return idleSinceNanos;
    }

    /** What of an answer's head has come so far. */
    public InputBuffer inbox() {
        return inbox;
    }

    /** Where the answer's body ends. */
    public BodyFraming body() {
        return body;
    }

    public void begin(Exchange newExchange) {
        exchange = newExchange;
    }

    /** The exchange is over and nothing of it is left on the wire in either direction. */
    public void giveBack() {
        exchange = null;
        idleSinceNanos = worker.nowNanos();
        channel.read();
        worker.pool().giveBack(this);
    }

    /** The exchange is over in any other way: this connection can't be used again. */
    public void close() {
        exchange = null;
        inbox.clear();
        channel.close();
    }

    public boolean isWritable() {
        return channel.isWritable();
    }

    public void write(ByteBuf bytes) {
        channel.write(bytes, channel.voidPromise());
    }

    public void flush() {
        channel.flush();
    }

    /** Reads once, no more than that. */
    public void read(long mostBytes) {
        sizes.atMost(mostBytes);
        channel.read();
    }

    /** There is more to come, and RGW may be waiting for the acknowledgement of what has come before it sends it. */
    public void readRest(long mostBytes) {
        // With TLS the gateway's goodbye may have come in the same read.
        if (isOpen()) {
            worker.transport().acknowledgeAtOnce(channel);
            read(mostBytes);
        }
    }

    public void onRead(ByteBuf read) {
        worker.readClock();
        if (exchange == null) {
            read.release();
            channel.close();
        } else {
            exchange.onUpstreamRead(this, read);
        }
    }

    public void onReadComplete() {
        if (exchange != null) {
            exchange.onUpstreamReadComplete();
        } else if (channel.isActive()) {
            channel.read();
        }
    }

    public void onWritabilityChanged() {
        worker.readClock();
        if (exchange != null && channel.isWritable()) {
            exchange.onUpstreamWritable();
        }
    }

    /**
     * Reading or writing failed: the end of this connection is not the end of an answer. A gateway that refuses an
     * upload may close with the rest of it unread, so that writing fails while its answer waits to be read: what there
     * is is read first, and the end that follows closes the channel.
     */
    void onBroken(Throwable cause) {
        worker.readClock();
        broken = true;
        if (!(cause instanceof IOException)) {
            channel.close();
        }
    }

    /** The gateway has said that nothing more comes, and all that it said before has been read. */
    void onGoodbye() {
        goodbyeSaid = true;
        channel.close();
    }

    public boolean isBroken() {
        return broken || (goodbyeExpected && !goodbyeSaid);
    }

    public void onClosed() {
        worker.readClock();
        Exchange ended = exchange;
        exchange = null;
        if (ended == null) {
            worker.pool().forget(this);
        } else {
            ended.onUpstreamClosed(this);
        }
        inbox.clear();
    }
}
