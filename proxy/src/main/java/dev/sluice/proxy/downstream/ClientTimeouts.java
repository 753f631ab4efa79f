package dev.sluice.proxy.downstream;

import dev.sluice.proxy.downstream.RequestSequencer.State;
import dev.sluice.proxy.exchange.Exchange;
import dev.sluice.proxy.loop.LoopContext;
import dev.sluice.proxy.loop.PendingWrites;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * How long a client is waited for. What it has not taken yet of its answers holds all clocks but the exchange's: how long
 * that may last is told by its pace. Only sweeps look at it. Belongs to one event loop.
 */
final class ClientTimeouts {
    /** For a client that was answered for the last time, or refused, to send the rest. */
    private static final long LINGER_NANOS = 10_000_000_000L;

    /** What is over. */
    enum Late {
        NOT,
        PROXY_HEADER,
        /** It takes its answers too slowly, or not at all. */
        READER,
        /** It sends its body too slowly. */
        UPLOAD,
        /** The exchange knows whose fault it is. */
        EXCHANGE,
        /** A part of a head is there. */
        HEAD,
        /** It asks nothing, and is left while the sidecar stops. */
        LEFT,
        /** It asks nothing. */
        IDLE,
        /** All else: nobody would read an answer. */
        SILENT
    }

    private final LoopContext worker;
    private final Channel channel;
    private final ConnectionSetup arrival;
    private final ClientInput input;
    private final ClientRateCheck pace;
    private final ClientRateCheck.Kernel kernel;
    private long sinceNanos;
    private long droppedNanos;

    ClientTimeouts(
            LoopContext worker, Channel channel, ConnectionSetup arrival, ClientInput input, ClientRateCheck pace) {
        this.worker = worker;
        this.channel = channel;
        this.arrival = arrival;
        this.input = input;
        this.pace = pace;
        this.kernel = worker.transport().kernel(channel);
        this.sinceNanos = worker.nowNanos();
    }

    /** Something new is waited for. */
    void restart() {
        sinceNanos = worker.nowNanos();
    }

    /** Something came after the last answer. */
    void dropped() {
        droppedNanos = worker.nowNanos();
    }

    /** Looks whether the client's time is up. */
    Late look(long nowNanos, State state, @Nullable Exchange exchange) {
        long pendingBytes = PendingWrites.bytes(channel);
        boolean awaitsUpload = exchange != null && exchange.awaitsUpload();
        switch (pace.sweep(nowNanos, awaitsUpload, pendingBytes, worker.options(), kernel)) {
            case SLOW_READER -> {
                return Late.READER;
            }
            case SLOW_UPLOAD -> {
                return Late.UPLOAD;
            }
            case FINE -> {}
        }
        if (pendingBytes > 0 && state != State.FORWARDING && state != State.ARRIVING) {
            sinceNanos = nowNanos;
            return Late.NOT;
        }
        return switch (state) {
            case ARRIVING -> arriving(nowNanos);
            case AWAITING_HEAD -> input.isEmpty() ? unasked(nowNanos) : asked(nowNanos);
            case FORWARDING -> exchange != null && exchange.isLate(nowNanos) ? Late.EXCHANGE : Late.NOT;
            case DROPPING -> nowNanos - sinceNanos > LINGER_NANOS ? Late.SILENT : Late.NOT;
            case LINGERING -> lingering(nowNanos);
            case CLOSED -> Late.NOT;
        };
    }

    private Late arriving(long nowNanos) {
        if (nowNanos - sinceNanos <= worker.options().headTimeoutNanos() && !worker.isOverdue(sinceNanos, nowNanos)) {
            return Late.NOT;
        }
        return arrival.awaitsProxyHeader() && !worker.isDraining() ? Late.PROXY_HEADER : Late.SILENT;
    }

    /** Between two requests, with nothing of the next one there. */
    private Late unasked(long nowNanos) {
        // Who has been let in only to be told something should not hold its place for long.
        long patienceNanos = arrival.isToBeTold()
                ? worker.options().headTimeoutNanos()
                : worker.options().idleTimeoutNanos();
        if (nowNanos - sinceNanos <= patienceNanos && !worker.isOverdue(sinceNanos, nowNanos)) {
            return Late.NOT;
        }
        return worker.isDraining() ? Late.LEFT : Late.IDLE;
    }

    private Late asked(long nowNanos) {
        if (nowNanos - sinceNanos <= worker.options().headTimeoutNanos()) {
            return Late.NOT;
        }
        return input.isHeadBegun() ? Late.HEAD : Late.IDLE;
    }

    private Late lingering(long nowNanos) {
        boolean late =
                nowNanos - sinceNanos > LINGER_NANOS || worker.isOverdue(Math.max(sinceNanos, droppedNanos), nowNanos);
        return late ? Late.SILENT : Late.NOT;
    }
}
