package dev.sluice.proxy.http;

import dev.sluice.limits.Ticket;
import dev.sluice.proxy.http.ErrorAnswers.Kind;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection: whose turn it is. It takes one message at a time, each when it asks for it; requests that a
 * client pipelines wait until their turn and are answered in order.
 *
 * <p>An answer that a client is to see must not be followed by an immediate close while the client still sends: the
 * kernel would reset the connection and the client would never read it. So a connection that ends with unread input
 * ends in {@link State#LINGERING}: the write side is shut, and what still comes is dropped, within bounds.
 */
final class DownstreamConnection {
    /** A refused body up to this size is read to its end, so that the connection can be kept. */
    private static final long MOST_DISCARDED_BYTES = 64 * 1024;

    private static final long MOST_LINGERED_BYTES = 64L * 1024 * 1024;
    private static final long LINGER_NANOS = 10_000_000_000L;

    private enum State {
        AWAITING_HEAD,
        FORWARDING,
        /** Answered; the rest of the request's body is dropped, then the next head is awaited. */
        DISCARDING,
        /** Answered for the last time; whatever comes is dropped until the client closes. */
        LINGERING,
        CLOSED
    }

    private final Worker worker;
    private final Channel channel;
    private final Ticket ticket = new Ticket();
    private State state = State.AWAITING_HEAD;
    private @Nullable Exchange exchange;
    private boolean keepAlive = true;
    private boolean inputShut;
    /** Decoded and not yet taken; bounded by what one read of the socket brings. */
    private final ArrayDeque<Object> decoded = new ArrayDeque<>();
    /** One message is wanted. */
    private boolean wanted;

    private boolean delivering;
    private boolean headBegun;
    /** Lingering, and the last answer is out. */
    private boolean allWritten;

    private long lingeredBytes;
    private long sinceNanos;

    DownstreamConnection(Worker worker, Channel channel) {
        this.worker = worker;
        this.channel = channel;
    }

    // --- events -------------------------------------------------------------------------------

    void onOpen() {
        sinceNanos = worker.nowNanos();
        worker.opened(this);
        read();
    }

    void onBytes() {
        if (state == State.AWAITING_HEAD && !headBegun) {
            headBegun = true;
            sinceNanos = worker.nowNanos();
        }
    }

    void onDecoded(Object message) {
        if (state == State.CLOSED) {
            ReferenceCountUtil.release(message);
            return;
        }
        decoded.add(message);
        deliver();
    }

    private void onMessage(Object message) {
        switch (state) {
            case AWAITING_HEAD -> {
                if (message instanceof HttpRequest head) {
                    onHead(head);
                } else {
                    ReferenceCountUtil.release(message);
                    read();
                }
            }
            case FORWARDING -> {
                if (exchange != null && message instanceof HttpContent part) {
                    exchange.onRequestPart(part);
                } else {
                    ReferenceCountUtil.release(message);
                }
            }
            case DISCARDING -> discard(message);
            case LINGERING -> linger(message);
            case CLOSED -> ReferenceCountUtil.release(message);
        }
    }

    void onWritabilityChanged() {
        if (exchange != null && channel.isWritable()) {
            exchange.onClientWritable();
        }
    }

    void onInputShutdown() {
        inputShut = true;
        deliver();
    }

    void onClosed() {
        if (state == State.CLOSED) {
            return;
        }
        state = State.CLOSED;
        worker.closed(this);
        Exchange ended = exchange;
        exchange = null;
        if (ended != null) {
            ended.onClientGone();
        }
        ticket.release(worker.nowNanos());
        wanted = false;
        while (!decoded.isEmpty()) {
            ReferenceCountUtil.release(decoded.remove());
        }
    }

    boolean isLate(long nowNanos) {
        return switch (state) {
            case AWAITING_HEAD ->
                nowNanos - sinceNanos
                        > (headBegun
                                ? worker.options().headTimeoutNanos()
                                : worker.options().idleTimeoutNanos());
            case FORWARDING -> exchange != null && exchange.isLate(nowNanos);
            case DISCARDING -> nowNanos - sinceNanos > LINGER_NANOS;
            // A client that takes its last answer slowly is no different from others that do.
            case LINGERING ->
                nowNanos - sinceNanos
                        > (allWritten ? LINGER_NANOS : worker.options().idleTimeoutNanos());
            case CLOSED -> false;
        };
    }

    void onLate() {
        if (state == State.FORWARDING && exchange != null) {
            exchange.onLate();
        } else if (state == State.AWAITING_HEAD && headBegun) {
            worker.counters().malformed.increment();
            answerAndEnd(Kind.TOO_SLOW, "");
        } else {
            channel.close();
        }
    }

    // --- a request ----------------------------------------------------------------------------

    private void onHead(HttpRequest head) {
        headBegun = false;
        sinceNanos = worker.nowNanos();
        Kind problem = HeadRules.problemOf(head);
        if (problem == null) {
            keepAlive = HttpUtil.isKeepAlive(head) && !worker.isDraining();
            decide(head);
        } else {
            worker.counters().malformed.increment();
            answerAndEnd(problem, "");
        }
    }

    private void decide(HttpRequest head) {
        Gate.Decision decision = worker.gate().decide(head, ticket, sinceNanos);
        if (decision instanceof Gate.Decision.Refuse refuse) {
            worker.counters().rejected.increment();
            refuse(head, ErrorAnswers.refusal(channel.alloc(), refuse, head.uri()));
        } else {
            worker.counters().forwarded.increment();
            state = State.FORWARDING;
            Exchange started = new Exchange(this, worker, head, ticket);
            exchange = started;
            started.start();
        }
    }

    /**
     * Answers a request whose body nobody reads. A client that asked for a 100 has not sent the body and may never send
     * it: what comes next on this connection could be either, so it ends here.
     */
    private void refuse(HttpRequest head, FullHttpResponse answer) {
        boolean expects = HttpUtil.is100ContinueExpected(head);
        boolean small = !HttpUtil.isTransferEncodingChunked(head)
                && HttpUtil.getContentLength(head, 0L) <= MOST_DISCARDED_BYTES;
        if (expects || !small) {
            keepAlive = false;
        }
        setConnection(answer, head.protocolVersion());
        channel.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        if (keepAlive) {
            state = State.DISCARDING;
            read();
        } else {
            beginLinger();
        }
    }

    private void setConnection(FullHttpResponse answer, HttpVersion version) {
        if (!keepAlive) {
            answer.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (version.equals(HttpVersion.HTTP_1_0)) {
            answer.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
    }

    private void discard(Object message) {
        boolean last = message instanceof LastHttpContent;
        boolean broken =
                message instanceof HttpContent part && part.decoderResult().isFailure();
        ReferenceCountUtil.release(message);
        if (broken) {
            channel.close();
        } else if (last) {
            awaitHead();
        } else {
            read();
        }
    }

    private void linger(Object message) {
        if (message instanceof HttpContent part) {
            lingeredBytes += part.content().readableBytes();
        }
        ReferenceCountUtil.release(message);
        if (lingeredBytes > MOST_LINGERED_BYTES) {
            channel.close();
        } else {
            read();
        }
    }

    // --- for the exchange ---------------------------------------------------------------------

    SocketAddress remoteAddress() {
        return channel.remoteAddress();
    }

    boolean keepAlive() {
        return keepAlive;
    }

    /** The exchange's answer says {@code Connection: close}. */
    void endAfterThis() {
        keepAlive = false;
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

    /** The exchange is over and its answer written. */
    void exchangeEnded() {
        exchange = null;
        if (keepAlive) {
            awaitHead();
        } else {
            beginLinger();
        }
    }

    /** The exchange is over without an answer. */
    void exchangeFailed(Kind kind, String target) {
        exchange = null;
        answerAndEnd(kind, target);
    }

    /** The answer broke off: the client must see that it isn't whole. */
    void abort() {
        exchange = null;
        channel.close();
    }

    /** Likewise where the end of the connection would be the end of the answer: it is reset. */
    void abortUndelimited() {
        if (channel.isActive()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        }
        abort();
    }

    /** Runs an action when all that was written has left, or never will. */
    void whenWritten(Runnable action) {
        PendingWrites.whenGone(channel, action);
    }

    /** Asks for one more message; it comes at once if it is there, else when the client has sent it. */
    void read() {
        wanted = true;
        deliver();
    }

    /** A loop, not a recursion: thousands of small requests may lie in one read. */
    private void deliver() {
        if (delivering) {
            return;
        }
        delivering = true;
        try {
            while (wanted && !decoded.isEmpty()) {
                wanted = false;
                onMessage(decoded.remove());
            }
        } finally {
            delivering = false;
        }
        if (wanted && inputShut) {
            wanted = false;
            onEndOfInput();
        } else if (wanted) {
            channel.read();
        }
    }

    // --- ends ---------------------------------------------------------------------------------

    void closeIfBetweenRequests() {
        keepAlive = false;
        if (state == State.AWAITING_HEAD && !headBegun) {
            beginLinger();
        }
    }

    private void awaitHead() {
        if (worker.isDraining()) {
            beginLinger();
            return;
        }
        state = State.AWAITING_HEAD;
        headBegun = false;
        sinceNanos = worker.nowNanos();
        read();
    }

    private void answerAndEnd(Kind kind, String target) {
        keepAlive = false;
        FullHttpResponse answer = ErrorAnswers.failure(channel.alloc(), kind, target);
        setConnection(answer, HttpVersion.HTTP_1_1);
        channel.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        beginLinger();
    }

    private void beginLinger() {
        state = State.LINGERING;
        sinceNanos = worker.nowNanos();
        // Behind all that was written before.
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
            allWritten = true;
            sinceNanos = worker.nowNanos();
            if (!written.isSuccess() || inputShut) {
                channel.close();
            } else if (channel instanceof DuplexChannel duplex) {
                duplex.shutdownOutput();
            }
        });
        read();
    }

    /** The client has shut its side and all that it had sent has been taken. */
    private void onEndOfInput() {
        switch (state) {
            case AWAITING_HEAD -> channel.close();
            case FORWARDING -> {
                if (exchange != null) {
                    exchange.onClientGone();
                }
                exchange = null;
                channel.close();
            }
            case DISCARDING, LINGERING ->
                channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            case CLOSED -> {}
        }
    }
}
