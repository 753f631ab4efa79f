package dev.sluice.proxy.http;

import dev.sluice.limits.Ticket;
import dev.sluice.proxy.http.Answers.Kind;
import dev.sluice.proxy.http.Answers.Then;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.http1.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One admitted request and its answer, streamed between a client and RGW.
 *
 * <p>What holds whatever happens:
 * <ul>
 *   <li>A request is sent a second time only if it has no body, changes nothing, and a reused connection closed before
 *       a byte of the answer came.
 *   <li>An upstream connection is used again only after a whole request and a whole answer, both keep-alive, with
 *       nothing behind the answer.
 *   <li>An answer that comes before the end of the upload is passed on at once; the rest of the upload is dropped.
 *   <li>A limit on bytes holds a transfer back by not reading from its sender, never by keeping what was read.
 *   <li>The ticket is committed when RGW gets the request and released at the end, whatever end it is.
 * </ul>
 */
final class Exchange {
    private static final ByteBuf CONTINUE = Unpooled.unreleasableBuffer(Unpooled.directBuffer()
                    .writeBytes("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII)))
            .asReadOnly();
    private static final int SWITCHING_PROTOCOLS = 101;

    private final RequestTurns client;
    private final Worker worker;
    private final Ticket ticket;
    private final Hold answerHold;
    private final Hold uploadHold;
    private final boolean answersHead;
    private final boolean changesNothing;
    private final boolean expectsContinue;
    private final boolean http10;
    /** The head as RGW gets it, kept while it may have to be sent again. */
    private @Nullable ByteBuf keptHead;

    private int keptHeadStart;

    private @Nullable UpstreamConnection upstream;
    private boolean requestDone;
    private boolean bodyBegun;
    private boolean continued;
    private boolean answerBegun;
    private boolean answerDone;
    /** The answer is an error and the request isn't at its end: RGW wants no more of it. */
    private boolean refusesBody;

    private boolean upstreamReusable;
    private boolean endsWithConnection;
    private boolean ended;
    private boolean waitsForClient;
    private long progressNanos;
    /** Where the request lists objects to delete. */
    private @Nullable DeleteCharge deletes;

    Exchange(RequestTurns client, Worker worker, RequestHead head, Ticket ticket) {
        this.client = client;
        this.worker = worker;
        this.ticket = ticket;
        this.answerHold = client.answerHold();
        this.uploadHold = client.uploadHold();
        this.answersHead = head.method() == RequestHead.Method.HEAD;
        this.changesNothing = !head.hasBody() && (answersHead || head.method() == RequestHead.Method.GET);
        this.expectsContinue = head.expectsContinue();
        this.http10 = head.isHttp10();
        this.requestDone = !head.hasBody();
    }

    // --- towards RGW --------------------------------------------------------------------------

    /** Each object that the body lists counts; to be called before the begin. */
    void chargeDeletes(DeleteCharge charge) {
        deletes = charge;
    }

    /** Begins; takes over the head. */
    void start(ByteBuf head) {
        worker.counters().exchanges.increment();
        progressed();
        UpstreamConnection idle = worker.pool().takeIdle();
        if (idle == null) {
            connect(head);
            return;
        }
        worker.counters().upstreamReuses.increment();
        if (changesNothing) {
            keptHead = head.retain();
            keptHeadStart = head.readerIndex();
        }
        send(idle, head);
    }

    private void connect(ByteBuf head) {
        ChannelFuture connecting = worker.pool().connect();
        if (!connecting.channel().isRegistered() && connecting.isDone()) {
            // There is not even a socket, as when no more files may be opened: such a future knows no event loop.
            head.release();
            fail(Kind.UNREACHABLE);
            return;
        }
        connecting.addListener(done -> onConnected(connecting.channel(), done.isSuccess(), head));
    }

    private void onConnected(Channel channel, boolean success, ByteBuf head) {
        worker.readClock();
        if (ended || !success) {
            head.release();
            channel.close();
            if (!ended) {
                fail(Kind.UNREACHABLE);
            }
            return;
        }
        worker.counters().upstreamConnects.increment();
        send(channel.pipeline().get(UpstreamHandler.class).connection(), head);
        client.advance();
    }

    private void send(UpstreamConnection connection, ByteBuf head) {
        upstream = connection;
        client.uploadHeld();
        connection.begin(this);
        ticket.commit();
        progressed();
        connection.write(head);
        // What there is of a body leaves in the same write; a client that waits for a 100 sends none before.
        if (!client.hasBody() || !connection.isWritable()) {
            connection.flush();
        }
        client.advance();
        connection.read(ticket.mayRead(progressNanos));
    }

    /**
     * Whether more of the body is to be read from the client now. If only limits are in the way, the client's connection
     * is told to go on when they may have room.
     */
    boolean wantsBody() {
        if (!takesBody() || uploadHold.isOn()) {
            return false;
        }
        long most = ticket.mayWrite(worker.nowNanos());
        if (most > 0) {
            client.readAtMost(most);
            return true;
        }
        client.uploadHeld();
        // Then as after any other time in which the body was not taken.
        uploadHold.begin(ticket.writeWaitNanos(), this::onUpstreamWritable);
        return false;
    }

    /** Whether a part of the body would be passed on now. What an error answers is not read to its end. */
    boolean takesBody() {
        return upstream != null && upstream.isWritable() && !refusesBody;
    }

    /**
     * A part of the body, which this takes over.
     *
     * @param contentBytes how much of it is content, and not framing
     */
    void onBody(ByteBuf part, int contentBytes, boolean last) {
        progressed();
        bodyBegun = true;
        UpstreamConnection connection = upstream;
        if (connection == null) {
            part.release();
            return;
        }
        worker.counters().bytesFromClients.add(contentBytes);
        ticket.writtenBytes(contentBytes, progressNanos);
        if (deletes != null) {
            deletes.onBody(part, progressNanos);
        }
        requestDone = last;
        connection.write(part);
        connection.flush();
    }

    void onMalformedBody() {
        worker.counters().malformed.increment();
        end(Kind.MALFORMED);
    }

    void onUpstreamWritable() {
        progressed();
        client.uploadHeld();
        client.advance();
    }

    // --- towards the client -------------------------------------------------------------------

    void onUpstreamRead(UpstreamConnection connection, ByteBuf read) {
        progressed();
        if (ended || answerDone) {
            // Something behind the answer: nobody asked for it, and nothing on this connection can be trusted now.
            upstreamReusable = false;
            read.release();
        } else if (answerBegun) {
            passAnswer(connection, read);
        } else {
            connection.inbox().add(read, client.alloc());
            parseAnswer(connection);
        }
    }

    private void parseAnswer(UpstreamConnection connection) {
        ResponseHead head = worker.responseHead();
        byte[] scratch = worker.scratch();
        Inbox inbox = connection.inbox();
        while (!ended && !answerBegun && !inbox.isEmpty()) {
            int length = inbox.peek(scratch, scratch.length);
            switch (head.parse(scratch, length, worker.options().maxHeadBytes())) {
                case INCOMPLETE -> {
                    return;
                }
                case INVALID -> fail(Kind.BROKE_OFF);
                case COMPLETE -> {
                    if (head.isInformational()) {
                        inbox.skip(head.length());
                        onInformational(head.status());
                    } else {
                        onAnswerHead(connection, head);
                    }
                }
            }
        }
    }

    private void onInformational(int status) {
        if (status == SWITCHING_PROTOCOLS) {
            fail(Kind.BROKE_OFF);
        } else if (status == 100 && expectsContinue && !continued) {
            continued = true;
            client.uploadHeld();
            client.write(CONTINUE.duplicate());
        }
    }

    private void onAnswerHead(UpstreamConnection connection, ResponseHead head) {
        answerBegun = true;
        releaseKeptHead();
        BodyFraming body = connection.body();
        body.begin(head, answersHead);
        refusesBody = head.status() >= 400;
        // To a request of HTTP/1.0 RGW says goodbye, whether it mentions it or not.
        upstreamReusable = requestDone && !body.endsWithConnection() && head.isKeepAlive() && !http10;
        if (!requestDone || body.endsWithConnection()) {
            client.endAfterThis();
        }
        endsWithConnection = body.endsWithConnection();
        Inbox inbox = connection.inbox();
        int headBytes = head.length();
        ByteBuf view = inbox.view();
        int bodyBytes = body.advance(view, view.readerIndex() + headBytes, view.writerIndex());
        if (body.isInvalid()) {
            // Nothing of it has gone to the client yet.
            answerBegun = false;
            fail(Kind.BROKE_OFF);
            return;
        }
        countAnswer(body.content(bodyBytes));
        Then then = client.then();
        if (AnswerRewriter.passesUntouched(head, then)) {
            client.write(inbox.take(headBytes + bodyBytes));
        } else {
            client.write(AnswerRewriter.rewrite(head, then, client.alloc()));
            inbox.skip(headBytes);
            if (bodyBytes > 0) {
                client.write(inbox.take(bodyBytes));
            }
        }
        answerDone = body.isDone();
        if (!inbox.isEmpty()) {
            upstreamReusable = false;
            inbox.clear();
        }
    }

    private void passAnswer(UpstreamConnection connection, ByteBuf read) {
        BodyFraming body = connection.body();
        int bodyBytes = body.advance(read, read.readerIndex(), read.writerIndex());
        if (body.isInvalid()) {
            read.release();
            fail(Kind.BROKE_OFF);
            return;
        }
        countAnswer(body.content(bodyBytes));
        if (bodyBytes == read.readableBytes()) {
            client.write(read);
        } else {
            client.write(read.readRetainedSlice(bodyBytes));
            read.release();
            upstreamReusable = false;
        }
        answerDone = body.isDone();
    }

    private void countAnswer(int contentBytes) {
        worker.counters().bytesToClients.add(contentBytes);
        ticket.readBytes(contentBytes, progressNanos);
    }

    void onUpstreamReadComplete() {
        client.flush();
        UpstreamConnection connection = upstream;
        if (ended || connection == null) {
            return;
        }
        if (answerDone) {
            complete();
        } else {
            readOn(connection);
        }
    }

    /** Reads more of the answer when the client takes it and limits on bytes have room for it. */
    private void readOn(UpstreamConnection connection) {
        if (answerHold.isOn()) {
            return;
        }
        if (!client.isWritable()) {
            waitsForClient = true;
            return;
        }
        long most = ticket.mayRead(worker.nowNanos());
        if (most > 0) {
            connection.readRest(most);
        } else {
            answerHold.begin(ticket.readWaitNanos(), this::onAnswerHoldOver);
        }
    }

    private void onAnswerHoldOver() {
        progressed();
        if (upstream != null) {
            readOn(upstream);
        }
    }

    void onClientWritable() {
        progressed();
        if (waitsForClient && upstream != null) {
            waitsForClient = false;
            readOn(upstream);
        }
    }

    // --- ends ---------------------------------------------------------------------------------

    private void complete() {
        UpstreamConnection connection = upstream;
        release();
        if (connection != null) {
            if (upstreamReusable && requestDone) {
                connection.giveBack();
            } else {
                connection.close();
            }
        }
        client.exchangeEnded();
    }

    void onUpstreamClosed(UpstreamConnection connection) {
        upstream = null;
        if (ended) {
            return;
        }
        ByteBuf head = keptHead;
        boolean endedByClosing = answerBegun && connection.body().endsWithConnection() && !connection.isBroken();
        if (answerDone || endedByClosing) {
            client.flush();
            complete();
        } else if (head != null && !answerBegun && connection.inbox().isEmpty()) {
            keptHead = null;
            worker.counters().retried.increment();
            connect(head.readerIndex(keptHeadStart));
        } else {
            fail(Kind.BROKE_OFF);
        }
    }

    private void fail(Kind kind) {
        worker.counters().upstreamFailed.increment();
        end(kind);
    }

    private void end(Kind kind) {
        UpstreamConnection connection = upstream;
        release();
        if (connection != null) {
            connection.close();
        }
        if (answerBegun) {
            client.flush();
            if (endsWithConnection) {
                client.abortUndelimited();
            } else {
                client.abort();
            }
        } else {
            client.exchangeFailed(kind, answersHead);
        }
    }

    /** The client closed, or stopped in the middle of its request. */
    void onClientGone() {
        if (ended) {
            return;
        }
        worker.counters().clientGone.increment();
        UpstreamConnection connection = upstream;
        release();
        if (connection != null) {
            connection.close();
        }
    }

    private void release() {
        ended = true;
        upstream = null;
        releaseKeptHead();
        answerHold.lift();
        uploadHold.lift();
        client.readAtMost(Long.MAX_VALUE);
        // A drain waits for what is still on its way to the client.
        client.whenWritten(worker.exchangeOver());
        ticket.release(worker.nowNanos());
    }

    private void releaseKeptHead() {
        ByteBuf head = keptHead;
        keptHead = null;
        if (head != null) {
            head.release();
        }
    }

    // --- timeouts -----------------------------------------------------------------------------

    private void progressed() {
        progressNanos = worker.nowNanos();
    }

    /** RGW has its own patience; a client that sends nothing has the idle timeout; who takes nothing, {@link ClientPace}. */
    boolean isLate(long nowNanos) {
        long patienceNanos = awaitsUpload()
                ? worker.options().idleTimeoutNanos()
                : worker.options().responseTimeoutNanos();
        return !ended && !waitsForClient && nowNanos - progressNanos > patienceNanos;
    }

    /** Whether more of the body is awaited and nobody but the client is in the way of it. */
    boolean awaitsUpload() {
        boolean waitsForContinue = expectsContinue && !continued && !bodyBegun;
        return !requestDone && takesBody() && !uploadHold.isOn() && !waitsForContinue;
    }

    boolean hasBegunAnswer() {
        return answerBegun;
    }

    void onLate() {
        if (awaitsUpload()) {
            onSlowUpload();
        } else {
            fail(Kind.NO_ANSWER);
        }
    }

    void onSlowUpload() {
        worker.counters().malformed.increment();
        end(Kind.TOO_SLOW);
    }
}
