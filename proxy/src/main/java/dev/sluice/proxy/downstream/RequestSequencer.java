package dev.sluice.proxy.downstream;

import dev.sluice.limits.admission.HoldingThread;
import dev.sluice.limits.admission.Ticket;
import dev.sluice.limits.admission.Verdict;
import dev.sluice.proxy.exchange.Exchange;
import dev.sluice.proxy.exchange.ExchangeEnd;
import dev.sluice.proxy.gate.Gate;
import dev.sluice.proxy.gate.GateDecision;
import dev.sluice.proxy.http1.HeadParseResult;
import dev.sluice.proxy.http1.HeadScratch;
import dev.sluice.proxy.http1.HttpMethod;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.loop.LoopContext;
import dev.sluice.proxy.loop.ReadSizes;
import dev.sluice.proxy.proof.RequestClaim;
import dev.sluice.proxy.response.ErrorKind;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * Serves the requests of one client connection, one after the other. Pipelined requests wait, unread or in the input, and
 * are responded to in order.
 *
 * <p>A read is outstanding whenever the input is empty, also while a response is awaited. So the client's close is seen,
 * and interest in reads is not registered anew for each request. While the input is not empty nothing is read: a client
 * occupies one read's worth of memory, however much it sends. Belongs to one event loop.
 */
final class RequestSequencer {
    private static final long LINGERING_BYTES_MAX = 64L * 1024 * 1024;
    /** What is read of a client whose request waits: its head, and so much that its close is seen in most cases. */
    private static final int HELD_INPUT_BYTES_MAX = 4 * 1024;

    private final LoopContext loop;
    private final HeadScratch scratch;
    private final Gate gate;
    private final Channel channel;
    private final ConnectionSetup setup;
    private final ClientInput input;
    private final ClientOutput output;
    private final ClientTimeouts timeouts;
    private final Ticket ticket;
    private final Exchange exchange;
    private final FormPeek form = new FormPeek();
    private final ReadSizes readSizes;
    private final HoldingThread thread;
    private final RequestClaim claim;
    private boolean isHeldContinued;
    /** The request that waits for room; the flag before tells whether its client got a 100 already. */
    private GateDecision.@Nullable Wait held;

    private SequencerState state = SequencerState.SETUP;
    private boolean hadRequest;

    RequestSequencer(
            LoopContext loop,
            HeadScratch scratch,
            Gate gate,
            Channel channel,
            ConnectionSetup setup,
            ClientInput input,
            ClientOutput output,
            ClientTimeouts timeouts,
            Ticket ticket,
            Exchange exchange,
            ReadSizes readSizes) {
        this.loop = loop;
        this.scratch = scratch;
        this.gate = gate;
        this.channel = channel;
        this.setup = setup;
        this.input = input;
        this.output = output;
        this.timeouts = timeouts;
        this.ticket = ticket;
        this.exchange = exchange;
        this.readSizes = readSizes;
        this.thread = new LoopHoldingThread(loop);
        this.claim = new RequestClaim(head -> setup.client(head).address());
    }

    SequencerState state() {
        return state;
    }

    /** Whether the client has not sent a request yet. */
    boolean awaitsFirstRequest() {
        return !hadRequest;
    }

    // --- beginning and end of the connection ------------------------------------------------------

    /** A step of the connection's setup is done: the next step or the first request is awaited. */
    void onSetup() {
        if (state == SequencerState.SETUP) {
            timeouts.restart();
            state = setup.isDone() ? SequencerState.AWAITING_HEAD : SequencerState.SETUP;
        }
    }

    private void awaitHead() {
        state = SequencerState.AWAITING_HEAD;
        timeouts.restart();
    }

    void respondAndEnd(ErrorKind kind, HttpMethod request) {
        output.writeError(kind, request);
        linger();
    }

    /** Ends the connection behind what was written. */
    void linger() {
        state = SequencerState.LINGERING;
        timeouts.restart();
        output.endGracefully(input, timeouts);
    }

    /** The connection is closed, whoever closed it. */
    void onClosed() {
        boolean isUndecided = held != null || (state == SequencerState.AWAITING_HEAD && form.isAwaited());
        loop.counters().clientGone.add(isUndecided ? 1 : 0);
        state = SequencerState.CLOSED;
        if (held != null) {
            held.request().leave(loop.nowNanos());
            held = null;
        }
        input.clear();
        exchange.onClientGone();
        output.onClientGone(exchange.times());
        claim.end();
        ticket.release(loop.nowNanos());
    }

    /** Takes from the input what can be taken now, then reads more if more is wanted. */
    void advance() {
        while (step()) {
            // until nothing can be taken
        }
        readMore();
    }

    /** The client's socket takes data again. */
    void onClientWritable() {
        if (state == SequencerState.FORWARDING) {
            exchange.onClientWritable();
        } else if (state == SequencerState.AWAITING_CLIENT) {
            state = SequencerState.AWAITING_HEAD;
            advance();
        }
    }

    /** Returns whether there may be more to take. */
    private boolean step() {
        return switch (state) {
            case AWAITING_HEAD -> !input.isEmpty() && isOutputTaken() && takeHead();
            case FORWARDING -> passBody();
            case DROPPING_BODY -> dropBody();
            case LINGERING -> {
                timeouts.onDropped();
                if (input.dropAll() > LINGERING_BYTES_MAX) {
                    output.close();
                }
                yield false;
            }
            case SETUP, AWAITING_CLIENT, HELD, ABORTING, CLOSED -> false;
        };
    }

    /** Whether the next request may be served. Otherwise responses would pile up for a client that doesn't take them. */
    private boolean isOutputTaken() {
        if (!channel.isWritable()) {
            state = SequencerState.AWAITING_CLIENT;
        }
        return state == SequencerState.AWAITING_HEAD;
    }

    void readMore() {
        if (!isInputWanted()) {
            return;
        }
        if (input.isShut()) {
            onEndOfInput();
        } else {
            if (state == SequencerState.HELD) {
                readSizes.atMost(HELD_INPUT_BYTES_MAX - input.size());
            }
            channel.read();
        }
    }

    private boolean isInputWanted() {
        return switch (state) {
            case FORWARDING -> input.isEmpty() && (input.isBodyDone() || exchange.wantsBody());
            case AWAITING_HEAD -> input.isEmpty() || channel.isWritable();
            case SETUP, DROPPING_BODY, LINGERING -> input.isEmpty();
            case HELD -> input.isShut() || input.size() < HELD_INPUT_BYTES_MAX;
            case AWAITING_CLIENT, ABORTING, CLOSED -> false;
        };
    }

    /** The client has shut down its output, and all that it sent before has been taken. */
    private void onEndOfInput() {
        switch (state) {
            case SETUP -> output.close();
            case FORWARDING -> {
                // A client may shut down its output after its request and still read. Within a request it is gone.
                if (!input.isBodyDone()) {
                    output.close();
                }
                output.endAfterResponse();
            }
            // It has left, or it can't be told from one that has: its place is for others.
            case HELD -> refuseHeld();
            case AWAITING_HEAD, DROPPING_BODY, LINGERING -> output.closeBehindAll();
            case AWAITING_CLIENT, ABORTING, CLOSED -> {}
        }
    }

    private boolean takeHead() {
        RequestHead head = scratch.requestHead();
        return switch (input.parseHead(head, scratch.bytes(), scratch.requestBytesMax())) {
            case INCOMPLETE -> false;
            case INVALID -> {
                output.writeMalformed(head.fault());
                linger();
                yield true;
            }
            case COMPLETE -> onHead(head);
        };
    }

    private boolean passBody() {
        return switch (input.passBody(exchange)) {
            case NOTHING -> false;
            case PASSED -> true;
            case MALFORMED -> {
                finish(exchange.onMalformedBody());
                yield true;
            }
        };
    }

    private boolean dropBody() {
        if (input.isBodyDone()) {
            awaitHead();
            return true;
        }
        if (input.isEmpty()) {
            return false;
        }
        if (!input.dropBody()) {
            output.close();
            return false;
        }
        return true;
    }

    /** Returns false if more of the body is needed first. */
    private boolean onHead(RequestHead head) {
        hadRequest = true;
        output.course().begin(head);
        if (setup.isOverLimit()) {
            loop.counters().overConnections.increment();
            respondAndEnd(ErrorKind.TOO_MANY_CONNECTIONS, head.method());
            return true;
        }
        GateDecision decision = gate.decide(head, claim, ticket, loop.nowNanos());
        if (decision == GateDecision.Undecided.FORM_NEEDED) {
            if (!isFormThere(head)) {
                return false;
            }
            decision = gate.decide(form.take(head, input), claim, ticket, loop.nowNanos());
        }
        if (decision instanceof GateDecision.Wait wait) {
            hold(head, wait);
        } else {
            serve(head, decision);
        }
        return true;
    }

    private void serve(RequestHead head, GateDecision decision) {
        timeouts.restart();
        input.onBodyHeldBack();
        output.begin(head, claim);
        input.beginBody(head);
        if (decision instanceof GateDecision.Reject reject) {
            reject(head, reject);
        } else {
            forward(head, decision);
        }
    }

    /** Whether the part of a form that names its sender has arrived. A client that waits for a 100 gets it. */
    private boolean isFormThere(RequestHead head) {
        if (head.expectsContinue()) {
            if (!form.isAwaited()) {
                output.writeContinue();
            }
            head.onContinued();
        }
        return form.isThere(head, input);
    }

    /** The request waits. All that it needs is its head, which stays in the input and is parsed again. */
    private void hold(RequestHead head, GateDecision.Wait wait) {
        state = SequencerState.HELD;
        held = wait;
        output.onHeld(claim);
        isHeldContinued = head.isContinued();
        input.shrink(channel.alloc());
        wait.request().begin(thread, () -> onDecided(wait), loop.nowNanos());
    }

    /** The request waits no longer: it is rejected, unless that is being decided already. */
    void refuseHeld() {
        if (held != null) {
            held.request().refuse(loop.nowNanos());
        }
    }

    /** It is the request's turn, or too late. What goes wrong ends the connection, as in events of its channel. */
    private void onDecided(GateDecision.Wait wait) {
        try {
            resume(wait);
        } catch (RuntimeException | Error e) {
            channel.pipeline().fireExceptionCaught(e);
        }
    }

    private void resume(GateDecision.Wait wait) {
        if (held == null || held.request() != wait.request()) {
            return;
        }
        loop.readClock();
        Verdict verdict = wait.request().conclude(ticket);
        held = null;
        readSizes.atMost(Long.MAX_VALUE);
        RequestHead head = scratch.requestHead();
        if (input.parseHead(head, scratch.bytes(), scratch.requestBytesMax()) != HeadParseResult.COMPLETE) {
            throw new IllegalStateException("the head of a request that waited has changed");
        }
        if (isHeldContinued) {
            head.onContinued();
        }
        serve(head, verdict instanceof Verdict.Rejected rejected ? wait.reject(rejected) : wait.onceAdmitted());
        advance();
    }

    private void reject(RequestHead head, GateDecision.Reject reject) {
        input.dropHead(head);
        loop.onRejected(reject.verdict(), setup.client(head).address(), head.method());
        claim.end();
        output.writeRejection(head, reject);
        if (output.isKeptAlive()) {
            state = SequencerState.DROPPING_BODY;
        } else {
            linger();
        }
    }

    private void forward(RequestHead head, GateDecision decision) {
        ByteBuf received = input.takeHead(head);
        state = SequencerState.FORWARDING;
        claim.onForward();
        exchange.begin(head, decision == GateDecision.Forward.CHARGED_AND_OBSERVED ? gate.observer(claim) : null);
        if (decision instanceof GateDecision.Forward forward && forward.list() != null) {
            exchange.chargeListedDeletes(head, forward.list());
        }
        exchange.start(head, setup.client(head), received);
    }

    /** RGW has begun to respond. */
    void onResponse(int status, boolean isUnknownKey) {
        gate.responded(claim, status, isUnknownKey, ticket, loop.nowNanos());
    }

    /** The exchange is over: its client gets what is left to be done. */
    void finish(ExchangeEnd end) {
        claim.end();
        output.onExchangeEnded(end, exchange.times());
        if (end == ExchangeEnd.COMPLETED) {
            if (output.isKeptAlive()) {
                awaitHead();
            } else {
                linger();
            }
        } else if (end instanceof ExchangeEnd.Failed failed) {
            respondAndEnd(failed.kind(), exchange.method());
        } else {
            state = SequencerState.ABORTING;
            if (end == ExchangeEnd.BROKEN_OFF_UNDELIMITED) {
                output.reset();
            } else {
                output.abort();
            }
        }
    }
}
