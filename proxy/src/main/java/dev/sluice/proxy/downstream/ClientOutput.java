package dev.sluice.proxy.downstream;

import dev.sluice.proxy.course.RequestCourse;
import dev.sluice.proxy.exchange.ExchangeEnd;
import dev.sluice.proxy.exchange.ExchangeTimes;
import dev.sluice.proxy.exchange.ResponseSink;
import dev.sluice.proxy.gate.GateDecision;
import dev.sluice.proxy.http1.HttpFault;
import dev.sluice.proxy.http1.HttpMethod;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.loop.ConnectionCloser;
import dev.sluice.proxy.loop.DrainState;
import dev.sluice.proxy.loop.LoopContext;
import dev.sluice.proxy.loop.PendingWrites;
import dev.sluice.proxy.proof.RequestClaim;
import dev.sluice.proxy.response.ConnectionHeader;
import dev.sluice.proxy.response.ErrorKind;
import dev.sluice.proxy.response.ErrorResponses;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOption;
import java.nio.charset.StandardCharsets;

/**
 * What a client receives, whether its connection can be used again after that, and how the connection ends.
 *
 * <p>If the proxy closed while the client still sends, the kernel would reset the connection and the client would lose the
 * last response. So after the last response only the output is shut down ({@link #endGracefully}), what the client sends
 * is dropped, and the client closes (a lingering close). Belongs to one event loop.
 */
final class ClientOutput implements ResponseSink {
    /** The body of a rejected request is read to its end up to this size, so that the connection can be kept. */
    private static final long DROPPED_BODY_BYTES_MAX = 64 * 1024;

    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final LoopContext loop;
    private final DrainState drain;
    private final ErrorResponses errors;
    private final Channel channel;
    private final ConnectionCloser closer;
    private final ClientRateCheck rateCheck;
    private final RequestCourse course;
    private boolean keepAlive = true;
    private boolean http10;

    ClientOutput(
            LoopContext loop,
            DrainState drain,
            ErrorResponses errors,
            Channel channel,
            ConnectionCloser closer,
            ClientRateCheck rateCheck,
            RequestCourse course) {
        this.loop = loop;
        this.drain = drain;
        this.errors = errors;
        this.channel = channel;
        this.closer = closer;
        this.rateCheck = rateCheck;
        this.course = course;
    }

    // --- responses ----------------------------------------------------------------------------

    /** The course of the request that is served. */
    RequestCourse course() {
        return course;
    }

    /** The request that is decided about waits for room. */
    void onHeld(RequestClaim claim) {
        course.onDecision(claim.user(), claim.bucket(), claim.operation());
        course.onHeld();
    }

    /** The next response is to this request, which has been decided about. */
    void begin(RequestHead head, RequestClaim claim) {
        course.onDecision(claim.user(), claim.bucket(), claim.operation());
        http10 = head.isHttp10();
        keepAlive = head.isKeepAlive() && !drain.isDraining();
    }

    @Override
    public ConnectionHeader connectionHeader() {
        if (!keepAlive) {
            return ConnectionHeader.CLOSE;
        }
        return http10 ? ConnectionHeader.KEEP_ALIVE : ConnectionHeader.ABSENT;
    }

    boolean isKeptAlive() {
        return keepAlive;
    }

    @Override
    public void endAfterResponse() {
        keepAlive = false;
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    @Override
    public void write(ByteBuf bytes) {
        rateCheck.onWritten(bytes.readableBytes());
        channel.write(bytes, channel.voidPromise());
    }

    @Override
    public void flush() {
        channel.flush();
    }

    /**
     * Responds to a request that a limit rejected. Its body is not forwarded. The connection ends if the body is large,
     * and also if the client expects a 100: it may or may not send the body then, so what follows is ambiguous.
     */
    void writeRejection(RequestHead head, GateDecision.Reject reject) {
        boolean small = !head.isChunked() && head.contentLength() <= DROPPED_BODY_BYTES_MAX;
        if ((head.expectsContinue() && head.hasBody()) || !small) {
            keepAlive = false;
        }
        write(errors.rejection(
                channel.alloc(), reject.verdict(), reject.bucket(), reject.form(), head, connectionHeader()));
        course.onRejected(reject.verdict(), reject.form().status(), errors);
        flush();
    }

    /** Lets a client send the body that the decision about its request needs. */
    void writeContinue() {
        write(channel.alloc().directBuffer(CONTINUE.length).writeBytes(CONTINUE));
        flush();
    }

    /** Responds to a head that could not be parsed, as the last response. */
    void writeMalformed(HttpFault fault) {
        loop.counters().malformed.increment();
        loop.counters().requestFaults.count(fault);
        writeError(
                switch (fault.status()) {
                    case 405 -> ErrorKind.METHOD_NOT_ALLOWED;
                    default -> fault == HttpFault.HEAD_TOO_LARGE ? ErrorKind.HEAD_TOO_LARGE : ErrorKind.MALFORMED;
                },
                HttpMethod.OTHER);
    }

    /** Responds with an error to a request with that method, as the last response. */
    void writeError(ErrorKind kind, HttpMethod request) {
        keepAlive = false;
        write(errors.error(channel.alloc(), kind, request, ConnectionHeader.CLOSE));
        course.onError(kind, errors);
        flush();
    }

    // --- ends ---------------------------------------------------------------------------------

    /** The client's connection is closed. */
    void onClientGone(ExchangeTimes times) {
        course.onTimes(times.upstreamNanos(), times.addedNanos());
        course.onClientGone();
    }

    /** The exchange is over. If it failed, an error follows. */
    void onExchangeEnded(ExchangeEnd end, ExchangeTimes times) {
        course.onTimes(times.upstreamNanos(), times.addedNanos());
        if (end == ExchangeEnd.COMPLETED) {
            course.onServed();
        } else if (!(end instanceof ExchangeEnd.Failed)) {
            course.onCutOff();
        }
    }

    @Override
    public void whenWritten(Runnable action) {
        PendingWrites.whenGone(channel, action);
    }

    /** Shuts down the output behind everything written. What the client still sends is to be dropped. */
    void endGracefully(ClientInput input, ClientTimeouts timeouts) {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
            loop.readClock();
            timeouts.restart();
            if (!written.isSuccess() || input.isShut()) {
                channel.close();
            } else {
                closer.endOutput();
            }
        });
    }

    /** Closes behind everything written. */
    void closeBehindAll() {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    void close() {
        channel.close();
    }

    /** Cuts the connection off: the client must see that the response is incomplete. */
    void abort() {
        closer.abort();
    }

    /**
     * Resets the connection. Needed where its end would be the end of the response, or where the data in the kernel for
     * the client is to be discarded too.
     */
    void reset() {
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        closer.abort();
    }
}
