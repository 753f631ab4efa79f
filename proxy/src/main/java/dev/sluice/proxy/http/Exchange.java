package dev.sluice.proxy.http;

import dev.sluice.limits.Ticket;
import dev.sluice.proxy.http.ErrorAnswers.Kind;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
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
 *   <li>The ticket is committed when RGW gets the request and released at the end, whatever end it is.
 * </ul>
 */
final class Exchange {
    private final DownstreamConnection client;
    private final Worker worker;
    private final HttpRequest head;
    private final Ticket ticket;
    private final boolean expectsContinue;
    private @Nullable UpstreamConnection upstream;
    private boolean reused;
    private boolean retried;
    private boolean requestDone;
    private boolean continued;
    private boolean informational;
    private boolean answerBegun;
    private boolean answerDone;
    /** The answer tells its own end; otherwise the end of the connection does. */
    private boolean answerDelimited;

    private boolean upstreamReusable;
    private boolean ended;
    private boolean waitsForUpstream;
    private boolean waitsForClient;
    private long progressNanos;

    Exchange(DownstreamConnection client, Worker worker, HttpRequest head, Ticket ticket) {
        this.client = client;
        this.worker = worker;
        this.head = head;
        this.ticket = ticket;
        this.expectsContinue = HttpUtil.is100ContinueExpected(head);
    }

    // --- towards RGW --------------------------------------------------------------------------

    void start() {
        worker.counters().exchanges.increment();
        HopByHop.strip(head.headers());
        HopByHop.setForwardedFor(head.headers(), client.remoteAddress());
        progressed();
        UpstreamConnection idle = worker.pool().takeIdle();
        if (idle == null) {
            connect();
        } else {
            reused = true;
            worker.counters().upstreamReuses.increment();
            send(idle);
        }
    }

    private void connect() {
        reused = false;
        ChannelFuture connecting = worker.pool().connect();
        connecting.addListener(done -> onConnected(connecting.channel(), done.isSuccess()));
    }

    private void onConnected(Channel channel, boolean success) {
        if (ended) {
            channel.close();
        } else if (!success) {
            fail(Kind.UNREACHABLE);
        } else {
            worker.counters().upstreamConnects.increment();
            send(channel.pipeline().get(UpstreamHandler.class).connection());
        }
    }

    private void send(UpstreamConnection connection) {
        upstream = connection;
        connection.begin(this);
        ticket.commit();
        progressed();
        connection.write(head);
        if (requestDone) {
            connection.write(LastHttpContent.EMPTY_LAST_CONTENT);
        } else {
            // A request without a body is complete when this returns: head and end leave in one write.
            client.read();
        }
        connection.flush();
        if (!ended) {
            connection.read();
        }
    }

    void onRequestPart(HttpContent part) {
        progressed();
        UpstreamConnection connection = upstream;
        if (part.decoderResult().isFailure()) {
            part.release();
            worker.counters().malformed.increment();
            end(Kind.MALFORMED);
            return;
        }
        if (connection == null) {
            part.release();
            return;
        }
        int bodyBytes = part.content().readableBytes();
        worker.counters().bytesFromClients.add(bodyBytes);
        ticket.writtenBytes(bodyBytes, progressNanos);
        connection.write(part);
        if (part instanceof LastHttpContent) {
            requestDone = true;
            connection.flush();
        } else {
            connection.flush();
            if (connection.isWritable()) {
                client.read();
            } else {
                waitsForUpstream = true;
            }
        }
    }

    void onUpstreamWritable() {
        progressed();
        if (waitsForUpstream) {
            waitsForUpstream = false;
            client.read();
        }
    }

    // --- towards the client -------------------------------------------------------------------

    void onUpstreamMessage(Object message) {
        progressed();
        if (ended || answerDone) {
            // Something behind the answer: nobody asked for it, and nothing on this connection can be trusted now.
            upstreamReusable = false;
            ReferenceCountUtil.release(message);
            return;
        }
        if (message instanceof HttpResponse response) {
            onAnswerHead(response);
        }
        if (message instanceof HttpContent part) {
            onAnswerPart(part);
        }
    }

    private void onAnswerHead(HttpResponse response) {
        HttpResponseStatus status = response.status();
        if (response.decoderResult().isFailure()
                || answerBegun
                || status.equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
            fail(Kind.BROKE_OFF);
            return;
        }
        if (status.codeClass() == io.netty.handler.codec.http.HttpStatusClass.INFORMATIONAL) {
            informational = true;
            if (status.equals(HttpResponseStatus.CONTINUE) && expectsContinue && !continued) {
                continued = true;
                client.write(new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
                client.write(LastHttpContent.EMPTY_LAST_CONTENT);
            }
            return;
        }
        answerBegun = true;
        answerDelimited = HttpUtil.isContentLengthSet(response)
                || HttpUtil.isTransferEncodingChunked(response)
                || HttpMethod.HEAD.equals(head.method())
                || status.equals(HttpResponseStatus.NO_CONTENT)
                || status.equals(HttpResponseStatus.NOT_MODIFIED);
        // To a request of HTTP/1.0 RGW says goodbye, whether it mentions it or not.
        boolean keptThere =
                HttpUtil.isKeepAlive(response) && head.protocolVersion().equals(HttpVersion.HTTP_1_1);
        upstreamReusable = requestDone && answerDelimited && keptThere;
        if (!requestDone || !answerDelimited) {
            client.endAfterThis();
        }
        HttpHeaders headers = response.headers();
        HopByHop.strip(headers);
        if (!client.keepAlive()) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (head.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
        client.write(response);
    }

    private void onAnswerPart(HttpContent part) {
        if (ended) {
            part.release();
            return;
        }
        if (informational) {
            // Netty ends a 1xx like any other message; the answer is still to come.
            informational = !(part instanceof LastHttpContent);
            part.release();
            return;
        }
        if (part.decoderResult().isFailure()) {
            part.release();
            fail(Kind.BROKE_OFF);
            return;
        }
        int bodyBytes = part.content().readableBytes();
        worker.counters().bytesToClients.add(bodyBytes);
        ticket.readBytes(bodyBytes, progressNanos);
        answerDone = part instanceof LastHttpContent;
        client.write(part);
    }

    void onUpstreamReadComplete() {
        client.flush();
        UpstreamConnection connection = upstream;
        if (ended || connection == null) {
            return;
        }
        if (answerDone) {
            complete();
        } else if (client.isWritable()) {
            connection.read();
        } else {
            waitsForClient = true;
        }
    }

    void onClientWritable() {
        progressed();
        if (waitsForClient && upstream != null) {
            waitsForClient = false;
            upstream.read();
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

    void onUpstreamClosed() {
        upstream = null;
        if (ended) {
            return;
        }
        if (answerDone) {
            client.flush();
            complete();
        } else if (mayBeSentAgain()) {
            retried = true;
            worker.counters().retried.increment();
            connect();
        } else {
            fail(Kind.BROKE_OFF);
        }
    }

    private boolean mayBeSentAgain() {
        boolean changesNothing = HttpMethod.GET.equals(head.method()) || HttpMethod.HEAD.equals(head.method());
        boolean bodiless = !HttpUtil.isTransferEncodingChunked(head) && HttpUtil.getContentLength(head, 0L) == 0;
        return reused && !retried && !answerBegun && requestDone && changesNothing && bodiless;
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
            if (answerDelimited) {
                client.abort();
            } else {
                client.abortUndelimited();
            }
        } else {
            client.exchangeFailed(kind, head.uri());
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
        // A drain waits for what is still on its way to the client.
        client.whenWritten(worker.counters().exchanges::decrement);
        ticket.release(worker.nowNanos());
    }

    // --- timeouts -----------------------------------------------------------------------------

    private void progressed() {
        progressNanos = worker.nowNanos();
    }

    boolean isLate(long nowNanos) {
        return !ended && nowNanos - progressNanos > patienceNanos();
    }

    /** RGW has its own patience; a client that neither sends nor takes has the idle timeout. */
    private long patienceNanos() {
        return waitsOnClient()
                ? worker.options().idleTimeoutNanos()
                : worker.options().responseTimeoutNanos();
    }

    private boolean waitsOnClient() {
        if (waitsForClient) {
            return true;
        }
        boolean waitsForContinue = expectsContinue && !continued;
        return upstream != null && !requestDone && !waitsForUpstream && !waitsForContinue && !answerBegun;
    }

    void onLate() {
        if (waitsOnClient()) {
            worker.counters().malformed.increment();
            end(Kind.TOO_SLOW);
        } else {
            fail(Kind.NO_ANSWER);
        }
    }
}
