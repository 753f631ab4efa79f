package dev.sluice.proxy.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * A connection to RGW. It serves one exchange at a time; between two it lies in the pool, with a read outstanding so
 * that RGW's closing is seen. Anything that RGW says unasked closes it.
 */
final class UpstreamConnection {
    private final Worker worker;
    private final Channel channel;
    private final UpstreamCodec codec;
    private @Nullable Exchange exchange;
    private long idleSinceNanos;
    /** Reading failed: what the decoder still says is guessed from the end of the connection, not received. */
    private boolean broken;

    UpstreamConnection(Worker worker, Channel channel, UpstreamCodec codec) {
        this.worker = worker;
        this.channel = channel;
        this.codec = codec;
    }

    boolean isOpen() {
        return channel.isActive();
    }

    long idleSinceNanos() {
        return idleSinceNanos;
    }

    void begin(Exchange newExchange) {
        exchange = newExchange;
    }

    /** The exchange is over in order: the connection can be used again if nothing is behind the answer. */
    void giveBack() {
        exchange = null;
        if (codec.holdsUndecoded()) {
            channel.close();
            return;
        }
        idleSinceNanos = worker.nowNanos();
        channel.read();
        worker.pool().giveBack(this);
    }

    /** The exchange is over in any other way: this connection can't be used again. */
    void close() {
        exchange = null;
        channel.close();
    }

    boolean isWritable() {
        return channel.isWritable();
    }

    void write(Object message) {
        channel.write(message).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    void flush() {
        channel.flush();
    }

    void read() {
        channel.read();
    }

    void onMessage(Object message) {
        if (exchange == null || broken) {
            ReferenceCountUtil.release(message);
            channel.close();
        } else {
            exchange.onUpstreamMessage(message);
        }
    }

    void onReadComplete() {
        worker.transport().acknowledgeAtOnce(channel);
        if (exchange != null) {
            exchange.onUpstreamReadComplete();
        } else if (codec.holdsUndecoded()) {
            channel.close();
        } else if (channel.isActive()) {
            channel.read();
        }
    }

    void onWritabilityChanged() {
        if (exchange != null && channel.isWritable()) {
            exchange.onUpstreamWritable();
        }
    }

    void onBroken() {
        broken = true;
        channel.close();
    }

    void onClosed() {
        Exchange ended = exchange;
        exchange = null;
        if (ended == null) {
            worker.pool().forget(this);
        } else {
            ended.onUpstreamClosed();
        }
    }
}
