package dev.sluice.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** How a body is followed. Which bodies are good is in {@link ChunkedCasesTest}. */
class ChunkedBodyTest {
    private final ChunkedBody body = new ChunkedBody();

    @Test
    void body_endsBeforeWhatFollowsIt() {
        ByteBuf buf = buf("xx5\r\nhello\r\n0\r\n\r\nGET / HTTP/1.1");

        assertThat(body.advance(buf, 2, buf.writerIndex())).isEqualTo("5\r\nhello\r\n0\r\n\r\n".length());
        assertThat(body.isDone()).isTrue();
        assertThat(body.dataBytes()).isEqualTo(5);
        assertThat(body.advance(buf, 17, buf.writerIndex())).isZero();
    }

    @Test
    void hugeChunk_isSkippedByArithmetic() {
        String size = "7fffffffffffff";
        ByteBuf head = buf(size + "\r\n");
        ByteBuf data = Unpooled.wrappedBuffer(new byte[1 << 20]);

        body.advance(head, 0, head.writerIndex());
        for (int i = 0; i < 100; i++) {
            assertThat(body.advance(data, 0, 1 << 20)).isEqualTo(1 << 20);
        }

        assertThat(body.dataBytes()).isEqualTo(100L << 20);
        assertThat(body.isDone()).isFalse();
        assertThat(body.isInvalid()).isFalse();
    }

    @Test
    void wrongByte_isNotCountedAndNothingHelpsButReset() {
        ByteBuf wrong = buf("5\n");
        ByteBuf good = buf("0\r\n\r\n");

        assertThat(body.advance(wrong, 0, 2)).isEqualTo(1);
        assertThat(body.isInvalid()).isTrue();
        assertThat(body.advance(good, 0, 5)).isZero();
        body.reset();
        assertThat(body.advance(good, 0, 5)).isEqualTo(5);
        assertThat(body.isDone()).isTrue();
    }

    @Test
    void reset_forgetsTheBodyBefore() {
        ByteBuf first = buf("3\r\nabc\r\n0\r\nt: " + "v".repeat(8000) + "\r\n\r\n");
        ByteBuf part = buf("0000");

        body.advance(first, 0, first.writerIndex());
        assertThat(body.isDone()).isTrue();
        body.reset();
        body.advance(part, 0, 4);
        body.reset();
        body.advance(first, 0, first.writerIndex());

        assertThat(body.isDone()).isTrue();
        assertThat(body.dataBytes()).isEqualTo(3);
    }

    private static ByteBuf buf(String text) {
        return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
