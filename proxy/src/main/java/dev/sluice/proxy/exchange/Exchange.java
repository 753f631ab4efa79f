package dev.sluice.proxy.exchange;

import dev.sluice.limits.admission.Ticket;
import dev.sluice.proxy.clientaddress.ClientAddress;
import dev.sluice.proxy.http1.HttpMethod;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.loop.LoopContext;
import dev.sluice.proxy.response.ErrorKind;
import dev.sluice.proxy.s3.DeleteListForm;
import dev.sluice.proxy.upstream.ConnectAttempt;
import dev.sluice.proxy.upstream.UpstreamConnection;
import dev.sluice.proxy.upstream.UpstreamListener;
import dev.sluice.proxy.upstream.UpstreamPool;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One admitted request and its response, streamed between a client and RGW. There is one for each client connection; it
 * is reused from request to request. Belongs to one event loop.
 *
 * <p>Invariants:
 * <ul>
 *   <li>A request is sent again only if it is a GET or HEAD without a body, and a reused connection closed unanswered.
 *   <li>An upstream connection is used again only after a whole request and response, both keep-alive, nothing behind.
 *   <li>A response before the end of the upload is passed on at once. After an error the rest of the upload is dropped.
 *   <li>A limit on bytes slows a transfer down by not reading from its sender, never by buffering.
 *   <li>The ticket is committed when RGW gets the request and released at the end, however the exchange ends.
 *   <li>Calls go one way: a call from the client's side returns its result, and only an event of the upstream connection
 *       or of a timer calls the {@link ExchangeListener}.
 * </ul>
 */
public final class Exchange implements UpstreamListener {
    private final LoopContext loop;
    private final UpstreamPool pool;
    private final ExchangeTimeouts timeouts;
    private final Ticket ticket;
    private final RequestBodySource source;
    private final ResponseSink client;
    private final Upload upload;
    private final Download download;
    private final ExchangeListener listener;
    private final ByteBufAllocator allocator;
    private final ExchangeTimes times;
    private final Runnable onWritten;
    private final Runnable onUploadResumed = this::wantBody;
    private final Runnable onDownloadResumed = this::readMore;

    private boolean active;
    private boolean repeatable;
    /** Upstream could not take a part of the body that was offered, or nothing was read because of that. */
    private boolean bodyBlocked;
    /** The head as RGW gets it: until it is sent, or for as long as it may have to be sent again. */
    private @Nullable ByteBuf keptHead;

    private int keptHeadStart;
    private @Nullable ConnectAttempt connecting;
    private @Nullable UpstreamConnection upstream;

    /**
     * For one client connection.
     *
     * @param ticket what the connection's current request holds of its limits
     * @param listener of the same connection
     */
    public Exchange(
            LoopContext loop,
            UpstreamPool pool,
            ExchangeTimeouts timeouts,
            Ticket ticket,
            RequestBodySource source,
            ResponseSink client,
            Upload upload,
            Download download,
            ByteBufAllocator allocator,
            ExchangeListener listener) {
        this.loop = loop;
        this.pool = pool;
        this.timeouts = timeouts;
        this.ticket = ticket;
        this.source = source;
        this.client = client;
        this.upload = upload;
        this.download = download;
        this.allocator = allocator;
        this.listener = listener;
        this.times = new ExchangeTimes(loop);
        this.onWritten = loop.counters().exchanges::decrement;
    }

    // --- towards RGW --------------------------------------------------------------------------

    /** Another request. The head is valid until {@link #start} returns; who observes its response, if anybody does. */
    public void begin(RequestHead head, @Nullable ResponseObserver observer) {
        upload.begin(head);
        download.begin(head, observer);
        repeatable = !head.hasBody() && (head.method() == HttpMethod.GET || head.method() == HttpMethod.HEAD);
        bodyBlocked = false;
        active = true;
        times.begin();
    }

    /** Charges each object that the body lists as one delete. To be called after {@link #begin}. */
    public void chargeListedDeletes(RequestHead head, DeleteListForm form) {
        upload.chargeDeletes(head, form);
    }

    /**
     * Sends the request's head, on an idle connection or on a new one.
     *
     * @param from where the request comes from
     * @param received the bytes of the head and nothing behind them; this takes them over
     */
    public void start(RequestHead head, ClientAddress from, ByteBuf received) {
        times.onProgress();
        ByteBuf rewritten = RequestRewriter.rewrite(head, from, received, allocator);
        UpstreamConnection idle = pool.takeIdle();
        if (idle == null) {
            connect(rewritten);
        } else {
            loop.counters().upstreamReuses.increment();
            if (repeatable) {
                keptHead = rewritten.retain();
                keptHeadStart = rewritten.readerIndex();
            }
            send(idle, rewritten);
        }
        times.onSent(ticket, from.address(), head.method());
    }

    private void connect(ByteBuf head) {
        keptHead = head;
        connecting = pool.connect(this);
    }

    @Override
    public void onConnected(UpstreamConnection connection) {
        ByteBuf head = Objects.requireNonNull(keptHead, "a connection without a request");
        connecting = null;
        keptHead = null;
        send(connection, head);
        listener.onBodyWanted();
    }

    @Override
    public void onConnectFailed() {
        connecting = null;
        fail(ErrorKind.UPSTREAM_UNREACHABLE);
    }

    private void send(UpstreamConnection connection, ByteBuf head) {
        upstream = connection;
        upload.onHeadSent();
        connection.begin(this);
        ticket.commit();
        times.onProgress();
        connection.write(head);
        // A part of the body that is there leaves in the same system call. A client that expects a 100 sends none yet.
        if (!source.hasBody() || !connection.isWritable()) {
            connection.flush();
        }
        connection.read(ticket.download().mayMove(times.progressNanos()));
    }

    /** Whether more of the body is to be read from the client. If not, the listener is called when it is. */
    public boolean wantsBody() {
        return takesBody() && upload.mayBeRead(onUploadResumed);
    }

    /** Whether a part of the body would be passed on now. If not, the listener is called when it would. */
    public boolean takesBody() {
        bodyBlocked = !isBodySendable();
        return !bodyBlocked;
    }

    /** After an error response the body is not read to its end. */
    private boolean isBodySendable() {
        return upstream != null && upstream.isWritable() && !upload.isRefused();
    }

    /**
     * Passes a part of the body on, which this takes over.
     *
     * @param contentBytes how much of it is content and not chunk framing
     * @param last whether the body ends with this part
     */
    public void onBody(ByteBuf part, int contentBytes, boolean last) {
        times.onBody(last);
        if (upstream == null) {
            part.release();
        } else {
            upload.pass(upstream, part, contentBytes, last);
        }
    }

    @Override
    public void onUpstreamWritable() {
        times.onProgress();
        upload.holdBack();
        // Also called while a part of the body is being written: the caller then offers the next part itself.
        if (bodyBlocked) {
            bodyBlocked = false;
            listener.onBodyWanted();
        }
    }

    /** Limits on bytes may have room for the body again. */
    private void wantBody() {
        times.onProgress();
        upload.holdBack();
        listener.onBodyWanted();
    }

    // --- towards the client -------------------------------------------------------------------

    @Override
    public void onUpstreamRead(UpstreamConnection connection, ByteBuf read) {
        times.onProgress();
        if (!active) {
            read.release();
            return;
        }
        boolean isBegun = download.isBegun();
        boolean valid = download.pass(connection, read);
        if (!isBegun && download.isBegun()) {
            releaseKeptHead();
            times.onResponse(download.status());
            listener.onResponse(download.status(), download.isUnknownKey());
        }
        if (!valid) {
            fail(ErrorKind.UPSTREAM_INVALID);
        }
    }

    @Override
    public void onUpstreamReadComplete() {
        client.flush();
        if (!active || upstream == null) {
            return;
        }
        if (download.isDone()) {
            complete();
        } else {
            times.onPart();
            download.readMore(upstream, onDownloadResumed);
        }
    }

    /** What kept the response from being read may be over. */
    private void readMore() {
        times.onProgress();
        if (upstream != null) {
            download.readMore(upstream, onDownloadResumed);
        }
    }

    /** The client's socket takes data again. */
    public void onClientWritable() {
        if (download.awaitsClient()) {
            readMore();
        } else {
            times.onProgress();
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
        times.onCompleted();
        listener.onExchangeEnded(ExchangeEnd.COMPLETED);
    }

    @Override
    public void onUpstreamClosed(UpstreamConnection connection) {
        upstream = null;
        if (!active) {
            return;
        }
        ByteBuf head = keptHead;
        boolean endedByClosing = download.isBegun() && download.endsWithConnection() && !connection.isBroken();
        if (download.isDone() || endedByClosing) {
            client.flush();
            complete();
        } else if (head != null && !download.isBegun() && connection.inbox().isEmpty()) {
            loop.counters().retried.increment();
            connect(head.readerIndex(keptHeadStart));
        } else {
            fail(ErrorKind.UPSTREAM_CLOSED);
        }
    }

    private void fail(ErrorKind kind) {
        listener.onExchangeEnded(endFailed(kind));
    }

    private ExchangeEnd endFailed(ErrorKind kind) {
        FailureCount.add(loop.counters(), kind);
        return end(kind);
    }

    private ExchangeEnd end(ErrorKind kind) {
        closeUpstream();
        if (!download.isBegun()) {
            return new ExchangeEnd.Failed(kind);
        }
        client.flush();
        return download.endsWithConnection() ? ExchangeEnd.BROKEN_OFF_UNDELIMITED : ExchangeEnd.BROKEN_OFF;
    }

    /** The client's body is malformed. Ends the exchange; the listener is not called. */
    public ExchangeEnd onMalformedBody() {
        FailureCount.addMalformedBody(loop.counters());
        return end(ErrorKind.MALFORMED);
    }

    /** The client sends its body too slowly. Ends the exchange; the listener is not called. */
    public ExchangeEnd onSlowUpload() {
        loop.counters().malformed.increment();
        return end(ErrorKind.REQUEST_TIMEOUT);
    }

    /** The exchange made no progress for too long. Ends it; the listener is not called. */
    public ExchangeEnd onTimeout() {
        return awaitsUpload() ? onSlowUpload() : endFailed(ErrorKind.UPSTREAM_TIMEOUT);
    }

    /** The client's connection is closed. Ends the exchange if it is not over; the listener is not called. */
    public void onClientGone() {
        if (active) {
            loop.counters().clientGone.increment();
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
        active = false;
        upstream = null;
        if (connecting != null) {
            connecting.cancel();
            connecting = null;
        }
        releaseKeptHead();
        upload.end();
        download.end();
        // A drain waits for what is still on its way to the client.
        client.whenWritten(onWritten);
        ticket.release(loop.nowNanos());
    }

    private void releaseKeptHead() {
        if (keptHead != null) {
            keptHead.release();
            keptHead = null;
        }
    }

    /** Whether it made no progress for too long. While the client takes nothing, the check of the client's rate decides. */
    public boolean isLate(long nowNanos) {
        long timeoutNanos = awaitsUpload() ? timeouts.uploadNanos() : timeouts.responseNanos();
        return active && !download.awaitsClient() && nowNanos - times.progressNanos() > timeoutNanos;
    }

    /** Whether more of the body is awaited, and only the client keeps it from coming. */
    public boolean awaitsUpload() {
        return isBodySendable() && upload.isAwaited();
    }

    /** Whether any of the response has been passed on. */
    public boolean hasBegunResponse() {
        return download.isBegun();
    }

    /** When it began, and how long its parts took; until the next one begins. */
    public ExchangeTimes times() {
        return times;
    }

    /** The method of the request. */
    public HttpMethod method() {
        return download.method();
    }
}
