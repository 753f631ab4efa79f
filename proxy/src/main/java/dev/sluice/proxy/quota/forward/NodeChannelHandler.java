package dev.sluice.proxy.quota.forward;

import dev.sluice.proxy.quota.http.QuotaHeaders;
import dev.sluice.proxy.quota.http.QuotaResponse;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One connection to another node: a request, then its response. Belongs to its loop. */
final class NodeChannelHandler extends SimpleChannelInboundHandler<FullHttpResponse> {
    /** What a response may have for the client, besides its body. */
    private static final List<String> PASSED =
            List.of("ETag", "Retry-After", "RateLimit-Policy", "RateLimit", "WWW-Authenticate", "Allow");

    private final NodePool pool;
    private @Nullable ChannelHandlerContext context;
    private @Nullable PendingCall current;
    private long idleSinceNanos = System.nanoTime();

    NodeChannelHandler(NodePool pool) {
        this.pool = pool;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    private ChannelHandlerContext context() {
        ChannelHandlerContext added = context;
        if (added == null) {
            throw new IllegalStateException("not in a pipeline");
        }
        return added;
    }

    boolean isUsable() {
        return context().channel().isActive() && current == null;
    }

    boolean isIdleFor(long nanos, long nowNanos) {
        return nowNanos - idleSinceNanos > nanos;
    }

    void close() {
        context().close();
    }

    /** Sends a call. A node that has not got all bytes of it can't make it. */
    void send(PendingCall call) {
        FullHttpRequest message;
        try {
            message = message(call.request());
        } catch (IllegalArgumentException e) {
            call.fail("it has a header that can't be forwarded");
            pool.channelIdle(this);
            return;
        }
        current = call;
        call.onExpiry(this::close);
        context().writeAndFlush(message).addListener(written -> {
            if (written.isSuccess()) {
                call.sent();
            } else {
                close();
                call.fail("the connection ended");
            }
        });
    }

    private static FullHttpRequest message(ForwardRequest request) {
        byte[] body = request.body();
        FullHttpRequest message = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1,
                HttpMethod.valueOf(request.method()),
                request.target(),
                Unpooled.wrappedBuffer(body));
        QuotaHeaders headers = request.headers();
        message.headers().set(HttpHeaderNames.HOST, "sluice").set(QuotaHeaders.FORWARDED, "1");
        if (body.length > 0 || !request.method().equals("GET")) {
            message.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.length);
        }
        set(message, "Authorization", headers.authorization());
        set(message, "If-Match", headers.ifMatch());
        set(message, "If-None-Match", headers.ifNoneMatch());
        set(message, "Idempotency-Key", headers.idempotencyKey());
        return message;
    }

    private static void set(FullHttpRequest message, String name, String value) {
        if (!value.isEmpty()) {
            message.headers().set(name, value);
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpResponse message) {
        PendingCall call = current;
        if (call == null
                || !message.decoderResult().isSuccess()
                || message.status().code() < 200) {
            ctx.close();
            return;
        }
        current = null;
        idleSinceNanos = System.nanoTime();
        QuotaResponse response = response(message);
        boolean isKept = HttpUtil.isKeepAlive(message) && ctx.channel().isActive();
        if (!isKept) {
            ctx.close();
        }
        call.complete(response);
        if (isKept) {
            pool.channelIdle(this);
        }
    }

    private static QuotaResponse response(FullHttpResponse message) {
        String type = message.headers().get(HttpHeaderNames.CONTENT_TYPE, QuotaResponse.JSON);
        QuotaResponse response =
                QuotaResponse.of(message.status().code(), type, ByteBufUtil.getBytes(message.content()));
        for (String name : PASSED) {
            String value = message.headers().get(name);
            if (value != null && value.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
                response = response.withHeader(name, value);
            }
        }
        return response;
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        PendingCall call = current;
        current = null;
        pool.closed(this);
        if (call != null) {
            call.fail("the connection ended");
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // A reset, or a response that is none: the call fails with the connection.
        ctx.close();
    }
}
