package dev.sluice.proxy.quota.server;

import dev.sluice.proxy.quota.http.QuotaReply;
import dev.sluice.proxy.quota.http.StreamSink;
import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Server-sent events to one client, until it leaves. What waits for it is bounded: a client that doesn't take its events is
 * cut off. {@link #send} may be called by any thread, all else by the event loop.
 */
final class EventStream implements StreamSink {
    /** What waits for the event loop; beyond it the loop is too busy for this client. */
    private static final int WAITING_MAX = 1024;
    /** A comment of the protocol. It shows that a client is gone which sends no end. */
    private static final byte[] HEARTBEAT = ascii(":\n\n");

    private static final long HEARTBEAT_NANOS = 15_000_000_000L;
    private static final byte[] HEAD = ascii(String.join(
            "\r\n",
            "HTTP/1.1 200 OK",
            "Content-Type: text/event-stream",
            "Cache-Control: no-store",
            "Connection: close",
            "",
            ""));

    private final QuotaLoop loop;
    private final Channel channel;
    private final AtomicInteger waiting = new AtomicInteger();
    private long sentNanos;
    private @Nullable Runnable leave;

    EventStream(QuotaLoop loop, Channel channel) {
        this.loop = loop;
        this.channel = channel;
        this.sentNanos = loop.nowNanos();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Begins the response.
     *
     * @param isHeadOnly the client asked by HEAD
     */
    void begin(QuotaReply.Stream stream, boolean isHeadOnly) {
        write(HEAD);
        if (isHeadOnly) {
            channel.close();
        } else {
            leave = stream.source().apply(this);
        }
    }

    @Override
    public void send(byte[] bytes) {
        if (waiting.incrementAndGet() > WAITING_MAX) {
            waiting.decrementAndGet();
            channel.close();
            return;
        }
        loop.execute(() -> {
            waiting.decrementAndGet();
            write(bytes);
        });
    }

    private void write(byte[] bytes) {
        if (!channel.isActive()) {
            return;
        }
        if (!channel.isWritable()) {
            channel.close();
            return;
        }
        sentNanos = loop.nowNanos();
        channel.writeAndFlush(channel.alloc().directBuffer(bytes.length).writeBytes(bytes), channel.voidPromise());
    }

    void sweep(long nowNanos) {
        if (nowNanos - sentNanos > HEARTBEAT_NANOS) {
            write(HEARTBEAT);
        }
    }

    /** The client is gone. */
    void end() {
        Runnable once = leave;
        leave = null;
        if (once != null) {
            once.run();
        }
    }
}
