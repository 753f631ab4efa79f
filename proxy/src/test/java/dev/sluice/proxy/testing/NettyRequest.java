package dev.sluice.proxy.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A whole request as Netty's decoder reads it: all as by default, but for the limits.
 *
 * @param line method, target and version
 * @param content without the framing of chunks, each byte a character
 */
public record NettyRequest(String line, List<String> forwardedFor, String content) {
    private static final int NO_LIMIT = 1 << 20;

    /** All whole requests at the start of some bytes; it stops at what it takes for none. */
    public static List<NettyRequest> all(String bytes) {
        EmbeddedChannel channel = new EmbeddedChannel(new HttpRequestDecoder(
                new HttpDecoderConfig().setMaxInitialLineLength(NO_LIMIT).setMaxHeaderSize(NO_LIMIT)));
        channel.writeInbound(Unpooled.wrappedBuffer(bytes.getBytes(StandardCharsets.ISO_8859_1)));
        List<NettyRequest> all = new ArrayList<>();
        HttpRequest head = null;
        StringBuilder content = new StringBuilder();
        boolean failed = false;
        for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
            if (message instanceof HttpRequest start) {
                head = start;
                content.setLength(0);
                failed |= start.decoderResult().isFailure();
            }
            if (message instanceof HttpContent part) {
                failed |= part.decoderResult().isFailure();
                content.append(part.content().toString(StandardCharsets.ISO_8859_1));
                if (part instanceof LastHttpContent && !failed) {
                    all.add(of(head, content.toString()));
                }
                part.release();
            }
        }
        channel.finishAndReleaseAll();
        return all;
    }

    private static NettyRequest of(HttpRequest head, String content) {
        assertThat(head).isNotNull();
        return new NettyRequest(
                head.method().name() + " " + head.uri() + " "
                        + head.protocolVersion().text(),
                head.headers().getAll("X-Forwarded-For"),
                content);
    }

    public String target() {
        return line.split(" ", 3)[1];
    }
}
