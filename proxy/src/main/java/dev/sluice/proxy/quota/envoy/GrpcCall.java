package dev.sluice.proxy.quota.envoy;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call: a stream of HTTP/2 with one message each way (github.com/grpc/grpc, doc/PROTOCOL-HTTP2.md). Belongs to one event
 * loop.
 */
final class GrpcCall extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(GrpcCall.class);
    private static final String CONTENT_TYPE = "application/grpc";
    /** What the unfinished messages of all calls may take in memory. */
    private static final long UNFINISHED_BYTES_MAX = 8L << 20;

    private final GrpcMethods methods;
    /** What the unfinished messages of all calls take. */
    private final AtomicLong unfinished;

    private final GrpcMessage message = new GrpcMessage();
    private String path = "";
    private long reserved;
    private boolean hasResponded;

    GrpcCall(GrpcMethods methods, AtomicLong unfinished) {
        this.methods = methods;
        this.unfinished = unfinished;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object frame) {
        try {
            if (hasResponded) {
                return;
            }
            if (frame instanceof Http2HeadersFrame head) {
                onHeaders(context, head);
            } else if (frame instanceof Http2DataFrame data) {
                onData(context, data);
            }
        } catch (GrpcException e) {
            fail(context, e);
        } finally {
            ReferenceCountUtil.release(frame);
        }
    }

    private void onHeaders(ChannelHandlerContext context, Http2HeadersFrame frame) throws GrpcException {
        Http2Headers headers = frame.headers();
        if (path.isEmpty()) {
            if (!isGrpc(headers)) {
                // the client speaks no gRPC: a status of HTTP is all that it understands
                respond(context, new DefaultHttp2Headers().status("415"));
                return;
            }
            path = text(headers.path());
            methods.check(path, text(headers.get("authorization")));
        }
        if (frame.isEndStream()) {
            complete(context);
        }
    }

    private static boolean isGrpc(Http2Headers headers) {
        return "POST".contentEquals(text(headers.method()))
                && text(headers.get("content-type")).startsWith(CONTENT_TYPE);
    }

    private void onData(ChannelHandlerContext context, Http2DataFrame frame) throws GrpcException {
        message.add(frame.content());
        if (frame.isEndStream()) {
            complete(context);
        } else {
            reserve();
        }
    }

    private void reserve() throws GrpcException {
        long more = message.capacity() - reserved;
        reserved += more;
        if (unfinished.addAndGet(more) > UNFINISHED_BYTES_MAX) {
            throw new GrpcException(GrpcStatus.RESOURCE_EXHAUSTED, "too many calls are unfinished");
        }
    }

    private void complete(ChannelHandlerContext context) throws GrpcException {
        byte[] response = GrpcMessage.framed(methods.call(path, message.whole()));
        hasResponded = true;
        context.write(new DefaultHttp2HeadersFrame(
                new DefaultHttp2Headers().status("200").set("content-type", CONTENT_TYPE)));
        context.write(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(response)));
        context.writeAndFlush(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().setInt("grpc-status", 0), true));
        free();
    }

    /** A head that is also the end, and no more of the client's message. */
    private void fail(ChannelHandlerContext context, GrpcException e) {
        respond(
                context,
                new DefaultHttp2Headers()
                        .status("200")
                        .set("content-type", CONTENT_TYPE)
                        .setInt("grpc-status", e.status().code())
                        .set("grpc-message", percentEncoded(String.valueOf(e.getMessage()))));
    }

    private void respond(ChannelHandlerContext context, Http2Headers headers) {
        hasResponded = true;
        context.write(new DefaultHttp2HeadersFrame(headers, true));
        context.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR));
        free();
    }

    private void free() {
        unfinished.addAndGet(-reserved);
        reserved = 0;
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        free();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // A message of Netty's may have what the client has sent, a token for example.
        LOG.debug("a call fails: {}", cause.getClass().getName());
        if (hasResponded) {
            context.close();
        } else {
            fail(context, new GrpcException(GrpcStatus.INTERNAL, "internal error"));
        }
    }

    private static String text(@Nullable CharSequence value) {
        return value == null ? "" : value.toString();
    }

    private static String percentEncoded(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte next : text.getBytes(StandardCharsets.UTF_8)) {
            if (next >= ' ' && next <= '~' && next != '%') {
                encoded.append((char) next);
            } else {
                encoded.append(String.format("%%%02X", next & 0xFF));
            }
        }
        return encoded.toString();
    }
}
