package dev.sluice.proxy.downstream;

import dev.sluice.proxy.exchange.Exchange;
import dev.sluice.proxy.loop.DrainState;
import dev.sluice.proxy.loop.LoopContext;
import dev.sluice.proxy.loop.PendingWrites;
import dev.sluice.proxy.loop.SocketStats;
import io.netty.channel.Channel;

/**
 * How long a client is waited for. While it has not taken all of its responses, only its rate and the exchange are
 * checked. Checked by sweeps only. Belongs to one event loop.
 */
final class ClientTimeouts {
    /** For the client to close after the last response, or to send the rest of a rejected request. */
    private static final long LINGER_NANOS = 10_000_000_000L;

    private final LoopContext loop;
    private final DrainState drain;
    private final ProxyOptions options;
    private final Channel channel;
    private final ConnectionSetup setup;
    private final ClientInput input;
    private final ClientRateCheck rateCheck;
    private final SocketStats socketStats;
    private long sinceNanos;
    private long droppedNanos;

    ClientTimeouts(
            LoopContext loop,
            DrainState drain,
            ProxyOptions options,
            Channel channel,
            ConnectionSetup setup,
            ClientInput input,
            ClientRateCheck rateCheck) {
        this.loop = loop;
        this.drain = drain;
        this.options = options;
        this.channel = channel;
        this.setup = setup;
        this.input = input;
        this.rateCheck = rateCheck;
        this.socketStats = loop.transport().socketStats(channel);
        this.sinceNanos = loop.nowNanos();
    }

    /** Something new is waited for. */
    void restart() {
        sinceNanos = loop.nowNanos();
    }

    /** For how long nothing new has come. */
    long silentNanos(long nowNanos) {
        return nowNanos - sinceNanos;
    }

    /** Data came after the last response, and was dropped. */
    void onDropped() {
        droppedNanos = loop.nowNanos();
    }

    /** Returns the timeout that has expired, if any. */
    ClientTimeout check(long nowNanos, SequencerState state, Exchange exchange) {
        long pendingBytes = PendingWrites.bytes(channel);
        boolean awaitsUpload = state == SequencerState.FORWARDING && exchange.awaitsUpload();
        switch (rateCheck.sweep(nowNanos, awaitsUpload, pendingBytes, options, socketStats)) {
            case SLOW_READER -> {
                return ClientTimeout.SLOW_READER;
            }
            case SLOW_UPLOAD -> {
                return ClientTimeout.SLOW_UPLOAD;
            }
            case FINE -> {}
        }
        if (pendingBytes > 0 && state != SequencerState.FORWARDING && state != SequencerState.SETUP) {
            sinceNanos = nowNanos;
            return ClientTimeout.NONE;
        }
        return switch (state) {
            case SETUP -> inSetup(nowNanos);
            case AWAITING_HEAD, AWAITING_CLIENT -> input.isEmpty() ? betweenRequests(nowNanos) : inHead(nowNanos);
            case FORWARDING -> exchange.isLate(nowNanos) ? ClientTimeout.EXCHANGE : ClientTimeout.NONE;
            case DROPPING_BODY -> nowNanos - sinceNanos > LINGER_NANOS ? ClientTimeout.SILENT : ClientTimeout.NONE;
            case LINGERING -> lingering(nowNanos);
            // The limit says how long the request may wait. An end behind what isn't read is seen by no event,
            // and one behind more than the kernel's buffer takes not at all: then the longest wait ends it.
            case HELD -> socketStats.hasPeerShutDown() ? ClientTimeout.LEFT : ClientTimeout.NONE;
            case ABORTING, CLOSED -> ClientTimeout.NONE;
        };
    }

    private ClientTimeout inSetup(long nowNanos) {
        if (nowNanos - sinceNanos <= options.headTimeoutNanos() && !drain.isOverdue(sinceNanos, nowNanos)) {
            return ClientTimeout.NONE;
        }
        return setup.awaitsProxyHeader() && !drain.isDraining() ? ClientTimeout.PROXY_HEADER : ClientTimeout.SILENT;
    }

    private ClientTimeout betweenRequests(long nowNanos) {
        // A client beyond the limit is accepted only to get a response, and should not hold its place for long.
        long timeoutNanos = setup.isOverLimit() ? options.headTimeoutNanos() : options.idleTimeoutNanos();
        if (nowNanos - sinceNanos <= timeoutNanos && !drain.isOverdue(sinceNanos, nowNanos)) {
            return ClientTimeout.NONE;
        }
        return drain.isDraining() ? ClientTimeout.DRAIN : ClientTimeout.IDLE;
    }

    private ClientTimeout inHead(long nowNanos) {
        if (nowNanos - sinceNanos <= options.headTimeoutNanos()) {
            return ClientTimeout.NONE;
        }
        return input.isHeadBegun() ? ClientTimeout.HEAD : ClientTimeout.IDLE;
    }

    private ClientTimeout lingering(long nowNanos) {
        boolean late =
                nowNanos - sinceNanos > LINGER_NANOS || drain.isOverdue(Math.max(sinceNanos, droppedNanos), nowNanos);
        return late ? ClientTimeout.SILENT : ClientTimeout.NONE;
    }
}
