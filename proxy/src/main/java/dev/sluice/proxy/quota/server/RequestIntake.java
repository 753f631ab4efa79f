package dev.sluice.proxy.quota.server;

import dev.sluice.proxy.admin.http.BadRequestException;
import dev.sluice.proxy.admin.http.QueryParameters;
import dev.sluice.proxy.http1.HeadParseResult;
import dev.sluice.proxy.http1.HttpFault;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.loop.InputBuffer;
import dev.sluice.proxy.quota.http.QuotaErrors;
import dev.sluice.proxy.quota.http.QuotaReply;
import dev.sluice.proxy.quota.http.QuotaRequest;
import dev.sluice.proxy.quota.http.QuotaResponse;
import dev.sluice.proxy.quota.server.BodyCollector.BodyProgress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a client sends, cut into requests: one head, then its body. A request that can't be served is known by its head, so
 * that its body is never held. Belongs to one event loop.
 */
final class RequestIntake {
    private static final Logger LOG = LoggerFactory.getLogger(RequestIntake.class);
    private static final int EMPTY_LINE_BYTES = 2;

    private final QuotaLoop loop;
    private final Channel channel;
    private final InputBuffer input = new InputBuffer();
    private final BodyCollector body;
    private boolean hasSkippedEmptyLine;
    private String client = "";
    private @Nullable ReceivedHead head;
    private QuotaRouter.Routing.@Nullable Found found;

    RequestIntake(QuotaLoop loop, Channel channel) {
        this.loop = loop;
        this.channel = channel;
        this.body = new BodyCollector(loop.options().maxBodyBytes(), loop.bodies());
    }

    /** Adds bytes that were read, which this takes over. */
    void add(ByteBuf read, ByteBufAllocator allocator) {
        input.add(read, allocator);
    }

    boolean isEmpty() {
        return input.isEmpty();
    }

    /** Releases everything. */
    void clear() {
        input.clear();
        body.clear();
        endRequest();
    }

    /** Drops everything that is there; returns how much it was. */
    int dropAll() {
        int dropped = input.size();
        input.clear();
        body.clear();
        return dropped;
    }

    // ---- heads ----

    /**
     * Parses the next head. Where it is complete, it is taken out, and what follows is its body; the loop's parser has it
     * until the next call.
     */
    HeadParseResult takeHead() {
        endRequest();
        byte[] bytes = loop.headBytes();
        int length = input.peek(bytes, bytes.length);
        if (bytes[0] == '\r' && !hasSkippedEmptyLine) {
            if (length == 1) {
                return HeadParseResult.INCOMPLETE;
            }
            // One empty line before a head is ignored, as RFC 9112, 2.2 asks.
            hasSkippedEmptyLine = true;
            if (bytes[1] == '\n') {
                input.skip(EMPTY_LINE_BYTES);
                if (input.isEmpty()) {
                    return HeadParseResult.INCOMPLETE;
                }
                length = input.peek(bytes, bytes.length);
            }
        }
        RequestHead parsed = loop.head();
        HeadParseResult result = parsed.parse(bytes, length, bytes.length - 1);
        if (result == HeadParseResult.COMPLETE) {
            hasSkippedEmptyLine = false;
            head = ReceivedHead.of(parsed, client());
            input.skip(parsed.length());
            body.begin(parsed);
        }
        return result;
    }

    private String client() {
        if (client.isEmpty()) {
            client = channel.remoteAddress() instanceof InetSocketAddress address
                    ? NetUtil.toSocketAddressString(address)
                    : "unknown";
        }
        return client;
    }

    /** The response to a head or to chunks that break the rules of HTTP. */
    static QuotaResponse malformed(HttpFault fault) {
        int status = fault == HttpFault.HEAD_TOO_LARGE || fault == HttpFault.TOO_MANY_HEADERS ? 431 : fault.status();
        QuotaResponse error = QuotaErrors.client(status, "malformed HTTP: " + fault.label());
        return status == 405 ? error.withHeader("Allow", "GET, HEAD, POST, PUT, DELETE") : error;
    }

    /** Why the request can't be served, by its head alone; empty: it can. */
    Optional<QuotaResponse> refusal() {
        ReceivedHead received = current();
        RequestHead parsed = loop.head();
        QuotaRouter.Routing routing = loop.router().find(received);
        if (routing instanceof QuotaRouter.Routing.Refused refused) {
            return Optional.of(refused.response());
        }
        found = (QuotaRouter.Routing.Found) routing;
        if (!received.problem().isEmpty()) {
            int status = received.problem().equals(ReceivedHead.ENCODED) ? 415 : 400;
            return Optional.of(QuotaErrors.client(status, received.problem()));
        }
        boolean isWithBody =
                received.method().equals("POST") || received.method().equals("PUT");
        if (isWithBody && parsed.contentLength() < 0 && !parsed.isChunked()) {
            return Optional.of(QuotaErrors.client(411, "a Content-Length is needed"));
        }
        return parsed.contentLength() > loop.options().maxBodyBytes() ? Optional.of(tooLarge()) : Optional.empty();
    }

    QuotaResponse tooLarge() {
        return QuotaErrors.client(
                413, "the body must have at most " + loop.options().maxBodyBytes() + " bytes");
    }

    private ReceivedHead current() {
        ReceivedHead received = head;
        if (received == null) {
            throw new IllegalStateException("no head was taken");
        }
        return received;
    }

    /** Whether the response has no body, though its head tells of one. */
    boolean wantsNoBody() {
        return head != null && head.wantsNoBody();
    }

    void endRequest() {
        head = null;
        found = null;
    }

    // ---- bodies ----

    /** Takes what is there of the body. */
    BodyProgress takeBody() {
        return body.take(input);
    }

    /** Calls the route with the request, whose body is there. Throws nothing. */
    QuotaReply reply(long nowNanos) {
        try {
            return call(nowNanos);
        } catch (BadRequestException e) {
            return QuotaErrors.badRequest(String.valueOf(e.getMessage()));
        } catch (RuntimeException | Error e) {
            return failed(e);
        }
    }

    /** The response to a request whose route failed. */
    QuotaResponse failed(@Nullable Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        String request = head == null ? "" : head.method() + " " + head.path();
        LOG.error("a request to the quota port failed: {}", request, cause);
        return QuotaErrors.internal();
    }

    private QuotaReply call(long nowNanos) throws BadRequestException {
        ReceivedHead received = current();
        QuotaRouter.Routing.Found to = found;
        if (to == null) {
            throw new IllegalStateException("no route was found");
        }
        byte[] bytes = body.finish();
        QueryParameters query =
                received.query().isEmpty() ? QueryParameters.NONE : QueryParameters.parse(received.query());
        QuotaRequest request = new QuotaRequest(
                received.wantsNoBody() ? "GET" : received.method(),
                received.path(),
                to.pathParameters(),
                query,
                received.headers(),
                bytes);
        return to.route().handler().handle(request, nowNanos);
    }

    /** What was gathered of the body is not needed. */
    void forgetBody() {
        body.clear();
    }

    boolean isBodyDone() {
        return body.isDone();
    }

    /** Drops what is there of the body; returns how much it was, or -1: its chunks break a rule. */
    int dropBody() {
        int before = input.size();
        return body.drop(input) ? before - input.size() : -1;
    }
}
