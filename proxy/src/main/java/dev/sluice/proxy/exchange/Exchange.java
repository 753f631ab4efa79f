package dev.sluice.proxy.exchange;

import dev.sluice.limits.admission.Ticket;
import dev.sluice.proxy.downstream.ClientRateCheck;
import dev.sluice.proxy.downstream.RequestSequencer;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.loop.LoopContext;
import dev.sluice.proxy.response.ErrorResponses.Kind;
import dev.sluice.proxy.upstream.UpstreamConnection;
import dev.sluice.proxy.upstream.UpstreamHandler;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
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
public final class Exchange {
    private final RequestSequencer client;
    private final LoopContext worker;
    private final Ticket ticket;
    private final Upload upload;
    private final Download download;
    private final boolean changesNothing;
    /** The head as RGW gets it, kept while it may have to be sent again. */
    private @Nullable ByteBuf keptHead;

    private int keptHeadStart;

    private @Nullable UpstreamConnection upstream;
    private boolean ended;
    private long progressNanos;

    /** Of a request whose body and answer have begun with its head. */
    public Exchange(
            RequestSequencer client,
            LoopContext worker,
            RequestHead head,
            Ticket ticket,
            Upload upload,
            Download download) {
        this.client = client;
        this.worker = worker;
        this.ticket = ticket;
        this.upload = upload;
        this.download = download;
        this.changesNothing = !head.hasBody() && (download.answersHead() || head.method() == RequestHead.Method.GET);
    }

    // --- towards RGW --------------------------------------------------------------------------

    /** Begins; takes over the head. */
    public void start(ByteBuf head) {
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
        upload.hold();
        connection.begin(this);
        ticket.commit();
        progressed();
        connection.write(head);
        // What there is of a body leaves in the same write; a client that waits for a 100 sends none before.
        if (!client.hasBody() || !connection.isWritable()) {
            connection.flush();
        }
        client.advance();
        connection.read(ticket.download().mayMove(progressNanos));
    }

    /**
     * Whether more of the body is to be read from the client now. If only limits are in the way, the client's connection
     * is told to go on when they may have room.
     */
    public boolean wantsBody() {
        // Then as after any other time in which the body was not taken.
        return takesBody() && upload.mayBeRead(this::onUpstreamWritable);
    }

    /** Whether a part of the body would be passed on now. What an error answers is not read to its end. */
    public boolean takesBody() {
        return upstream != null && upstream.isWritable() && !upload.isRefused();
    }

    /**
     * A part of the body, which this takes over.
     *
     * @param contentBytes how much of it is content, and not framing
     */
    public void onBody(ByteBuf part, int contentBytes, boolean last) {
        progressed();
        if (upstream == null) {
            part.release();
        } else {
            upload.pass(upstream, part, contentBytes, last);
        }
    }

    public void onMalformedBody() {
        worker.counters().malformed.increment();
        end(Kind.MALFORMED);
    }

    public void onUpstreamWritable() {
        progressed();
        upload.hold();
        client.advance();
    }

    // --- towards the client -------------------------------------------------------------------

    public void onUpstreamRead(UpstreamConnection connection, ByteBuf read) {
        progressed();
        if (ended) {
            read.release();
            return;
        }
        boolean sane = download.read(connection, read);
        if (download.isBegun()) {
            releaseKeptHead();
        }
        if (!sane) {
            fail(Kind.BROKE_OFF);
        }
    }

    public void onUpstreamReadComplete() {
        client.flush();
        if (ended || upstream == null) {
            return;
        }
        if (download.isDone()) {
            complete();
        } else {
            download.readOn(upstream, this::onMayReadOn);
        }
    }

    /** What held the answer may be over. */
    private void onMayReadOn() {
        progressed();
        if (upstream != null) {
            download.readOn(upstream, this::onMayReadOn);
        }
    }

    public void onClientWritable() {
        if (download.waitsForClient()) {
            onMayReadOn();
        } else {
            progressed();
        }
    }

    // --- ends ---------------------------------------------------------------------------------

    private void complete() {
        UpstreamConnection connection = upstream;
        release();
        if (connection != null) {
            if (download.isReusable() && upload.isDone()) {
                connection.giveBack();
            } else {
                connection.close();
            }
        }
        client.exchangeEnded();
    }

    public void onUpstreamClosed(UpstreamConnection connection) {
        upstream = null;
        if (ended) {
            return;
        }
        ByteBuf head = keptHead;
        boolean endedByClosing = download.isBegun() && download.endsWithConnection() && !connection.isBroken();
        if (download.isDone() || endedByClosing) {
            client.flush();
            complete();
        } else if (head != null && !download.isBegun() && connection.inbox().isEmpty()) {
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
        closeUpstream();
        if (!download.isBegun()) {
            client.exchangeFailed(kind, download.answersHead());
            return;
        }
        client.flush();
        if (download.endsWithConnection()) {
            client.abortUndelimited();
        } else {
            client.abort();
        }
    }

    /** The client closed, or stopped in the middle of its request. */
    public void onClientGone() {
        if (!ended) {
            worker.counters().clientGone.increment();
            closeUpstream();
        }
    }

    private void closeUpstream() {
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
        upload.end();
        download.end();
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

    /** RGW has its own patience; a client that sends nothing has the idle timeout; who takes nothing, {@link ClientRateCheck}. */
    public boolean isLate(long nowNanos) {
        long patienceNanos = awaitsUpload()
                ? worker.options().idleTimeoutNanos()
                : worker.options().responseTimeoutNanos();
        return !ended && !download.waitsForClient() && nowNanos - progressNanos > patienceNanos;
    }

    /** Whether more of the body is awaited and nobody but the client is in the way of it. */
    public boolean awaitsUpload() {
        return takesBody() && upload.isAwaited();
    }

    public boolean hasBegunAnswer() {
        return download.isBegun();
    }

    public void onLate() {
        if (awaitsUpload()) {
            onSlowUpload();
        } else {
            fail(Kind.NO_ANSWER);
        }
    }

    public void onSlowUpload() {
        worker.counters().malformed.increment();
        end(Kind.TOO_SLOW);
    }
}
