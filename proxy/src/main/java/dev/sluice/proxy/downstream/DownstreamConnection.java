package dev.sluice.proxy.downstream;

import dev.sluice.common.IpAddress;
import dev.sluice.proxy.downstream.ClientTimeouts.Late;
import dev.sluice.proxy.downstream.RequestSequencer.State;
import dev.sluice.proxy.exchange.Exchange;
import dev.sluice.proxy.loop.LoopContext;
import dev.sluice.proxy.response.ErrorResponses.Kind;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.Objects;
import java.util.Optional;

/**
 * A client's connection, from its beginning to its end: what happens to it, and which of its parts has to know. {@link
 * ConnectionSetup} knows who the client is, {@link RequestSequencer} whose turn it is, {@link ClientInput} what the client has sent;
 * {@link ClientOutput} tells it things, {@link ClientTimeouts} says how long it is waited for. Belongs to one event loop.
 */
public final class DownstreamConnection {
    private final LoopContext worker;
    private final Channel channel;
    private final ConnectionSetup arrival;
    private final ClientInput input;
    private final ClientOutput output;
    private final ClientTimeouts clock;
    private final RequestSequencer turns;
    private Late late = Late.NOT;

    public DownstreamConnection(LoopContext worker, Channel channel, ConnectionClose farewell) {
        worker.readClock();
        ClientRateCheck pace = new ClientRateCheck(worker.nowNanos());
        this.worker = worker;
        this.channel = channel;
        this.arrival = new ConnectionSetup(worker, channel, farewell);
        this.input = new ClientInput(pace);
        this.output = new ClientOutput(worker, channel, farewell, pace);
        this.clock = new ClientTimeouts(worker, channel, arrival, input, pace);
        this.turns = new RequestSequencer(worker, channel, arrival, input, output, clock);
    }

    // --- its beginning ------------------------------------------------------------------------

    public void onOpen() {
        worker.readClock();
        if (!arrival.enter()) {
            turns.end();
            output.close();
            return;
        }
        worker.opened(this);
        if (arrival.begin()) {
            turns.arrive();
            channel.read();
        }
    }

    public void onProxyHeader(Optional<IpAddress> source) {
        worker.readClock();
        arrival.onProxyHeader(source);
        turns.arrive();
        turns.readMore();
    }

    public void onBadProxyHeader(String why) {
        worker.readClock();
        arrival.onBadProxyHeader(why);
    }

    /** The TLS handshake is done. */
    void onSecured() {
        worker.readClock();
        arrival.onSecured();
        turns.arrive();
    }

    // --- its use ------------------------------------------------------------------------------

    public void onRead(ByteBuf read) {
        worker.readClock();
        if (turns.state() == State.CLOSED) {
            read.release();
            return;
        }
        if (turns.state() == State.AWAITING_HEAD && input.isEmpty()) {
            clock.restart();
        }
        input.add(read, channel.alloc());
        turns.advance();
    }

    public void onWritabilityChanged() {
        worker.readClock();
        if (!channel.isWritable()) {
            return;
        }
        Exchange exchange = turns.exchange();
        if (exchange != null) {
            exchange.onClientWritable();
        } else {
            turns.advance();
        }
    }

    // --- its end ------------------------------------------------------------------------------

    public void onInputShutdown() {
        worker.readClock();
        input.shut();
        turns.advance();
    }

    public void onClosed() {
        worker.readClock();
        if (turns.state() == State.CLOSED) {
            return;
        }
        worker.closed(this);
        arrival.leave();
        turns.end();
    }

    /** The sidecar is about to stop: from now on answers say that they are the last, unless they have begun. */
    public void drain() {
        Exchange exchange = turns.exchange();
        if (turns.state() == State.FORWARDING && (exchange == null || !exchange.hasBegunAnswer())) {
            output.endAfterThis();
        }
    }

    /** Looks whether the client's time is up, and {@link #onLate} is to be called. */
    public boolean isLate(long nowNanos) {
        late = clock.look(nowNanos, turns.state(), turns.exchange());
        return late != Late.NOT;
    }

    /** One that is late is there. */
    private Exchange exchange() {
        return Objects.requireNonNull(turns.exchange());
    }

    public void onLate() {
        switch (late) {
            case NOT -> {}
            case PROXY_HEADER -> onBadProxyHeader("it did not come in time");
            case READER -> {
                worker.counters().slowReaders.increment();
                // What lies in the kernel for it goes too, and an answer without a length doesn't look whole.
                output.reset();
            }
            case UPLOAD -> {
                worker.counters().slowUploads.increment();
                exchange().onSlowUpload();
            }
            case EXCHANGE -> exchange().onLate();
            case HEAD -> {
                worker.counters().malformed.increment();
                turns.answerAndEnd(Kind.TOO_SLOW, false);
                turns.advance();
            }
            case LEFT -> {
                turns.linger();
                turns.advance();
            }
            case IDLE -> output.close();
            case SILENT -> output.abort();
        }
    }
}
