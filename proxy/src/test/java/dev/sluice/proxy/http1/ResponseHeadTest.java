package dev.sluice.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** How a response's body ends. Which heads are good is in {@link HeadCasesTest}. */
class ResponseHeadTest {
    private static final int BYTES_MAX = 32 * 1024;
    private static final String LENGTH = "Content-Length: 5\r\n";
    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";

    private final ResponseHead head = new ResponseHead();

    @Test
    void body_endsByLengthChunksOrClose() {
        assertThat(body("200", LENGTH)).isEqualTo(ResponseHead.ResponseBodyEnd.LENGTH);
        assertThat(body("200", "Content-Length: 0\r\n")).isEqualTo(ResponseHead.ResponseBodyEnd.LENGTH);
        assertThat(body("200", CHUNKED)).isEqualTo(ResponseHead.ResponseBodyEnd.CHUNKED);
        assertThat(body("200", "")).isEqualTo(ResponseHead.ResponseBodyEnd.UNTIL_CLOSE);
        assertThat(body("206", LENGTH)).isEqualTo(ResponseHead.ResponseBodyEnd.LENGTH);
    }

    @Test
    void body_isNoneByStatus_whateverTheHeaders() {
        for (String status : new String[] {"100", "102", "199", "204", "304"}) {
            for (String framing : new String[] {LENGTH, CHUNKED, ""}) {
                assertThat(body(status, framing)).isEqualTo(ResponseHead.ResponseBodyEnd.NONE);
            }
        }
    }

    @Test
    void body_isNoneWhenItAnswersHead() {
        body("200", LENGTH);

        assertThat(head.bodyEnd(HttpMethod.HEAD)).isEqualTo(ResponseHead.ResponseBodyEnd.NONE);
        assertThat(head.contentLength()).isEqualTo(5);
    }

    @Test
    void informational_isBelow200() {
        body("100", "");
        assertThat(head.isInformational()).isTrue();

        body("200", "");
        assertThat(head.isInformational()).isFalse();
    }

    @Test
    void faults_haveTheirStatusAndLabel() {
        assertThat(HttpFault.CONNECT_REFUSED.status()).isEqualTo(405);
        assertThat(HttpFault.STATUS_LINE.status()).isEqualTo(502);
        assertThat(HttpFault.SWITCHING_PROTOCOLS.status()).isEqualTo(502);
        assertThat(HttpFault.BARE_LF.status()).isEqualTo(400);
        assertThat(HttpFault.BARE_LF.label()).isEqualTo("bare-lf");
    }

    private ResponseHead.ResponseBodyEnd body(String status, String framing) {
        byte[] bytes = ("HTTP/1.1 " + status + " x\r\n" + framing + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        assertThat(head.parse(bytes, bytes.length, BYTES_MAX)).isEqualTo(HeadParseResult.COMPLETE);
        return head.bodyEnd(HttpMethod.GET);
    }
}
