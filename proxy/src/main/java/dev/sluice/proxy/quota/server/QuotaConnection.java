package dev.sluice.proxy.quota.server;

import dev.sluice.proxy.http1.HttpFault;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.loop.ConnectionCloser;
import dev.sluice.proxy.quota.http.QuotaErrors;
import dev.sluice.proxy.quota.http.QuotaReply;
import dev.sluice.proxy.quota.http.QuotaResponse;
import dev.sluice.proxy.quota.server.QuotaOutput.AfterResponse;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One client: takes a head and its body out of what was read, calls the route, writes the response, and goes on with the next
 * request, one at a time and in their order. It reads no more while it holds what it can't take yet, and takes no request
 * while the client doesn't take responses: so it holds one read, one body and one response.
 *
 * <p>A request that is wrong gets a JSON error, and the connection goes on. It ends only where the next request can't be
 * found: after a malformed head or malformed chunks, and behind a body that is too long to be dropped. Belongs to one event
 * loop.
 */
final class QuotaConnection {
    /** What is dropped of a refused body, so that the connection can be kept. */
    private static final long DROPPED_BYTES_MAX = 1 << 20;

    private static final QuotaResponse TOO_MANY = QuotaErrors.unavailable("too many clients are connected");

    private final QuotaLoop loop;
    private final Channel channel;
    private final ConnectionCloser closer;
    private final RequestIntake intake;
    private final QuotaOutput output;
    private final UntakenOutput untaken = new UntakenOutput();
    private final ClientPlace place;
    private ConnectionPhase phase;
    private long sinceNanos;
    private boolean isShut;
    private long droppedBytes;
    private AfterResponse then = AfterResponse.CLOSED;
    private @Nullable CompletionStage<QuotaResponse> awaited;
    private @Nullable EventStream stream;

    QuotaConnection(QuotaLoop loop, Channel channel, ConnectionCloser closer) {
        this.loop = loop;
        this.channel = channel;
        this.closer = closer;
        this.intake = new RequestIntake(loop, channel);
        this.output = new QuotaOutput(channel);
        this.phase = closer.isSecure() ? ConnectionPhase.HANDSHAKE : ConnectionPhase.HEAD;
        this.sinceNanos = loop.nowNanos();
        this.place = loop.newPlace(channel.remoteAddress());
    }

    ClientPlace place() {
        return place;
    }

    // ---- events of the channel ----

    void onOpen() {
        loop.readClock();
        if (!loop.enter(this)) {
            phase = ConnectionPhase.CLOSED;
            channel.close();
            return;
        }
        sinceNanos = loop.nowNanos();
        channel.read();
    }

    void onHandshake() {
        loop.readClock();
        if (phase == ConnectionPhase.HANDSHAKE) {
            enter(ConnectionPhase.HEAD);
            advance();
        }
    }

    /** The client sent bytes, which this takes over. */
    void onRead(ByteBuf read) {
        loop.readClock();
        if (phase == ConnectionPhase.CLOSED) {
            read.release();
            return;
        }
        if (phase == ConnectionPhase.HEAD && intake.isEmpty()) {
            sinceNanos = loop.nowNanos();
        }
        intake.add(read, channel.alloc());
        advance();
    }

    /** A write that makes the channel unwritable is reported from within that write. */
    void onWritabilityChanged() {
        if (output.isWritable()) {
            loop.readClock();
            advance();
        }
    }

    /** The client has shut down its output. */
    void onInputShutdown() {
        loop.readClock();
        isShut = true;
        advance();
    }

    void onClosed() {
        loop.readClock();
        if (phase == ConnectionPhase.CLOSED) {
            return;
        }
        phase = ConnectionPhase.CLOSED;
        loop.leave(this);
        intake.clear();
        awaited = null;
        if (stream != null) {
            stream.end();
        }
    }

    // ---- requests ----

    private void advance() {
        while (step()) {
            // until nothing more can be taken
        }
        output.flush();
        readMore();
    }

    private boolean step() {
        return switch (phase) {
            case HEAD -> !intake.isEmpty() && output.isWritable() && takeHead();
            case BODY -> takeBody();
            case DROPPING -> dropBody();
            case LINGERING, STREAMING -> {
                dropAll();
                yield false;
            }
            case HANDSHAKE, ANSWER, CLOSED -> false;
        };
    }

    private void readMore() {
        boolean isWanted = switch (phase) {
            case HANDSHAKE -> true;
            case HEAD -> output.isWritable();
            case BODY, DROPPING, LINGERING, STREAMING -> intake.isEmpty();
            // one read at most, so that a client that leaves is noticed
            case ANSWER -> intake.isEmpty();
            case CLOSED -> false;
        };
        if (!isWanted) {
            return;
        }
        if (!isShut) {
            channel.read();
        } else if (phase != ConnectionPhase.ANSWER) {
            phase = phase == ConnectionPhase.CLOSED ? phase : ConnectionPhase.LINGERING;
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    private boolean takeHead() {
        return switch (intake.takeHead()) {
            case INCOMPLETE -> false;
            case INVALID -> {
                refuseMalformed(loop.head().fault());
                yield true;
            }
            case COMPLETE -> {
                onHead(loop.head());
                yield true;
            }
        };
    }

    private void refuseMalformed(HttpFault fault) {
        loop.counters().malformed.increment();
        loop.counters().requestFaults.count(fault);
        then = AfterResponse.CLOSED;
        respond(RequestIntake.malformed(fault));
    }

    private void onHead(RequestHead parsed) {
        if (!parsed.isKeepAlive() || loop.isDraining()) {
            then = AfterResponse.CLOSED;
        } else {
            then = parsed.isHttp10() ? AfterResponse.KEPT_EXPLICITLY : AfterResponse.KEPT;
        }
        boolean isAwaitingContinue = parsed.expectsContinue() && parsed.hasBody();
        if (place.isOverLimit()) {
            refuse(TOO_MANY, true);
            return;
        }
        Optional<QuotaResponse> refusal = intake.refusal();
        if (refusal.isPresent()) {
            // A client that expects a 100 may send the body or not: what follows can't be told.
            refuse(refusal.get(), isAwaitingContinue || parsed.contentLength() > DROPPED_BYTES_MAX);
            return;
        }
        enter(ConnectionPhase.BODY);
        if (isAwaitingContinue && intake.isEmpty()) {
            output.writeContinue();
        }
    }

    /** Responds before the body is there. What comes of it is dropped. */
    private void refuse(QuotaResponse response, boolean isLast) {
        if (isLast) {
            then = AfterResponse.CLOSED;
        }
        intake.forgetBody();
        boolean isKept = then != AfterResponse.CLOSED;
        respond(response);
        if (isKept) {
            droppedBytes = 0;
            enter(ConnectionPhase.DROPPING);
        }
    }

    private boolean takeBody() {
        switch (intake.takeBody()) {
            case MORE -> {
                return false;
            }
            case DONE -> call();
            case TOO_LARGE -> refuse(intake.tooLarge(), false);
            case NO_ROOM -> refuse(QuotaErrors.unavailable("too many requests are coming in at once"), true);
            case MALFORMED -> {
                loop.counters().malformed.increment();
                loop.counters().requestFaults.count(HttpFault.CHUNKED_BODY);
                refuse(RequestIntake.malformed(HttpFault.CHUNKED_BODY), true);
            }
        }
        return true;
    }

    private boolean dropBody() {
        if (intake.isBodyDone()) {
            enter(ConnectionPhase.HEAD);
            return true;
        }
        if (intake.isEmpty()) {
            return false;
        }
        int dropped = intake.dropBody();
        droppedBytes += dropped;
        if (dropped < 0 || droppedBytes > DROPPED_BYTES_MAX) {
            // the response is out already
            linger();
        }
        return true;
    }

    private void call() {
        QuotaReply reply = intake.reply(loop.nowNanos());
        if (reply instanceof QuotaResponse response) {
            respond(response);
            return;
        }
        if (reply instanceof QuotaReply.Stream streamed) {
            enter(ConnectionPhase.STREAMING);
            stream = new EventStream(loop, channel);
            stream.begin(streamed, intake.wantsNoBody());
            return;
        }
        enter(ConnectionPhase.ANSWER);
        CompletionStage<QuotaResponse> later = ((QuotaReply.Later) reply).response();
        awaited = later;
        later.whenComplete((response, failure) -> loop.execute(() -> onAnswer(later, response, failure)));
    }

    /** A response that came later is there, or never will be. */
    private void onAnswer(
            CompletionStage<QuotaResponse> from, @Nullable QuotaResponse response, @Nullable Throwable failure) {
        if (awaited != from) {
            return;
        }
        awaited = null;
        loop.readClock();
        try {
            respond(response == null ? intake.failed(failure) : response);
            advance();
        } catch (RuntimeException | Error e) {
            // ends the connection, as in events of its channel
            channel.pipeline().fireExceptionCaught(e);
        }
    }

    private void respond(QuotaResponse response) {
        output.write(response, intake.wantsNoBody(), then);
        intake.endRequest();
        if (then == AfterResponse.CLOSED) {
            linger();
        } else {
            enter(ConnectionPhase.HEAD);
        }
    }

    // ---- ends ----

    private void enter(ConnectionPhase next) {
        phase = next;
        sinceNanos = loop.nowNanos();
    }

    /** Shuts down the output behind everything written, so that the client sees the last response, and drops what it sends. */
    private void linger() {
        enter(ConnectionPhase.LINGERING);
        droppedBytes = 0;
        intake.forgetBody();
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
            if (!written.isSuccess() || isShut) {
                channel.close();
            } else {
                closer.endOutput();
            }
        });
    }

    private void dropAll() {
        droppedBytes += intake.dropAll();
        if (droppedBytes > DROPPED_BYTES_MAX) {
            channel.close();
        }
    }

    /** Whether nothing is in progress, so that the connection may be closed for another client's. */
    boolean isIdle() {
        return phase == ConnectionPhase.HANDSHAKE
                || (phase == ConnectionPhase.HEAD && intake.isEmpty() && untaken.bytes(channel) == 0);
    }

    long idleSinceNanos() {
        return sinceNanos;
    }

    /** Closes at once. Its place is free when this returns. */
    void close() {
        onClosed();
        channel.close();
    }

    /** From now on the next response is the last, and an idle connection ends. */
    void onDrain() {
        then = AfterResponse.CLOSED;
        if (isIdle() || phase == ConnectionPhase.STREAMING) {
            close();
        }
    }

    /** Whether a request is in progress. */
    boolean isBusy() {
        return phase == ConnectionPhase.BODY || phase == ConnectionPhase.ANSWER || untaken.bytes(channel) > 0;
    }

    /** Ends what takes too long. To be called a few times a second. */
    void sweep() {
        long nowNanos = loop.nowNanos();
        boolean isUntaken = untaken.bytes(channel) > 0;
        if (untaken.stuckNanos(channel, nowNanos) > loop.options().idleTimeoutNanos()) {
            closer.abort();
            return;
        }
        switch (ConnectionTimeout.check(phase, nowNanos - sinceNanos, intake.isEmpty(), isUntaken, loop.options())) {
            case NONE -> {
                if (stream != null) {
                    stream.sweep(nowNanos);
                }
            }
            case SILENT -> channel.close();
            case HEAD -> {
                then = AfterResponse.CLOSED;
                respond(QuotaErrors.client(408, "the head did not come in time"));
                output.flush();
            }
            case BODY -> {
                refuse(QuotaErrors.client(408, "the body did not come in time"), true);
                output.flush();
            }
            case ANSWER -> {
                awaited = null;
                respond(QuotaErrors.unavailable("no answer in time: it is not known whether anything was changed;"
                        + " repeat it with the same Idempotency-Key"));
                advance();
            }
        }
    }
}
