package dev.sluice.proxy.admin.http;

import dev.sluice.proxy.admin.json.JsonCodec;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to the admin port: turns HTTP requests into calls of the router and writes what it returns. Probes are
 * responded to at once; all else is made by the worker, one request at a time. Belongs to the admin thread.
 */
final class AdminConnection extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(AdminConnection.class);
    private static final String JSON = "application/json";
    /** Of one read; no client that needs an admin port pipelines more. */
    private static final int PIPELINED_MAX = 64;

    private static final AdminRequest UNREAD = new AdminRequest("GET", "/", Map.of(), QueryParameters.NONE, "", "", 0);

    private final Channel channel;
    private final AdminRouter router;
    private final Executor worker;
    private final AdminConnections all;
    private final RequestDeadline deadline;
    private final Deque<Received> waiting = new ArrayDeque<>();
    private boolean isWorking;
    private boolean isStreaming;

    /**
     * A request that arrived.
     *
     * @param problem why it can't be served; empty: it can
     */
    private record Received(AdminRequest request, String problem, boolean keepsAlive, HttpMethod method) {}

    /** A response that only has to be written. A stream has no content yet. */
    private record Rendered(
            AdminResponse response, int status, String contentType, ByteBuf content, Map<String, String> headers) {}

    AdminConnection(
            Channel channel, AdminRouter router, Executor worker, AdminConnections all, RequestDeadline deadline) {
        this.channel = channel;
        this.router = router;
        this.worker = worker;
        this.all = all;
        this.deadline = deadline;
    }

    /** Whether nothing is in progress. */
    boolean isIdle() {
        return !isWorking && !isStreaming;
    }

    /** Whether its last response goes on until it is closed. */
    boolean isStreaming() {
        return isStreaming;
    }

    void close() {
        channel.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        all.remove(this);
        waiting.clear();
        super.channelInactive(ctx);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
        if (isStreaming) {
            // A stream is the last response of its connection.
            return;
        }
        deadline.onRequest();
        if (waiting.size() >= PIPELINED_MAX || !ctx.channel().isWritable()) {
            // A client that sends requests and reads no responses would have them pile up here.
            ctx.close();
            return;
        }
        boolean isReadable = request.decoderResult().isSuccess();
        boolean keepsAlive = HttpUtil.isKeepAlive(request) && isReadable;
        try {
            String problem = isReadable ? "" : "the request can't be read";
            waiting.add(new Received(received(ctx, request), problem, keepsAlive, request.method()));
        } catch (BadRequestException e) {
            waiting.add(new Received(UNREAD, String.valueOf(e.getMessage()), keepsAlive, request.method()));
        }
        next(ctx);
    }

    private static AdminRequest received(ChannelHandlerContext ctx, FullHttpRequest request)
            throws BadRequestException {
        String uri = request.uri();
        int question = uri.indexOf('?');
        return new AdminRequest(
                request.method().name(),
                question < 0 ? uri : uri.substring(0, question),
                Map.of(),
                question < 0 ? QueryParameters.NONE : QueryParameters.parse(uri.substring(question + 1)),
                request.content().toString(StandardCharsets.UTF_8),
                request.headers().get(HttpHeaderNames.AUTHORIZATION, ""),
                request.headers().get(HttpHeaderNames.IF_MATCH, ""),
                NetUtil.toSocketAddressString((InetSocketAddress) ctx.channel().remoteAddress()),
                ((InetSocketAddress) ctx.channel().localAddress()).getPort(),
                keptHeaders(request.headers()));
    }

    /** Of a header that is there twice, both values: then it is no name of a host. */
    private static Map<String, String> keptHeaders(HttpHeaders from) {
        Map<String, String> kept = new HashMap<>();
        for (String name : AdminRequest.KEPT_HEADERS) {
            List<String> values = from.getAll(name);
            if (!values.isEmpty()) {
                kept.put(name, String.join(",", values));
            }
        }
        return kept;
    }

    /** Takes the next request, unless one is in progress. */
    private void next(ChannelHandlerContext ctx) {
        while (!isWorking && !isStreaming && ctx.channel().isActive()) {
            Received received = waiting.poll();
            if (received == null) {
                all.onUsed(this);
                deadline.onIdle(ctx);
                return;
            }
            if (!received.problem().isEmpty()) {
                finish(ctx, received, rendered(AdminResponse.error(400, received.problem())));
            } else if (router.isProbe(received.request())) {
                finish(ctx, received, render(received.request()));
            } else if (all.beginWork()) {
                isWorking = true;
                worker.execute(() -> work(ctx, received));
            } else {
                finish(ctx, received, rendered(AdminResponse.error(503, "too many requests are waiting")));
            }
        }
    }

    /** Called by the worker. */
    private void work(ChannelHandlerContext ctx, Received received) {
        // Nobody waits for the response of a connection that has closed.
        Rendered rendered =
                ctx.channel().isActive() ? render(received.request()) : rendered(AdminResponse.error(503, "closed"));
        ctx.executor().execute(() -> {
            all.endWork();
            isWorking = false;
            finish(ctx, received, rendered);
            next(ctx);
        });
    }

    private void finish(ChannelHandlerContext ctx, Received received, Rendered rendered) {
        if (!ctx.channel().isActive()) {
            return;
        }
        if (rendered.response() instanceof StreamResponse stream) {
            stream(ctx, stream, received.method());
        } else {
            send(ctx, rendered, received.keepsAlive());
        }
    }

    /** Calls the router, and writes what it returns as bytes. Throws nothing. */
    private Rendered render(AdminRequest request) {
        try {
            return rendered(respond(request));
        } catch (RuntimeException | Error e) {
            LOG.error("a response of the admin port can't be made: {} {}", request.method(), request.path(), e);
            return rendered(AdminResponse.error(500, "internal error"));
        }
    }

    private static Rendered rendered(AdminResponse response) {
        if (response instanceof ContentResponse content) {
            return new Rendered(
                    response,
                    content.status(),
                    content.contentType(),
                    Unpooled.wrappedBuffer(content.content()),
                    content.headers());
        }
        if (response instanceof JsonResponse json) {
            ByteBuf content = Unpooled.wrappedBuffer(JsonCodec.write(json.body()));
            return new Rendered(response, json.status(), JSON, content, json.headers());
        }
        return new Rendered(response, 200, "", Unpooled.EMPTY_BUFFER, Map.of());
    }

    private AdminResponse respond(AdminRequest request) {
        try {
            return router.respond(request);
        } catch (RuntimeException e) {
            LOG.error("a request to the admin port failed: {} {}", request.method(), request.path(), e);
            return AdminResponse.error(500, "internal error");
        }
    }

    private static void send(ChannelHandlerContext ctx, Rendered rendered, boolean keepsAlive) {
        ByteBuf body = rendered.content();
        DefaultFullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(rendered.status()), body);
        setHeaders(response, rendered.contentType(), rendered.headers());
        // A 304 has no body, and its length would be that of the file.
        if (rendered.status() != HttpResponseStatus.NOT_MODIFIED.code()) {
            response.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
        }
        if (!keepsAlive) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        var written = ctx.writeAndFlush(response);
        if (!keepsAlive) {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    private void stream(ChannelHandlerContext ctx, StreamResponse stream, HttpMethod method) {
        isStreaming = true;
        deadline.onStream();
        DefaultHttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        setHeaders(head, stream.contentType(), Map.of());
        head.headers()
                .set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        ctx.writeAndFlush(head);
        ResponseStream body = new ChannelStream(ctx.channel());
        if (method.equals(HttpMethod.HEAD)) {
            body.end();
            return;
        }
        stream.source().open(body);
    }

    private static void setHeaders(HttpResponse response, String contentType, Map<String, String> headers) {
        HttpHeaders to = response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, contentType)
                .set("X-Content-Type-Options", "nosniff")
                .set("Cross-Origin-Resource-Policy", "same-origin")
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store");
        headers.forEach(to::set);
    }

    @Override
    @SuppressWarnings("deprecation") // declared so by ChannelHandler, and still how Netty reports errors
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
