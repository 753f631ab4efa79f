package dev.sluice.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Whatever we accept, Netty accepts, and it means the same: method, target or status, version, headers, where the head
 * and the body end, whether the connection goes on. And what Netty takes for a whole message is none that we would wait
 * for more of.
 */
final class ParserComparison {
    private static final int BYTES_MAX = 64 * 1024;
    private static final byte[] CHUNKED_HEAD =
            "PUT / HTTP/1.1\r\nHost: s3\r\nTransfer-Encoding: chunked\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

    private ParserComparison() {}

    /** Returns what we think of it. */
    static HeadParseResult onRequest(byte[] bytes) {
        RequestHead ours = new RequestHead();
        HeadParseResult parsed = ours.parse(bytes, bytes.length, BYTES_MAX);
        if (parsed == HeadParseResult.INCOMPLETE) {
            assertNotWhole(NettyDecoder.request(bytes, bytes.length), bytes);
        } else if (parsed == HeadParseResult.COMPLETE) {
            assertNotWhole(NettyDecoder.request(bytes, ours.length() - 1), bytes);
            NettyDecoder netty = NettyDecoder.request(bytes, ours.length());
            assertSameHead(ours, netty, bytes);
            assertSame(ours, (HttpRequest) netty.head(), bytes);
            if (!isOldWebSocket(netty.head())) {
                assertThat(netty.ended()).as(() -> show(bytes)).isEqualTo(!ours.hasBody());
            }
        }
        return parsed;
    }

    static HeadParseResult onResponse(byte[] bytes) {
        ResponseHead ours = new ResponseHead();
        HeadParseResult parsed = ours.parse(bytes, bytes.length, BYTES_MAX);
        if (parsed == HeadParseResult.INCOMPLETE) {
            assertNotWhole(NettyDecoder.response(bytes, bytes.length), bytes);
        } else if (parsed == HeadParseResult.COMPLETE) {
            assertNotWhole(NettyDecoder.response(bytes, ours.length() - 1), bytes);
            NettyDecoder netty = NettyDecoder.response(bytes, ours.length());
            assertSameHead(ours, netty, bytes);
            assertThat(((HttpResponse) netty.head()).status().code()).isEqualTo(ours.status());
            ResponseHead.ResponseBodyEnd body = ours.bodyEnd(HttpMethod.GET);
            boolean none = body == ResponseHead.ResponseBodyEnd.NONE
                    || (body == ResponseHead.ResponseBodyEnd.LENGTH && ours.contentLength() == 0);
            assertThat(netty.ended()).as(() -> show(bytes)).isEqualTo(none);
        }
        return parsed;
    }

    /**
     * Follows a chunked body that arrives in pieces.
     *
     * @return whether it is a whole one
     */
    static boolean onChunkedBody(byte[] bytes, Random cuts) {
        ChunkedBody ours = new ChunkedBody();
        ByteBuf buf = Unpooled.wrappedBuffer(bytes);
        int at = 0;
        while (at < bytes.length && !ours.isDone() && !ours.isInvalid()) {
            int to = at + 1 + cuts.nextInt(Math.min(bytes.length - at, 1 + cuts.nextInt(64)));
            int passed = ours.advance(buf, at, to);
            assertThat(passed == to - at || ours.isDone() || ours.isInvalid()).isTrue();
            at += passed;
        }
        if (ours.isDone()) {
            NettyDecoder netty = NettyDecoder.request(withHead(bytes), CHUNKED_HEAD.length + at);
            assertThat(netty.failed()).as(() -> show(bytes)).isFalse();
            assertThat(netty.ended()).as(() -> show(bytes)).isTrue();
            assertThat((long) netty.data().length).as(() -> show(bytes)).isEqualTo(ours.dataBytes());
            NettyDecoder before = NettyDecoder.request(withHead(bytes), CHUNKED_HEAD.length + at - 1);
            assertThat(before.ended()).as(() -> show(bytes)).isFalse();
        } else if (!ours.isInvalid()) {
            NettyDecoder netty = NettyDecoder.request(withHead(bytes), CHUNKED_HEAD.length + bytes.length);
            assertThat(netty.ended()).as(() -> show(bytes)).isFalse();
        }
        return ours.isDone();
    }

    private static byte[] withHead(byte[] bytes) {
        byte[] all = Arrays.copyOf(CHUNKED_HEAD, CHUNKED_HEAD.length + bytes.length);
        System.arraycopy(bytes, 0, all, CHUNKED_HEAD.length, bytes.length);
        return all;
    }

    private static void assertNotWhole(NettyDecoder netty, byte[] bytes) {
        assertThat(netty.head() == null || netty.failed()).as(() -> show(bytes)).isTrue();
    }

    private static void assertSameHead(MessageHead ours, NettyDecoder netty, byte[] bytes) {
        assertThat(netty.head()).as(() -> show(bytes)).isNotNull();
        assertThat(netty.failed())
                .as(() -> show(bytes) + netty.head().decoderResult())
                .isFalse();
        assertThat(netty.head().protocolVersion().text()).isEqualTo(ours.isHttp10() ? "HTTP/1.0" : "HTTP/1.1");
        List<String> theirs = new ArrayList<>();
        for (Map.Entry<String, String> header : netty.head().headers()) {
            theirs.add(header.getKey() + ": " + header.getValue());
        }
        HeaderLines lines = ours.headers();
        List<String> mine = new ArrayList<>();
        for (int i = 0; i < lines.count(); i++) {
            if (!isDroppedByNetty(ours, lines.header(i))) {
                mine.add(text(bytes, lines.lineStart(i), lines.nameEnd(i)) + ": "
                        + text(bytes, lines.valueStart(i), lines.valueEnd(i)));
            }
        }
        assertThat(mine).as(() -> show(bytes)).isEqualTo(theirs);
        assertThat(HttpUtil.isKeepAlive(netty.head())).as(() -> show(bytes)).isEqualTo(ours.isKeepAlive());
        if (!isOldWebSocket(netty.head())) {
            assertThat(HttpUtil.getContentLength(netty.head(), -1L))
                    .as(() -> show(bytes))
                    .isEqualTo(ours.contentLength());
        }
    }

    /** It takes the encoding out of responses that have no body. */
    private static boolean isDroppedByNetty(MessageHead ours, KnownHeader header) {
        return header == KnownHeader.TRANSFER_ENCODING
                && ours instanceof ResponseHead response
                && response.bodyEnd(HttpMethod.GET) == ResponseHead.ResponseBodyEnd.NONE;
    }

    private static void assertSame(RequestHead ours, HttpRequest theirs, byte[] bytes) {
        assertThat(theirs.method().name()).isEqualTo(text(bytes, 0, ours.methodEnd()));
        assertThat(theirs.uri()).isEqualTo(text(bytes, ours.targetStart(), ours.targetEnd()));
        assertThat(HttpUtil.isTransferEncodingChunked(theirs))
                .as(() -> show(bytes))
                .isEqualTo(ours.isChunked());
        // Netty looks for a line that is exactly this; within a list it may still make the client wait.
        if (HttpUtil.is100ContinueExpected(theirs)) {
            assertThat(ours.expectsContinue()).as(() -> show(bytes)).isTrue();
        }
    }

    /** Netty reads 8 bytes after the handshake of a draft of 2010, which nobody else does. */
    private static boolean isOldWebSocket(HttpMessage head) {
        return head instanceof HttpRequest
                && head.headers().contains("Sec-WebSocket-Key1")
                && head.headers().contains("Sec-WebSocket-Key2");
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    private static String show(byte[] bytes) {
        return text(bytes, 0, bytes.length).replace("\r", "\\r").replace("\n", "\\n\n");
    }
}
