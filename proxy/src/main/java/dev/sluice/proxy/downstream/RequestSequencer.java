package dev.sluice.proxy.downstream;

import dev.sluice.limits.admission.Ticket;
import dev.sluice.proxy.exchange.Download;
import dev.sluice.proxy.exchange.Exchange;
import dev.sluice.proxy.exchange.RequestRewriter;
import dev.sluice.proxy.exchange.Upload;
import dev.sluice.proxy.gate.Gate;
import dev.sluice.proxy.gate.MultiDeleteCharge;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.loop.LoopContext;
import dev.sluice.proxy.loop.ReadSizes;
import dev.sluice.proxy.response.ErrorResponses.Kind;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is on a client's connection. One request is served at a time; what the client pipelines waits, unread or
 * in the input, and is answered in order.
 *
 * <p>A read is outstanding whenever the input is empty, also while an answer is awaited: so the client's closing is seen,
 * and the kernel need not be told of a new interest for each request. When the input is not empty nothing more is read:
 * a client holds one read's worth of memory, however much it sends. Belongs to one event loop.
 */
public final class RequestSequencer {
    private static final long MOST_LINGERED_BYTES = 64L * 1024 * 1024;

    enum State {
        /** Nothing that a client asks is read before it is known whose connection this is. */
        ARRIVING,
        AWAITING_HEAD,
        FORWARDING,
        /** Answered; the rest of the request's body is dropped, then the next head is awaited. */
        DROPPING,
        /** Answered for the last time; whatever comes is dropped until the client closes. */
        LINGERING,
        CLOSED
    }

    private final LoopContext worker;
    private final Channel channel;
    private final ConnectionSetup arrival;
    private final ClientInput input;
    private final ClientOutput output;
    private final ClientTimeouts clock;
    private final Upload upload;
    private final Download download;
    private final Ticket ticket = new Ticket();
    private State state = State.ARRIVING;
    private @Nullable Exchange exchange;
    private boolean advancing;
    private boolean advanceAgain;

    RequestSequencer(
            LoopContext worker,
            Channel channel,
            ConnectionSetup arrival,
            ClientInput input,
            ClientOutput output,
            ClientTimeouts clock) {
        this.worker = worker;
        this.channel = channel;
        this.arrival = arrival;
        this.input = input;
        this.output = output;
        this.clock = clock;
        this.upload = new Upload(worker, ticket.upload(), input, ReadSizes.of(channel));
        this.download = new Download(worker, ticket.download(), output, channel.alloc(), upload);
    }

    State state() {
        return state;
    }

    /** The request that is being served; null: none. */
    @Nullable
    Exchange exchange() {
        return exchange;
    }

    // --- beginning and end --------------------------------------------------------------------

    /** The next thing of those that come before the first request is awaited, or the first request. */
    void arrive() {
        if (state == State.ARRIVING) {
            clock.restart();
            state = arrival.isDone() ? State.AWAITING_HEAD : State.ARRIVING;
        }
    }

    private void awaitHead() {
        state = State.AWAITING_HEAD;
        clock.restart();
    }

    void answerAndEnd(Kind kind, boolean answersHead) {
        output.fail(kind, answersHead);
        linger();
    }

    void linger() {
        state = State.LINGERING;
        clock.restart();
        output.sayGoodbye(input, clock);
    }

    /** The connection is closed, whoever closed it. */
    void end() {
        state = State.CLOSED;
        Exchange ended = exchange;
        exchange = null;
        if (ended != null) {
            ended.onClientGone();
        }
        ticket.release(worker.nowNanos());
        input.clear();
    }

    // --- what to do with what is there --------------------------------------------------------

    /** Takes from the input what can be taken now, then sees to it that more comes. A loop, not a recursion. */
    public void advance() {
        advanceAgain = true;
        if (advancing) {
            return;
        }
        advancing = true;
        try {
            while (advanceAgain) {
                advanceAgain = false;
                while (step()) {
                    // until nothing can be taken
                }
            }
        } finally {
            advancing = false;
        }
        readMore();
    }

    /** Returns whether there may be more to take. */
    private boolean step() {
        return switch (state) {
            // What a client asks while it doesn't take its answers waits: else its next ones would pile up here.
            case AWAITING_HEAD -> !input.isEmpty() && channel.isWritable() && takeHead();
            case FORWARDING -> exchange != null && input.passBody(exchange);
            case DROPPING -> dropBody();
            case LINGERING -> {
                clock.dropped();
                if (input.dropAll() > MOST_LINGERED_BYTES) {
                    output.close();
                }
                yield false;
            }
            case ARRIVING, CLOSED -> false;
        };
    }

    /** Reads, if what comes is wanted now. */
    void readMore() {
        boolean wanted = input.isEmpty()
                ? state != State.FORWARDING || input.isBodyDone() || (exchange != null && exchange.wantsBody())
                : state == State.AWAITING_HEAD && channel.isWritable();
        if (!wanted || state == State.CLOSED) {
            return;
        }
        if (input.isShut()) {
            onEndOfInput();
        } else {
            channel.read();
        }
    }

    /** The client has shut its side and all that it had sent has been taken. */
    private void onEndOfInput() {
        switch (state) {
            case ARRIVING -> output.close();
            case FORWARDING -> {
                // A client may shut its side after its request and still read. In the middle of it, it is gone.
                if (!input.isBodyDone()) {
                    output.close();
                }
                output.endAfterThis();
            }
            case AWAITING_HEAD, DROPPING, LINGERING -> output.closeBehindAll();
            case CLOSED -> {}
        }
    }

    private boolean takeHead() {
        RequestHead head = worker.requestHead();
        switch (input.parseHead(head, worker.scratch(), worker.options().maxHeadBytes())) {
            case INCOMPLETE -> {
                return false;
            }
            case INVALID -> {
                output.refuse(head.fault());
                linger();
            }
            case COMPLETE -> onHead(head);
        }
        return true;
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

    // --- a request ----------------------------------------------------------------------------

    private void onHead(RequestHead head) {
        if (arrival.isToBeTold()) {
            answerAndEnd(Kind.TOO_MANY_CONNECTIONS, head.method() == RequestHead.Method.HEAD);
            return;
        }
        clock.restart();
        input.holdBody();
        output.begin(head);
        input.beginBody(head);
        Gate.Decision decision = worker.gate().decide(head, ticket, worker.nowNanos());
        if (decision instanceof Gate.Decision.Refuse refuse) {
            input.dropHead(head);
            worker.counters().rejected.increment();
            output.refuse(head, refuse);
            if (output.isKeptAlive()) {
                state = State.DROPPING;
            } else {
                linger();
            }
        } else {
            ByteBuf received = input.takeHead(head);
            worker.counters().forwarded.increment();
            state = State.FORWARDING;
            upload.begin(head);
            download.begin(head);
            if (decision == Gate.Decision.FORWARD_DELETE_LIST) {
                upload.chargeDeletes(new MultiDeleteCharge(ticket, head.isChunked()));
            }
            Exchange started = new Exchange(this, worker, head, ticket, upload, download);
            exchange = started;
            started.start(RequestRewriter.rewrite(head, arrival.client(head), received, channel.alloc()));
        }
    }

    // --- for the exchange ---------------------------------------------------------------------

    /** Whether some of the request's body has been read and is to be passed on. */
    public boolean hasBody() {
        return input.hasBody();
    }

    public void flush() {
        output.flush();
    }

    /** The exchange is over and its answer written. */
    public void exchangeEnded() {
        exchange = null;
        if (output.isKeptAlive()) {
            awaitHead();
        } else {
            linger();
        }
        advance();
    }

    /** The exchange is over without an answer. */
    public void exchangeFailed(Kind kind, boolean answersHead) {
        exchange = null;
        answerAndEnd(kind, answersHead);
        advance();
    }

    /** The answer broke off: the client must see that it isn't whole. */
    public void abort() {
        exchange = null;
        output.abort();
    }

    /** Likewise where the end of the connection would be the end of the answer. */
    public void abortUndelimited() {
        exchange = null;
        output.reset();
    }

    public void whenWritten(Runnable action) {
        output.whenWritten(action);
    }
}
