package dev.sluice.proxy.exchange;

import dev.sluice.limits.admission.TransferBudget;
import dev.sluice.proxy.downstream.ClientOutput;
import dev.sluice.proxy.downstream.InputBuffer;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.http1.ResponseHead;
import dev.sluice.proxy.loop.LoopContext;
import dev.sluice.proxy.response.ErrorResponses.Then;
import dev.sluice.proxy.upstream.UpstreamConnection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/**
 * RGW's answer on its way to the client. A limit on bytes, and a client that doesn't take it, hold it back by not reading
 * from RGW. One for a client's connection, used for request after request; belongs to one event loop.
 */
public final class Download {
    private static final ByteBuf CONTINUE = Unpooled.unreleasableBuffer(Unpooled.directBuffer()
                    .writeBytes("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII)))
            .asReadOnly();
    private static final int SWITCHING_PROTOCOLS = 101;

    private final LoopContext worker;
    private final TransferBudget budget;
    private final ClientOutput output;
    private final ByteBufAllocator allocator;
    private final Upload upload;
    private final TransferPause hold;
    private boolean answersHead;
    private boolean http10;
    private boolean begun;
    private boolean done;
    private boolean reusable;
    private boolean endsWithConnection;
    private boolean waitsForClient;

    public Download(LoopContext worker, TransferBudget budget, ClientOutput output, ByteBufAllocator allocator, Upload upload) {
        this.worker = worker;
        this.budget = budget;
        this.output = output;
        this.allocator = allocator;
        this.upload = upload;
        this.hold = new TransferPause(worker);
    }

    /** The answer to another request. */
    public void begin(RequestHead head) {
        answersHead = head.method() == RequestHead.Method.HEAD;
        http10 = head.isHttp10();
        begun = false;
        done = false;
        reusable = false;
        endsWithConnection = false;
        waitsForClient = false;
    }

    /** Whether it answers a HEAD. */
    boolean answersHead() {
        return answersHead;
    }

    /** Whether any of it has been passed on, interim answers aside. */
    boolean isBegun() {
        return begun;
    }

    /** Whether all of it has been passed on. */
    boolean isDone() {
        return done;
    }

    /** Whether the connection on which it came can be used again, if it is done. */
    boolean isReusable() {
        return reusable;
    }

    /** Whether only the end of its connection ends it. */
    boolean endsWithConnection() {
        return endsWithConnection;
    }

    /** Whether the client has to take some of it before more is read. */
    boolean waitsForClient() {
        return waitsForClient;
    }

    // --- what RGW sends -----------------------------------------------------------------------

    /**
     * Passes on what was read, which this takes over.
     *
     * @return false: it makes no sense, and what there is of the answer is all there will be
     */
    boolean read(UpstreamConnection from, ByteBuf read) {
        if (done) {
            // Something behind the answer: nobody asked for it, and nothing on this connection can be trusted now.
            reusable = false;
            read.release();
            return true;
        }
        if (begun) {
            return pass(from.body(), read);
        }
        from.inbox().add(read, allocator);
        return parse(from);
    }

    private boolean parse(UpstreamConnection from) {
        ResponseHead head = worker.responseHead();
        byte[] scratch = worker.scratch();
        InputBuffer inbox = from.inbox();
        boolean sane = true;
        while (sane && !begun && !inbox.isEmpty()) {
            int length = inbox.peek(scratch, scratch.length);
            switch (head.parse(scratch, length, worker.options().maxHeadBytes())) {
                case INCOMPLETE -> {
                    return true;
                }
                case INVALID -> sane = false;
                case COMPLETE -> {
                    if (head.isInformational()) {
                        inbox.skip(head.length());
                        sane = onInformational(head.status());
                    } else {
                        sane = onHead(head, inbox, from.body());
                    }
                }
            }
        }
        return sane;
    }

    private boolean onInformational(int status) {
        if (status == 100 && upload.isToBeAskedFor()) {
            output.write(CONTINUE.duplicate());
        }
        return status != SWITCHING_PROTOCOLS;
    }

    private boolean onHead(ResponseHead head, InputBuffer inbox, BodyFraming body) {
        body.begin(head, answersHead);
        int headBytes = head.length();
        ByteBuf view = inbox.view();
        int bodyBytes = body.advance(view, view.readerIndex() + headBytes, view.writerIndex());
        if (body.isInvalid()) {
            return false;
        }
        begun = true;
        endsWithConnection = body.endsWithConnection();
        if (head.status() >= 400) {
            upload.refuse();
        }
        // To a request of HTTP/1.0 RGW says goodbye, whether it mentions it or not.
        reusable = upload.isDone() && !endsWithConnection && head.isKeepAlive() && !http10;
        if (!upload.isDone() || endsWithConnection) {
            output.endAfterThis();
        }
        count(body.content(bodyBytes));
        write(head, inbox, bodyBytes);
        done = body.isDone();
        if (!inbox.isEmpty()) {
            reusable = false;
            inbox.clear();
        }
        return true;
    }

    private void write(ResponseHead head, InputBuffer inbox, int bodyBytes) {
        Then then = output.then();
        if (ResponseRewriter.passesUntouched(head, then)) {
            output.write(inbox.take(head.length() + bodyBytes));
        } else {
            output.write(ResponseRewriter.rewrite(head, then, allocator));
            inbox.skip(head.length());
            if (bodyBytes > 0) {
                output.write(inbox.take(bodyBytes));
            }
        }
    }

    private boolean pass(BodyFraming body, ByteBuf read) {
        int bodyBytes = body.advance(read, read.readerIndex(), read.writerIndex());
        if (body.isInvalid()) {
            read.release();
            return false;
        }
        count(body.content(bodyBytes));
        if (bodyBytes == read.readableBytes()) {
            output.write(read);
        } else {
            output.write(read.readRetainedSlice(bodyBytes));
            read.release();
            reusable = false;
        }
        done = body.isDone();
        return true;
    }

    private void count(int contentBytes) {
        worker.counters().bytesToClients.add(contentBytes);
        budget.moved(contentBytes, worker.nowNanos());
    }

    // --- how fast -----------------------------------------------------------------------------

    /**
     * Reads more of it when the client takes it and limits on bytes have room for it.
     *
     * @param later told when they may have room, if they have none
     */
    void readOn(UpstreamConnection from, Runnable later) {
        if (hold.isOn()) {
            return;
        }
        waitsForClient = !output.isWritable();
        if (waitsForClient) {
            return;
        }
        long most = budget.mayMove(worker.nowNanos());
        if (most > 0) {
            from.readRest(most);
        } else {
            hold.begin(budget.waitNanos(), later);
        }
    }

    /** The exchange is over. */
    void end() {
        hold.lift();
    }
}
