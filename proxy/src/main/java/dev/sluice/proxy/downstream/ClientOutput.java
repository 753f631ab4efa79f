package dev.sluice.proxy.downstream;

import dev.sluice.proxy.gate.Gate;
import dev.sluice.proxy.http1.HttpFault;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.loop.LoopContext;
import dev.sluice.proxy.loop.PendingWrites;
import dev.sluice.proxy.response.ErrorResponses.Kind;
import dev.sluice.proxy.response.ErrorResponses.Then;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOption;

/**
 * What a client is told, whether its connection can go on after that, and how it ends.
 *
 * <p>An answer that a client is to see must not be followed by an immediate close while the client still sends: the
 * kernel would reset the connection and the client would never read it. So after the last answer only the write side is
 * shut ({@link #sayGoodbye}), and the client is the one to close. Belongs to one event loop.
 */
public final class ClientOutput {
    /** A refused body up to this size is read to its end, so that the connection can be kept. */
    private static final long MOST_DROPPED_BYTES = 64 * 1024;

    private final LoopContext worker;
    private final Channel channel;
    private final ConnectionClose farewell;
    private final ClientRateCheck pace;
    private boolean keepAlive = true;
    private boolean http10;

    ClientOutput(LoopContext worker, Channel channel, ConnectionClose farewell, ClientRateCheck pace) {
        this.worker = worker;
        this.channel = channel;
        this.farewell = farewell;
        this.pace = pace;
    }

    // --- answers ------------------------------------------------------------------------------

    /** A request has come that is to be answered. */
    void begin(RequestHead head) {
        http10 = head.isHttp10();
        keepAlive = head.isKeepAlive() && !worker.isDraining();
    }

    /** How the connection goes on after the answer to this request. */
    public Then then() {
        if (!keepAlive) {
            return Then.CLOSE;
        }
        return http10 ? Then.KEEP_1_0 : Then.KEEP;
    }

    boolean isKeptAlive() {
        return keepAlive;
    }

    /** The answer is the last one. */
    public void endAfterThis() {
        keepAlive = false;
    }

    public boolean isWritable() {
        return channel.isWritable();
    }

    public void write(ByteBuf bytes) {
        pace.written(bytes.readableBytes());
        channel.write(bytes, channel.voidPromise());
    }

    void flush() {
        channel.flush();
    }

    /**
     * ErrorResponses a request whose body nobody reads. A client that asked for a 100 has not sent the body and may never send
     * it: what comes next on this connection could be either, so it ends here.
     */
    void refuse(RequestHead head, Gate.Decision.Refuse refuse) {
        boolean small = !head.isChunked() && head.contentLength() <= MOST_DROPPED_BYTES;
        if ((head.expectsContinue() && head.hasBody()) || !small) {
            keepAlive = false;
        }
        write(worker.answers().refusal(channel.alloc(), refuse, head, then()));
        flush();
    }

    /** ErrorResponses what could not be read, as the last answer. */
    void refuse(HttpFault fault) {
        worker.counters().malformed.increment();
        fail(
                switch (fault.status()) {
                    case 405 -> Kind.METHOD;
                    case 417 -> Kind.EXPECTATION;
                    default -> fault == HttpFault.HEAD_TOO_LARGE ? Kind.HEAD_TOO_LARGE : Kind.MALFORMED;
                },
                false);
    }

    /** ErrorResponses that it could not be done, as the last answer. */
    void fail(Kind kind, boolean answersHead) {
        keepAlive = false;
        write(worker.answers().failure(channel.alloc(), kind, answersHead, Then.CLOSE));
        flush();
    }

    // --- ends ---------------------------------------------------------------------------------

    /** Runs it when all that was written has left, or never will. */
    void whenWritten(Runnable action) {
        PendingWrites.whenGone(channel, action);
    }

    /** Behind all that was written, tells the client that nothing more comes; what it still sends is to be dropped. */
    void sayGoodbye(ClientInput input, ClientTimeouts clock) {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
            worker.readClock();
            clock.restart();
            if (!written.isSuccess() || input.isShut()) {
                channel.close();
            } else {
                farewell.endOutput();
            }
        });
    }

    /** Behind all that was written, closes. */
    void closeBehindAll() {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    void close() {
        channel.close();
    }

    /** The answer broke off: the client must see that it isn't whole. */
    void abort() {
        farewell.cutOff();
    }

    /**
     * Likewise where the end of the connection would be the end of the answer, or where what lies in the kernel for the
     * client is to go too: it is reset.
     */
    void reset() {
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        farewell.cutOff();
    }
}
