package dev.sluice.proxy.admin.http;

import dev.sluice.proxy.admin.json.JsonCodec;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
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
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection to the admin port: turns HTTP requests into calls of the router and writes what it returns. */
final class AdminConnection extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(AdminConnection.class);
    private static final String JSON = "application/json";

    private final AdminRouter router;
    private boolean isStreaming;

    AdminConnection(AdminRouter router) {
        this.router = router;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
        if (isStreaming) {
            // A stream is the last response of its connection.
            return;
        }
        boolean isUnreadable = request.decoderResult().isFailure();
        AdminResponse response =
                isUnreadable ? AdminResponse.error(400, "the request can't be read") : respond(ctx, request);
        if (!ctx.channel().isWritable()) {
            // A client that sends requests and reads no responses would have them pile up here.
            ctx.close();
            return;
        }
        boolean keepsAlive = HttpUtil.isKeepAlive(request) && !isUnreadable;
        if (response instanceof StreamResponse stream) {
            stream(ctx, stream, request.method());
        } else if (response instanceof ContentResponse content) {
            send(ctx, content.status(), content.contentType(), content.content(), Map.of(), keepsAlive);
        } else if (response instanceof JsonResponse json) {
            sendJson(ctx, json, keepsAlive);
        }
    }

    private AdminResponse respond(ChannelHandlerContext ctx, FullHttpRequest request) {
        String uri = request.uri();
        int question = uri.indexOf('?');
        try {
            return router.respond(new AdminRequest(
                    request.method().name(),
                    question < 0 ? uri : uri.substring(0, question),
                    Map.of(),
                    question < 0 ? QueryParameters.NONE : QueryParameters.parse(uri.substring(question + 1)),
                    request.content().toString(StandardCharsets.UTF_8),
                    request.headers().get(HttpHeaderNames.AUTHORIZATION, ""),
                    ((InetSocketAddress) ctx.channel().localAddress()).getPort()));
        } catch (BadRequestException e) {
            return AdminResponse.error(400, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error(
                    "a request to the admin port failed: {} {}",
                    request.method(),
                    question < 0 ? uri : uri.substring(0, question),
                    e);
            return AdminResponse.error(500, "internal error");
        }
    }

    private static void sendJson(ChannelHandlerContext ctx, JsonResponse response, boolean keepsAlive) {
        JsonResponse written = response;
        byte[] content;
        try {
            content = JsonCodec.write(response.body());
        } catch (RuntimeException e) {
            LOG.error("a response of the admin port can't be written as JSON", e);
            written = AdminResponse.error(500, "internal error");
            content = JsonCodec.write(written.body());
        }
        send(ctx, written.status(), JSON, content, written.headers(), keepsAlive);
    }

    private static void send(
            ChannelHandlerContext ctx,
            int status,
            String contentType,
            byte[] content,
            Map<String, String> headers,
            boolean keepsAlive) {
        ByteBuf body = Unpooled.wrappedBuffer(content);
        DefaultFullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), body);
        setHeaders(response, contentType, headers);
        response.headers().set(HttpHeaderNames.CONTENT_LENGTH, content.length);
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
        // The client of a stream sends nothing.
        ctx.pipeline().remove(ReadTimeoutHandler.class);
        stream.source().open(body);
    }

    private static void setHeaders(HttpResponse response, String contentType, Map<String, String> headers) {
        HttpHeaders to = response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, contentType)
                .set("X-Content-Type-Options", "nosniff")
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store");
        headers.forEach(to::set);
    }

    @Override
    @SuppressWarnings("deprecation") // declared so by ChannelHandler, and still how Netty reports errors
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
