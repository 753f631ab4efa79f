package dev.sluice.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Where a body ends, and how much of it is content. */
class BodyFramingTest {
    private final BodyFraming framing = new BodyFraming();

    private void beginRequest(String headers) {
        byte[] bytes = ("PUT / HTTP/1.1\r\nHost: s3\r\n" + headers + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        RequestHead head = new RequestHead();
        assertThat(head.parse(bytes, bytes.length, bytes.length)).isEqualTo(HeadParseResult.COMPLETE);
        framing.begin(head);
    }

    private void beginResponse(String headers, HttpMethod method) {
        byte[] bytes = ("HTTP/1.1 200 OK\r\n" + headers + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        ResponseHead head = new ResponseHead();
        assertThat(head.parse(bytes, bytes.length, bytes.length)).isEqualTo(HeadParseResult.COMPLETE);
        framing.begin(head, method);
    }

    private int advance(String text) {
        ByteBuf bytes = Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
        int bodyBytes = framing.advance(bytes, 0, bytes.readableBytes());
        bytes.release();
        return bodyBytes;
    }

    @Test
    void length_isCountedOverSeveralReads_andNothingBehindIsTaken() {
        beginRequest("Content-Length: 5\r\n");

        assertThat(advance("abc")).isEqualTo(3);
        assertThat(framing.content(3)).isEqualTo(3);
        assertThat(framing.isDone()).isFalse();
        assertThat(advance("deGET /")).isEqualTo(2);
        assertThat(framing.isDone()).isTrue();
    }

    @Test
    void chunks_areCountedWithoutTheirFraming() {
        beginRequest("Transfer-Encoding: chunked\r\n");

        int first = advance("3\r\nab");
        assertThat(framing.content(first)).isEqualTo(2);
        int rest = advance("c\r\n0\r\n\r\nGET /");
        assertThat(rest).isEqualTo("c\r\n0\r\n\r\n".length());
        assertThat(framing.content(rest)).isEqualTo(1);
        assertThat(framing.isDone()).isTrue();
    }

    @Test
    void malformedChunk_makesTheBodyInvalid_untilTheNextMessage() {
        beginRequest("Transfer-Encoding: chunked\r\n");
        advance("x\r\n");
        assertThat(framing.isInvalid()).isTrue();

        beginRequest("Content-Length: 1\r\n");
        assertThat(framing.isInvalid()).isFalse();
    }

    @Test
    void responseWithoutALength_endsWithItsConnection() {
        beginResponse("", HttpMethod.GET);

        assertThat(advance("anything")).isEqualTo(8);
        assertThat(framing.isDone()).isFalse();
        assertThat(framing.endsWithConnection()).isTrue();
    }

    @Test
    void responseToHead_hasNoBody() {
        beginResponse("Content-Length: 5\r\n", HttpMethod.HEAD);

        assertThat(framing.isDone()).isTrue();
        assertThat(advance("HTTP/1.1")).isZero();
    }
}
