package dev.sluice.proxy.exchange;

import dev.sluice.limits.admission.TransferBudget;
import dev.sluice.proxy.course.RequestCourse;
import dev.sluice.proxy.http1.BodyFraming;
import dev.sluice.proxy.http1.HeadScratch;
import dev.sluice.proxy.http1.HttpFault;
import dev.sluice.proxy.http1.HttpMethod;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.http1.ResponseHead;
import dev.sluice.proxy.loop.InputBuffer;
import dev.sluice.proxy.loop.LoopContext;
import dev.sluice.proxy.response.ConnectionHeader;
import dev.sluice.proxy.upstream.UpstreamConnection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * RGW's response on its way to the client. A limit on bytes, and a client that reads slowly, slow it down by not
 * reading from RGW. There is one for each client connection; it is reused from request to request. Belongs to one event
 * loop.
 */
public final class Download {
    private static final ByteBuf CONTINUE = Unpooled.unreleasableBuffer(Unpooled.directBuffer()
                    .writeBytes("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII)))
            .asReadOnly();
    private static final int SWITCHING_PROTOCOLS = 101;

    private final LoopContext loop;
    private final HeadScratch scratch;
    private final TransferBudget budget;
    private final ResponseSink client;
    private final ByteBufAllocator allocator;
    private final Upload upload;
    private final TransferPause pause;
    private final RequestCourse course;
    private HttpMethod method = HttpMethod.OTHER;
    private boolean http10;
    private int status;
    private boolean unknownKey;
    private boolean begun;
    private boolean done;
    private boolean reusable;
    private boolean endsWithConnection;
    private boolean awaitsClient;
    private @Nullable ResponseObserver observer;

    /**
     * For one client connection.
     *
     * @param upload the body of the same connection's requests
     * @param course of the same connection
     */
    public Download(
            LoopContext loop,
            HeadScratch scratch,
            TransferBudget budget,
            ResponseSink client,
            ByteBufAllocator allocator,
            Upload upload,
            RequestCourse course) {
        this.loop = loop;
        this.scratch = scratch;
        this.budget = budget;
        this.client = client;
        this.allocator = allocator;
        this.upload = upload;
        this.pause = new TransferPause(loop);
        this.course = course;
    }

    /** The response to another request; who observes it, if anybody does. */
    void begin(RequestHead head, @Nullable ResponseObserver newObserver) {
        observer = newObserver;
        method = head.method();
        http10 = head.isHttp10();
        begun = false;
        done = false;
        reusable = false;
        endsWithConnection = false;
        awaitsClient = false;
    }

    /** The method of the request. */
    HttpMethod method() {
        return method;
    }

    /** The status, once it has begun. */
    int status() {
        return status;
    }

    /** Whether it is an error that says {@code InvalidAccessKeyId} in what came with the head. */
    boolean isUnknownKey() {
        return unknownKey;
    }

    /** Whether any of it has been passed on, interim responses aside. */
    boolean isBegun() {
        return begun;
    }

    /** Whether all of it has been passed on. */
    boolean isDone() {
        return done;
    }

    /** Whether the connection on which it came can be used again when it is done. */
    boolean isReusable() {
        return reusable;
    }

    /** Whether only the end of its connection ends it. */
    boolean endsWithConnection() {
        return endsWithConnection;
    }

    /** Whether nothing more is read until the client has taken some of it. */
    boolean awaitsClient() {
        return awaitsClient;
    }

    // --- what RGW sends -----------------------------------------------------------------------

    /**
     * Passes on bytes that were read, which this takes over.
     *
     * @return false: the response is malformed and ends here
     */
    boolean pass(UpstreamConnection from, ByteBuf read) {
        if (done) {
            // Data behind the response was not requested, and nothing on this connection can be trusted now.
            reusable = false;
            read.release();
            return true;
        }
        if (begun) {
            return passBody(from.body(), read);
        }
        from.inbox().add(read, allocator);
        return parse(from);
    }

    private boolean parse(UpstreamConnection from) {
        ResponseHead head = scratch.responseHead();
        InputBuffer inbox = from.inbox();
        byte[] bytes = scratch.bytes();
        boolean valid = true;
        while (valid && !begun && !inbox.isEmpty()) {
            int length = inbox.peek(bytes, bytes.length);
            switch (head.parse(bytes, length, scratch.responseBytesMax())) {
                case INCOMPLETE -> {
                    if (length == inbox.size() || length > scratch.bytes().length) {
                        return true;
                    }
                    // A head that is larger than most, or one that is too large.
                    bytes = scratch.responseBytes(inbox.size());
                }
                case INVALID -> valid = refuse(head.fault());
                case COMPLETE -> {
                    if (head.isInformational()) {
                        inbox.skip(head.length());
                        valid = onInformational(head.status());
                    } else {
                        valid = onHead(head, inbox, from.body());
                    }
                }
            }
        }
        return valid;
    }

    private boolean onInformational(int status) {
        if (status == 100 && upload.takeContinue()) {
            client.write(CONTINUE.duplicate());
        }
        return status != SWITCHING_PROTOCOLS || refuse(HttpFault.SWITCHING_PROTOCOLS);
    }

    /** Counts a malformed response; returns that it is not valid. */
    private boolean refuse(HttpFault fault) {
        loop.counters().responseFaults.count(fault);
        return false;
    }

    private boolean onHead(ResponseHead head, InputBuffer inbox, BodyFraming body) {
        body.begin(head, method);
        int headBytes = head.length();
        ByteBuf view = inbox.view();
        int bodyBytes = body.advance(view, view.readerIndex() + headBytes, view.writerIndex());
        if (body.isInvalid()) {
            return refuse(HttpFault.CHUNKED_BODY);
        }
        begun = true;
        status = head.status();
        unknownKey = UnknownKeyError.isIn(status, view, headBytes, bodyBytes);
        endsWithConnection = body.endsWithConnection();
        if (head.status() >= 400) {
            upload.refuse();
        }
        // After a request of HTTP/1.0 RGW closes, whether it says so or not.
        reusable = upload.isDone() && !endsWithConnection && head.isKeepAlive() && !http10;
        if (!upload.isDone() || endsWithConnection) {
            client.endAfterResponse();
        }
        course.onResponse(head, view, bodyBytes);
        count(body.content(bodyBytes));
        done = body.isDone();
        if (observer != null) {
            observer.onHead(status, head.isChunked());
            observe(view.slice(view.readerIndex() + headBytes, bodyBytes));
        }
        write(head, inbox, bodyBytes);
        if (!inbox.isEmpty()) {
            reusable = false;
            inbox.clear();
        }
        return true;
    }

    private void write(ResponseHead head, InputBuffer inbox, int bodyBytes) {
        ConnectionHeader connection = client.connectionHeader();
        if (ResponseRewriter.passesUnchanged(head, connection)) {
            client.write(inbox.take(head.length() + bodyBytes));
        } else {
            client.write(ResponseRewriter.rewrite(head, connection, allocator));
            inbox.skip(head.length());
            if (bodyBytes > 0) {
                client.write(inbox.take(bodyBytes));
            }
        }
    }

    private boolean passBody(BodyFraming body, ByteBuf read) {
        int bodyBytes = body.advance(read, read.readerIndex(), read.writerIndex());
        if (body.isInvalid()) {
            read.release();
            return refuse(HttpFault.CHUNKED_BODY);
        }
        count(body.content(bodyBytes));
        course.onBody(read, bodyBytes);
        done = body.isDone();
        if (observer != null) {
            observe(read.slice(read.readerIndex(), bodyBytes));
        }
        if (bodyBytes == read.readableBytes()) {
            client.write(read);
        } else {
            client.write(read.readRetainedSlice(bodyBytes));
            read.release();
            reusable = false;
        }
        return true;
    }

    private void observe(ByteBuf part) {
        if (observer != null) {
            observer.onBody(part, loop.nowNanos());
        }
        if (done) {
            endObserved();
        }
    }

    private void endObserved() {
        if (observer != null) {
            observer.onEnd(loop.nowNanos());
            observer = null;
        }
    }

    private void count(int contentBytes) {
        loop.counters().bytesToClients.add(contentBytes);
        course.onContentSent(contentBytes);
        budget.moved(contentBytes, loop.nowNanos());
    }

    // --- how fast -----------------------------------------------------------------------------

    /**
     * Reads more of it if the client takes it and limits on bytes have room for it.
     *
     * @param onResume runs when limits may have room again, if they have none now
     */
    void readMore(UpstreamConnection from, Runnable onResume) {
        if (pause.isOn()) {
            return;
        }
        awaitsClient = !client.isWritable();
        if (awaitsClient) {
            return;
        }
        long bytesMax = budget.mayMove(loop.nowNanos());
        if (bytesMax > 0) {
            from.readRest(bytesMax);
        } else {
            pause.begin(budget.waitNanos(), onResume);
        }
    }

    /** The exchange is over. */
    void end() {
        endObserved();
        pause.cancel();
    }
}
