package dev.sluice.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.CombinedChannelDuplexHandler;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpResponseDecoder;
import java.nio.charset.StandardCharsets;

/**
 * Netty's HTTP codec for the side of RGW, with two differences: the request target goes out byte for byte as it came in
 * (Netty would re-encode bytes above 0x7F as UTF-8, and break the signature), and whether an answer has a body depends
 * on the request that is being answered.
 */
final class UpstreamCodec extends CombinedChannelDuplexHandler<UpstreamCodec.Decoder, UpstreamCodec.Encoder> {
    private boolean answersHead;

    UpstreamCodec(HttpDecoderConfig config) {
        init(new Decoder(config), new Encoder());
    }

    /** Whether something has come that isn't a whole message, or the end of one, yet. */
    boolean holdsUndecoded() {
        return inboundHandler().holdsUndecoded();
    }

    final class Encoder extends HttpRequestEncoder {
        @Override
        protected void encodeInitialLine(ByteBuf out, HttpRequest request) {
            answersHead = HttpMethod.HEAD.equals(request.method());
            ByteBufUtil.writeAscii(out, request.method().asciiName());
            out.writeByte(' ');
            out.writeCharSequence(request.uri(), StandardCharsets.ISO_8859_1);
            out.writeByte(' ');
            out.writeCharSequence(request.protocolVersion().text(), StandardCharsets.US_ASCII);
            out.writeByte('\r').writeByte('\n');
        }
    }

    final class Decoder extends HttpResponseDecoder {
        Decoder(HttpDecoderConfig config) {
            super(config);
        }

        private boolean holdsUndecoded() {
            return actualReadableBytes() > 0;
        }

        @Override
        protected boolean isContentAlwaysEmpty(HttpMessage message) {
            return answersHead || super.isContentAlwaysEmpty(message);
        }
    }
}
