package dev.sluice.proxy.http;

import dev.sluice.limits.Ticket;
import dev.sluice.policy.IpAddress;
import dev.sluice.policy.TrustedProxies;
import dev.sluice.proxy.http.Answers.Kind;
import dev.sluice.proxy.http.Answers.Then;
import dev.sluice.proxy.http1.Fault;
import dev.sluice.proxy.http1.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection: whose turn it is. One request is served at a time; what the client pipelines waits, unread or
 * in the inbox, and is answered in order.
 *
 * <p>A read is outstanding whenever the inbox is empty, also while an answer is awaited: so the client's closing is seen,
 * and the kernel need not be told of a new interest for each request. When the inbox is not empty nothing more is read:
 * a client holds one read's worth of memory, however much it sends.
 *
 * <p>An answer that a client is to see must not be followed by an immediate close while the client still sends: the
 * kernel would reset the connection and the client would never read it. So a connection that ends goes through
 * {@link State#LINGERING}: the write side is shut, and what still comes is dropped, within bounds.
 */
final class DownstreamConnection {
    /** A refused body up to this size is read to its end, so that the connection can be kept. */
    private static final long MOST_DISCARDED_BYTES = 64 * 1024;

    private static final int EMPTY_LINE_BYTES = 2;
    private static final long MOST_LINGERED_BYTES = 64L * 1024 * 1024;
    private static final long LINGER_NANOS = 10_000_000_000L;

    private enum State {
        /** Nothing that a client says is read before it is known whose connection this is. */
        AWAITING_PROXY_HEADER,
        /** With TLS only: until client and sidecar have agreed on keys. */
        SHAKING_HANDS,
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
    private final Farewell farewell;
    private final ReadSizes sizes;
    private final Ticket ticket = new Ticket();
    private final ClientPace pace;
    private final ClientPace.Kernel kernel;
    private ConnectionLimit.Entry entry = ConnectionLimit.Entry.DROPPED;
    private final Inbox inbox = new Inbox();
    private final BodyFraming body = new BodyFraming();
    private State state;
    private @Nullable Exchange exchange;
    private Peer peer = Peer.UNKNOWN;
    private boolean keepAlive = true;
    private boolean http10;
    private boolean inputShut;
    private boolean emptyLineSkipped;
    private boolean advancing;
    private boolean advanceAgain;
    private ClientPace.Finding found = ClientPace.Finding.FINE;
    private long lingeredBytes;
    private long lingeredNanos;
    private long sinceNanos;

    DownstreamConnection(Worker worker, Channel channel, Farewell farewell) {
        this.worker = worker;
        this.channel = channel;
        this.farewell = farewell;
        this.sizes = ReadSizes.of(channel);
        worker.readClock();
        this.sinceNanos = worker.nowNanos();
        this.pace = new ClientPace(sinceNanos);
        this.kernel = worker.transport().kernel(channel);
        this.state = begun();
    }

    // --- events -------------------------------------------------------------------------------

    void onOpen() {
        worker.readClock();
        entry = worker.connectionLimit().enter();
        if (entry != ConnectionLimit.Entry.SERVED) {
            worker.counters().connectionsRefused.increment();
        }
        if (entry == ConnectionLimit.Entry.DROPPED) {
            state = State.CLOSED;
            channel.close();
            return;
        }
        sinceNanos = worker.nowNanos();
        worker.opened(this);
        TrustedProxies trusted = worker.options().trustedProxies();
        peer = Peer.of(channel, farewell.isSecure(), trusted);
        if (trusted.speakProxyProtocol()) {
            if (!trusted.contains(peer.address())) {
                worker.counters().unlistedPeers.increment();
                closeInTrouble("it is not in listen.trusted-proxies");
                return;
            }
            state = State.AWAITING_PROXY_HEADER;
        }
        channel.read();
    }

    /** What comes first when it is known whose connection this is. */
    private State begun() {
        return farewell.isSecure() ? State.SHAKING_HANDS : State.AWAITING_HEAD;
    }

    /** A trusted proxy has said whose connection it passes on; empty: its own, or of somebody it does not know. */
    void onProxyHeader(Optional<IpAddress> source) {
        worker.readClock();
        peer = peer.replacedBy(source, worker.options().trustedProxies());
        if (state == State.AWAITING_PROXY_HEADER) {
            state = begun();
            sinceNanos = worker.nowNanos();
        }
        readMore();
    }

    void onBadProxyHeader(String why) {
        worker.readClock();
        worker.counters().malformed.increment();
        closeInTrouble("its PROXY header is bad: " + why);
    }

    private void closeInTrouble(String what) {
        worker.peerTroubles().closed(peer.address(), what, worker.nowNanos());
        farewell.cutOff();
    }

    /** The TLS handshake is done. */
    void onSecured() {
        worker.readClock();
        if (state == State.SHAKING_HANDS) {
            state = State.AWAITING_HEAD;
            sinceNanos = worker.nowNanos();
        }
    }

    void onRead(ByteBuf read) {
        worker.readClock();
        if (state == State.CLOSED) {
            read.release();
            return;
        }
        if (state == State.AWAITING_HEAD && inbox.isEmpty()) {
            sinceNanos = worker.nowNanos();
        }
        inbox.add(read, channel.alloc());
        advance();
    }

    void onWritabilityChanged() {
        worker.readClock();
        if (!channel.isWritable()) {
            return;
        }
        if (exchange != null) {
            exchange.onClientWritable();
        } else {
            advance();
        }
    }

    void onInputShutdown() {
        worker.readClock();
        inputShut = true;
        advance();
    }

    void onClosed() {
        worker.readClock();
        if (state == State.CLOSED) {
            return;
        }
        state = State.CLOSED;
        worker.closed(this);
        worker.connectionLimit().leave(entry);
        Exchange ended = exchange;
        exchange = null;
        if (ended != null) {
            ended.onClientGone();
        }
        ticket.release(worker.nowNanos());
        inbox.clear();
    }

    // --- what to do with what is there --------------------------------------------------------

    /** Takes from the inbox what can be taken now, then sees to it that more comes. A loop, not a recursion. */
    void advance() {
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
            case AWAITING_PROXY_HEADER -> false;
            // What a client asks while it doesn't take its answers waits: else its next ones would pile up here.
            case AWAITING_HEAD -> !inbox.isEmpty() && channel.isWritable() && parseHead();
            case FORWARDING -> passBody();
            case DISCARDING -> discardBody();
            case LINGERING -> {
                lingeredBytes += inbox.size();
                lingeredNanos = worker.nowNanos();
                inbox.clear();
                if (lingeredBytes > MOST_LINGERED_BYTES) {
                    channel.close();
                }
                yield false;
            }
            case SHAKING_HANDS, CLOSED -> false;
        };
    }

    private void readMore() {
        boolean wanted = inbox.isEmpty()
                ? state != State.FORWARDING || body.isDone() || (exchange != null && exchange.wantsBody())
                : state == State.AWAITING_HEAD && channel.isWritable();
        if (!wanted || state == State.CLOSED) {
            return;
        }
        if (inputShut) {
            onEndOfInput();
        } else {
            channel.read();
        }
    }

    private boolean parseHead() {
        RequestHead head = worker.requestHead();
        byte[] scratch = worker.scratch();
        int length = inbox.peek(scratch, scratch.length);
        if (scratch[0] == '\r' && !emptyLineSkipped) {
            return skipEmptyLine(scratch, length);
        }
        switch (head.parse(scratch, length, worker.options().maxHeadBytes())) {
            case INCOMPLETE -> {
                return false;
            }
            case INVALID -> refuseMalformed(head.fault());
            case COMPLETE -> {
                onHead(head);
            }
        }
        return true;
    }

    /** One empty line before a head is taken for nothing, as RFC 9112, 2.2 asks; a second one is malformed. */
    private boolean skipEmptyLine(byte[] bytes, int length) {
        if (length == 1) {
            return false;
        }
        emptyLineSkipped = true;
        if (bytes[1] == '\n') {
            inbox.skip(EMPTY_LINE_BYTES);
        }
        return !inbox.isEmpty();
    }

    private boolean passBody() {
        Exchange current = exchange;
        if (current == null || body.isDone() || inbox.isEmpty() || !current.takesBody()) {
            return false;
        }
        int mine = advanceBody();
        pace.uploaded(mine);
        if (body.isInvalid()) {
            current.onMalformedBody();
        } else {
            current.onBody(inbox.take(mine), body.content(mine), body.isDone());
        }
        return true;
    }

    private boolean discardBody() {
        if (body.isDone()) {
            awaitHead();
            return true;
        }
        if (inbox.isEmpty()) {
            return false;
        }
        int mine = advanceBody();
        if (body.isInvalid()) {
            channel.close();
            return false;
        }
        inbox.skip(mine);
        return true;
    }

    private int advanceBody() {
        ByteBuf bytes = inbox.view();
        return body.advance(bytes, bytes.readerIndex(), bytes.writerIndex());
    }

    // --- a request ----------------------------------------------------------------------------

    private void onHead(RequestHead head) {
        if (entry == ConnectionLimit.Entry.TOLD) {
            answerAndEnd(Kind.TOO_MANY_CONNECTIONS, head.method() == RequestHead.Method.HEAD);
            return;
        }
        sinceNanos = worker.nowNanos();
        pace.uploadHeld();
        emptyLineSkipped = false;
        http10 = head.isHttp10();
        keepAlive = head.isKeepAlive() && !worker.isDraining();
        if (head.isChunked()) {
            body.beginChunked();
        } else {
            body.beginLength(Math.max(0, head.contentLength()));
        }
        Gate.Decision decision = worker.gate().decide(head, ticket, sinceNanos);
        if (decision instanceof Gate.Decision.Refuse refuse) {
            inbox.skip(head.length());
            worker.counters().rejected.increment();
            refuse(head, refuse);
        } else {
            ByteBuf received = inbox.take(head.length());
            worker.counters().forwarded.increment();
            state = State.FORWARDING;
            Exchange started = new Exchange(this, worker, head, ticket);
            exchange = started;
            started.start(RequestRewriter.rewrite(head, peer.client(head), received, channel.alloc()));
        }
    }

    /**
     * Answers a request whose body nobody reads. A client that asked for a 100 has not sent the body and may never send
     * it: what comes next on this connection could be either, so it ends here.
     */
    private void refuse(RequestHead head, Gate.Decision.Refuse refuse) {
        boolean small = !head.isChunked() && head.contentLength() <= MOST_DISCARDED_BYTES;
        if ((head.expectsContinue() && head.hasBody()) || !small) {
            keepAlive = false;
        }
        write(worker.answers().refusal(channel.alloc(), refuse, head, then()));
        flush();
        if (keepAlive) {
            state = State.DISCARDING;
        } else {
            beginLinger();
        }
    }

    private void refuseMalformed(Fault fault) {
        worker.counters().malformed.increment();
        answerAndEnd(
                switch (fault.status()) {
                    case 405 -> Kind.METHOD;
                    case 417 -> Kind.EXPECTATION;
                    default -> fault == Fault.HEAD_TOO_LARGE ? Kind.HEAD_TOO_LARGE : Kind.MALFORMED;
                },
                false);
    }

    // --- for the exchange ---------------------------------------------------------------------

    ByteBufAllocator alloc() {
        return channel.alloc();
    }

    /** How the connection goes on after the answer to this request. */
    Then then() {
        if (!keepAlive) {
            return Then.CLOSE;
        }
        return http10 ? Then.KEEP_1_0 : Then.KEEP;
    }

    /** The exchange's answer says {@code Connection: close}. */
    void endAfterThis() {
        keepAlive = false;
    }

    boolean requestDone() {
        return body.isDone();
    }

    boolean isWritable() {
        return channel.isWritable();
    }

    /** From now on a read brings no more than that. */
    void readAtMost(long bytes) {
        sizes.atMost(bytes);
    }

    void uploadHeld() {
        pace.uploadHeld();
    }

    void write(ByteBuf bytes) {
        pace.written(bytes.readableBytes());
        channel.write(bytes, channel.voidPromise());
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
        advance();
    }

    /** The exchange is over without an answer. */
    void exchangeFailed(Kind kind, boolean answersHead) {
        exchange = null;
        answerAndEnd(kind, answersHead);
        advance();
    }

    /** The answer broke off: the client must see that it isn't whole. */
    void abort() {
        exchange = null;
        farewell.cutOff();
    }

    /** Likewise where the end of the connection would be the end of the answer: it is reset. */
    void abortUndelimited() {
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        abort();
    }

    /** Runs it when all that was written has left, or never will. */
    void whenWritten(Runnable action) {
        PendingWrites.whenGone(channel, action);
    }

    // --- ends ---------------------------------------------------------------------------------

    /** The sidecar is about to stop: from now on answers say that they are the last, unless they have begun. */
    void drain() {
        if (state == State.FORWARDING && (exchange == null || !exchange.hasBegunAnswer())) {
            keepAlive = false;
        }
    }

    private void awaitHead() {
        state = State.AWAITING_HEAD;
        sinceNanos = worker.nowNanos();
    }

    private void answerAndEnd(Kind kind, boolean answersHead) {
        keepAlive = false;
        write(worker.answers().failure(channel.alloc(), kind, answersHead, Then.CLOSE));
        flush();
        beginLinger();
    }

    private void beginLinger() {
        state = State.LINGERING;
        sinceNanos = worker.nowNanos();
        // Behind all that was written before.
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
            worker.readClock();
            sinceNanos = worker.nowNanos();
            if (!written.isSuccess() || inputShut) {
                channel.close();
            } else {
                farewell.endOutput();
            }
        });
    }

    /** The client has shut its side and all that it had sent has been taken. */
    private void onEndOfInput() {
        switch (state) {
            case AWAITING_PROXY_HEADER, SHAKING_HANDS -> channel.close();
            case FORWARDING -> {
                // A client may shut its side after its request and still read. In the middle of it, it is gone.
                if (!body.isDone()) {
                    channel.close();
                }
                keepAlive = false;
            }
            case AWAITING_HEAD, DISCARDING, LINGERING ->
                // Behind what is still on its way.
                channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            case CLOSED -> {}
        }
    }

    /**
     * Looks whether the client's time is up. What it has not taken yet of its answers holds all other clocks but the
     * exchange's: how long that may last is told by its pace.
     *
     * @return whether {@link #onLate} is to be called
     */
    boolean isLate(long nowNanos) {
        long pendingBytes = PendingWrites.bytes(channel);
        boolean awaitsUpload = exchange != null && exchange.awaitsUpload();
        found = pace.sweep(nowNanos, awaitsUpload, pendingBytes, worker.options(), kernel);
        if (found != ClientPace.Finding.FINE) {
            return true;
        }
        if (pendingBytes > 0 && state != State.FORWARDING && state != State.SHAKING_HANDS) {
            sinceNanos = nowNanos;
            return false;
        }
        long passedNanos = nowNanos - sinceNanos;
        return switch (state) {
            case AWAITING_PROXY_HEADER, SHAKING_HANDS ->
                passedNanos > worker.options().headTimeoutNanos() || worker.isOverdue(sinceNanos, nowNanos);
            case AWAITING_HEAD ->
                passedNanos > headPatienceNanos() || (isUnasked() && worker.isOverdue(sinceNanos, nowNanos));
            case FORWARDING -> exchange != null && exchange.isLate(nowNanos);
            case DISCARDING -> passedNanos > LINGER_NANOS;
            case LINGERING ->
                passedNanos > LINGER_NANOS || worker.isOverdue(Math.max(sinceNanos, lingeredNanos), nowNanos);
            case CLOSED -> false;
        };
    }

    private long headPatienceNanos() {
        // Who has been let in only to be told something should not hold its place for long.
        return isUnasked() && entry == ConnectionLimit.Entry.SERVED
                ? worker.options().idleTimeoutNanos()
                : worker.options().headTimeoutNanos();
    }

    /** Between two requests, with nothing of the next one there. */
    private boolean isUnasked() {
        return state == State.AWAITING_HEAD && inbox.isEmpty();
    }

    /** An empty line before a head is none of it: some clients send one behind a body. */
    private boolean headBegun() {
        return inbox.size() > EMPTY_LINE_BYTES;
    }

    void onLate() {
        if (state == State.AWAITING_PROXY_HEADER && !worker.isDraining()) {
            onBadProxyHeader("it did not come in time");
        } else if (found == ClientPace.Finding.SLOW_READER) {
            worker.counters().slowReaders.increment();
            // With a reset: what lies in the kernel for it goes too, and an answer without a length doesn't look whole.
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            farewell.cutOff();
        } else if (state == State.FORWARDING && exchange != null) {
            if (found == ClientPace.Finding.SLOW_UPLOAD) {
                worker.counters().slowUploads.increment();
                exchange.onSlowUpload();
            } else {
                exchange.onLate();
            }
        } else if (state == State.AWAITING_HEAD && headBegun()) {
            worker.counters().malformed.increment();
            answerAndEnd(Kind.TOO_SLOW, false);
            advance();
        } else if (isUnasked() && worker.isDraining()) {
            beginLinger();
            advance();
        } else if (state == State.AWAITING_HEAD) {
            channel.close();
        } else {
            farewell.cutOff();
        }
    }
}
