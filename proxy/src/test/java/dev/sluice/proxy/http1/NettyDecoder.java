package dev.sluice.proxy.http1;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.ByteArrayOutputStream;

/**
 * What Netty's decoder makes of the first message of some bytes: all as by default, header validation included, but for
 * the limits.
 *
 * @param head null if there is none yet
 * @param data the body so far
 * @param ended the body's end was seen
 * @param failed it was refused
 */
record NettyDecoder(HttpMessage head, byte[] data, boolean ended, boolean failed) {
    private static final int NO_LIMIT = 1 << 20;

    static NettyDecoder request(byte[] bytes, int length) {
        return read(new EmbeddedChannel(new HttpRequestDecoder(config())), bytes, length);
    }

    static NettyDecoder response(byte[] bytes, int length) {
        return read(new EmbeddedChannel(new HttpResponseDecoder(config())), bytes, length);
    }

    private static HttpDecoderConfig config() {
        return new HttpDecoderConfig().setMaxInitialLineLength(NO_LIMIT).setMaxHeaderSize(NO_LIMIT);
    }

    private static NettyDecoder read(EmbeddedChannel channel, byte[] bytes, int length) {
        channel.writeInbound(Unpooled.copiedBuffer(bytes, 0, length));
        HttpMessage head = null;
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        boolean ended = false;
        boolean failed = false;
        for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
            if (message instanceof HttpContent content) {
                if (!ended) {
                    byte[] part = new byte[content.content().readableBytes()];
                    content.content().getBytes(content.content().readerIndex(), part);
                    data.writeBytes(part);
                    failed |= content.decoderResult().isFailure();
                    ended = message instanceof LastHttpContent;
                }
                content.release();
            } else if (message instanceof HttpMessage start && head == null) {
                head = start;
                failed = start.decoderResult().isFailure();
            }
        }
        channel.finishAndReleaseAll();
        return new NettyDecoder(head, data.toByteArray(), ended && !failed, failed);
    }
}
