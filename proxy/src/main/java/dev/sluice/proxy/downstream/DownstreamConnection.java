package dev.sluice.proxy.downstream;

import dev.sluice.common.IpAddress;
import dev.sluice.proxy.clientaddress.ProxyHeaderListener;
import dev.sluice.proxy.exchange.Exchange;
import dev.sluice.proxy.exchange.ExchangeEnd;
import dev.sluice.proxy.exchange.ExchangeListener;
import dev.sluice.proxy.http1.HttpMethod;
import dev.sluice.proxy.loop.LoopContext;
import dev.sluice.proxy.loop.PendingWrites;
import dev.sluice.proxy.response.ErrorKind;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A client's connection, from its beginning to its end. Every event that concerns it enters here, whether it comes from
 * the client's channel, from the exchange or from a sweep, and goes on to the part that handles it: {@link
 * ConnectionSetup} before the first request, {@link RequestSequencer} for requests, {@link ClientInput} and {@link
 * ClientOutput} for bytes, {@link ClientTimeouts} for sweeps. Belongs to one event loop.
 */
public final class DownstreamConnection implements ProxyHeaderListener {
    /** A client that may send its first request does so soon. */
    private static final long SILENT_NANOS = 100_000_000L;
    /** A client that has had a response may be about to send its next request, and a handshake takes round trips. */
    private static final long IDLE_NANOS = 1_000_000_000L;

    private final LoopContext loop;
    private final DownstreamLoop owner;
    private final Channel channel;
    private final ConnectionSetup setup;
    private final ClientInput input;
    private final ClientOutput output;
    private final ClientTimeouts timeouts;
    private final Exchange exchange;
    private final RequestSequencer sequencer;
    private ClientTimeout expired = ClientTimeout.NONE;

    /**
     * Made of its parts.
     *
     * @param exchangeFor makes the exchange that reports to a listener
     * @param sequencerFor makes the sequencer that uses an exchange
     */
    DownstreamConnection(
            LoopContext loop,
            DownstreamLoop owner,
            Channel channel,
            ConnectionSetup setup,
            ClientInput input,
            ClientOutput output,
            ClientTimeouts timeouts,
            Function<ExchangeListener, Exchange> exchangeFor,
            Function<Exchange, RequestSequencer> sequencerFor) {
        this.loop = loop;
        this.owner = owner;
        this.channel = channel;
        this.setup = setup;
        this.input = input;
        this.output = output;
        this.timeouts = timeouts;
        this.exchange = exchangeFor.apply(new ExchangeEvents());
        this.sequencer = sequencerFor.apply(exchange);
    }

    // --- setup --------------------------------------------------------------------------------

    /** The client has connected. */
    public void onOpen() {
        loop.readClock();
        if (!setup.enter()) {
            sequencer.onClosed();
            output.close();
            return;
        }
        owner.opened(this);
        if (setup.begin()) {
            sequencer.onSetup();
            channel.read();
        }
    }

    @Override
    public void onProxyHeader(Optional<IpAddress> source) {
        loop.readClock();
        setup.onProxyHeader(source);
        sequencer.onSetup();
        sequencer.readMore();
    }

    @Override
    public void onBadProxyHeader(String reason) {
        loop.readClock();
        setup.onBadProxyHeader(reason);
    }

    /** The TLS handshake is done. */
    void onHandshake() {
        loop.readClock();
        setup.onHandshake();
        sequencer.onSetup();
    }

    // --- requests and responses -----------------------------------------------------------------

    /** The client sent bytes, which this takes over. */
    public void onRead(ByteBuf read) {
        loop.readClock();
        if (sequencer.state() == SequencerState.CLOSED) {
            read.release();
            return;
        }
        if (sequencer.state() == SequencerState.AWAITING_HEAD && input.isEmpty()) {
            timeouts.restart();
        }
        input.add(read, channel.alloc());
        sequencer.advance();
    }

    /** The client's channel has become writable, or is no longer. */
    public void onWritabilityChanged() {
        loop.readClock();
        if (channel.isWritable()) {
            sequencer.onClientWritable();
        }
    }

    /** Events that the exchange reports from upstream. */
    private final class ExchangeEvents implements ExchangeListener {
        @Override
        public void onBodyWanted() {
            sequencer.advance();
        }

        @Override
        public void onResponse(int status, boolean isUnknownKey) {
            sequencer.onResponse(status, isUnknownKey);
        }

        @Override
        public void onExchangeEnded(ExchangeEnd end) {
            sequencer.finish(end);
            sequencer.advance();
        }
    }

    // --- ends ---------------------------------------------------------------------------------

    /** The client has shut down its output. */
    public void onInputShutdown() {
        loop.readClock();
        input.shut();
        sequencer.advance();
    }

    /** The channel is closed. */
    public void onClosed() {
        loop.readClock();
        if (sequencer.state() == SequencerState.CLOSED) {
            return;
        }
        owner.closed(this);
        setup.leave();
        sequencer.onClosed();
    }

    /** The sidecar is about to stop: a response that has not begun is the connection's last. */
    void onDrain() {
        if (sequencer.state() == SequencerState.FORWARDING && !exchange.hasBegunResponse()) {
            output.endAfterResponse();
        }
    }

    /** For how long the client has sent nothing while nothing is in progress; -1: its place may not be taken. */
    long idleNanos(long nowNanos) {
        boolean isIdle = sequencer.state() == SequencerState.SETUP
                || (sequencer.state() == SequencerState.AWAITING_HEAD && input.isEmpty());
        if (!isIdle || !setup.isServed() || PendingWrites.bytes(channel) > 0) {
            return -1;
        }
        long idleNanos = timeouts.silentNanos(nowNanos);
        boolean isSoon = setup.isDone() && sequencer.awaitsFirstRequest();
        return idleNanos >= (isSoon ? SILENT_NANOS : IDLE_NANOS) ? idleNanos : -1;
    }

    boolean mayBeDisplaced(Predicate<ConnectionSetup> mayBeDisplaced) {
        return mayBeDisplaced.test(setup);
    }

    /** Ends an idle connection, whose place another one takes at once. */
    void displace() {
        setup.leave();
        output.close();
    }

    /** The sidecar stops now: a request that waits for room is rejected. */
    void refuseHeld() {
        sequencer.refuseHeld();
    }

    /** Checks the client's timeouts; if it returns true, {@link #onTimeout} is to be called. */
    boolean isLate(long nowNanos) {
        expired = timeouts.check(nowNanos, sequencer.state(), exchange);
        return expired != ClientTimeout.NONE;
    }

    /** Handles the timeout that {@link #isLate} found. */
    void onTimeout() {
        boolean isExchangeOver = sequencer.state() != SequencerState.FORWARDING;
        if (isExchangeOver && (expired == ClientTimeout.SLOW_UPLOAD || expired == ClientTimeout.EXCHANGE)) {
            return;
        }
        switch (expired) {
            case NONE -> {}
            case PROXY_HEADER -> onBadProxyHeader("it did not come in time");
            case SLOW_READER -> {
                loop.counters().slowReaders.increment();
                // Discards the data in the kernel too, and makes a response without a length look incomplete.
                output.reset();
            }
            case SLOW_UPLOAD -> {
                loop.counters().slowUploads.increment();
                sequencer.finish(exchange.onSlowUpload());
                sequencer.advance();
            }
            case EXCHANGE -> {
                sequencer.finish(exchange.onTimeout());
                sequencer.advance();
            }
            case HEAD -> {
                loop.counters().malformed.increment();
                sequencer.respondAndEnd(ErrorKind.REQUEST_TIMEOUT, HttpMethod.OTHER);
                sequencer.advance();
            }
            case LEFT -> sequencer.refuseHeld();
            case DRAIN -> {
                sequencer.linger();
                sequencer.advance();
            }
            case IDLE -> output.close();
            case SILENT -> output.abort();
        }
    }
}
