package dev.sluice.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Random;

/**
 * Bytes that Jazzer finds, guided by coverage: Netty must think of them as we do, however they arrive. In the ordinary
 * build the inputs beside this class (in the resources) are run; docs/http.md says how to search for more.
 */
class HttpSyntaxFuzzTest {
    private static final int BYTES_MAX = 64 * 1024;
    /** All would be most of the time. The tables are cut everywhere, and so are inputs that are no longer than this. */
    private static final int CUTS_MAX = 64;

    @FuzzTest(maxDuration = "10m")
    void request(byte[] bytes) {
        ParserComparison.onRequest(bytes);
        assertSameInPieces(new RequestHead(), bytes);
    }

    @FuzzTest(maxDuration = "10m")
    void response(byte[] bytes) {
        ParserComparison.onResponse(bytes);
        assertSameInPieces(new ResponseHead(), bytes);
    }

    @FuzzTest(maxDuration = "10m")
    void chunkedBody(byte[] bytes) {
        ParserComparison.onChunkedBody(bytes, new Random(bytes.length));
    }

    private static void assertSameInPieces(MessageHead head, byte[] bytes) {
        HeadParseResult whole = head.parse(bytes, bytes.length, BYTES_MAX);
        HttpFault fault = head.fault();
        int length = head.length();
        for (int cut = 0; cut < bytes.length; cut += 1 + bytes.length / CUTS_MAX) {
            HeadParseResult part = head.parse(bytes, cut, BYTES_MAX);
            if (part != HeadParseResult.INCOMPLETE) {
                assertThat(part).isEqualTo(whole);
                assertThat(head.fault()).isEqualTo(fault);
                assertThat(head.length()).isEqualTo(length);
            }
            if (whole == HeadParseResult.COMPLETE) {
                assertThat(part).isEqualTo(cut < length ? HeadParseResult.INCOMPLETE : HeadParseResult.COMPLETE);
            }
        }
    }
}
