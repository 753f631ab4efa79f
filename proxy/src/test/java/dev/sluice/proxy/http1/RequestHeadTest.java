package dev.sluice.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The content of a valid head. {@link HeadCasesTest} has which heads are valid. */
class RequestHeadTest {
    private static final int BYTES_MAX = 32 * 1024;

    private final RequestHead head = new RequestHead();

    @Test
    void offsets_pointIntoTheBytesReceived() {
        HeadParseResult parsed =
                parse("PUT /b/k%2F?partNumber=1&x=?y HTTP/1.1\r\nHost: s3\r\nx-A:  v 1 \t\r\nempty:\r\n\r\nbody");

        assertThat(parsed).isEqualTo(HeadParseResult.COMPLETE);
        assertThat(head.method()).isEqualTo(HttpMethod.PUT);
        assertThat(text(0, head.methodEnd())).isEqualTo("PUT");
        assertThat(text(head.targetStart(), head.targetEnd())).isEqualTo("/b/k%2F?partNumber=1&x=?y");
        assertThat(text(head.queryStart(), head.targetEnd())).isEqualTo("partNumber=1&x=?y");
        assertThat(text(head.length(), head.length() + 4)).isEqualTo("body");
        HeaderLines lines = head.headers();
        assertThat(lines.count()).isEqualTo(3);
        assertThat(text(lines.lineStart(1), lines.lineEnd(1))).isEqualTo("x-A:  v 1 \t\r\n");
        assertThat(text(lines.lineStart(1), lines.nameEnd(1))).isEqualTo("x-A");
        assertThat(text(lines.valueStart(1), lines.valueEnd(1))).isEqualTo("v 1");
        assertThat(lines.valueStart(2)).isEqualTo(lines.valueEnd(2));
        assertThat(lines.header(0)).isEqualTo(KnownHeader.HOST);
        assertThat(lines.header(1)).isEqualTo(KnownHeader.OTHER);
    }

    @Test
    void query_isAbsentOrEmpty() {
        parse("GET /b HTTP/1.1\r\nHost: s3\r\n\r\n");
        assertThat(head.queryStart()).isEqualTo(-1);

        parse("GET /b? HTTP/1.1\r\nHost: s3\r\n\r\n");
        assertThat(head.queryStart()).isEqualTo(head.targetEnd());
    }

    @Test
    void methods_areCaseSensitive() {
        for (HttpMethod method : HttpMethod.values()) {
            parse(method + " / HTTP/1.1\r\nHost: s3\r\n\r\n");
            assertThat(head.method()).isEqualTo(method);
        }

        parse("get / HTTP/1.1\r\nHost: s3\r\n\r\n");
        assertThat(head.method()).isEqualTo(HttpMethod.OTHER);
    }

    @Test
    void everyKnownName_isFoundInAnyCase() {
        for (KnownHeader header : KnownHeader.values()) {
            String name = header.name().replace('_', '-');
            for (String written : List.of(name, name.toLowerCase(java.util.Locale.ROOT))) {
                byte[] bytes = bytes(written);

                assertThat(KnownHeader.of(bytes, 0, bytes.length)).isEqualTo(header);
            }
        }
    }

    @Test
    void forwardingNames_areFoundAsRgwFoldsThem() {
        for (String name : List.of("X-Forwarded-For", "X_Forwarded_For", "x_forwarded-for", "x-FORWARDED_for")) {
            assertThat(KnownHeader.of(bytes(name), 0, name.length())).isEqualTo(KnownHeader.X_FORWARDED_FOR);
        }
        assertThat(KnownHeader.of(bytes("x_forwarded-proto"), 0, 17)).isEqualTo(KnownHeader.X_FORWARDED_PROTO);
        assertThat(KnownHeader.of(bytes("X_real-IP"), 0, 9)).isEqualTo(KnownHeader.X_REAL_IP);
        assertThat(KnownHeader.of(bytes("keep_alive"), 0, 10)).isEqualTo(KnownHeader.OTHER);
        assertThat(KnownHeader.of(bytes("X-Forwarded-Fox"), 0, 15)).isEqualTo(KnownHeader.OTHER);
    }

    @Test
    void index_isTheFirstLineOfThatName() {
        parse("GET / HTTP/1.1\r\na: 1\r\nHost: s3\r\nDate: x\r\ndate: y\r\n\r\n");

        assertThat(head.index(KnownHeader.HOST)).isEqualTo(1);
        assertThat(head.index(KnownHeader.DATE)).isEqualTo(2);
        assertThat(head.index(KnownHeader.AUTHORIZATION)).isEqualTo(-1);
    }

    @Test
    void hopByHopLines_areThoseByNameAndThoseThatConnectionNames() {
        parse("GET / HTTP/1.1\r\nHost: s3\r\nConnection: Foo, upgrade,http2-settings,\tBAR , keep-alive,\r\n"
                + "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\nTE: trailers\r\nKeep-Alive: 5\r\n"
                + "Proxy-Connection: x\r\nProxy-Authorization: x\r\nProxy-Authenticate: x\r\nfoo: 1\r\nbar: 2\r\n"
                + "foobar: 3\r\nFOO: 4\r\nTrailer: t\r\n\r\n");

        assertThat(cut())
                .containsExactly(
                        "Connection",
                        "Upgrade",
                        "HTTP2-Settings",
                        "TE",
                        "Keep-Alive",
                        "Proxy-Connection",
                        "Proxy-Authorization",
                        "Proxy-Authenticate",
                        "foo",
                        "bar",
                        "FOO");
        assertThat(head.isKeepAlive()).isTrue();
    }

    @Test
    void whatDecisionsDependOn_isNotTakenAwayByConnection() {
        parse("GET / HTTP/1.1\r\nHost: s3\r\nConnection: authorization, date, range, x-amz-acl, x_amz_b, expect,"
                + " x-auth-token, content-type, content-md5, content-encoding, x-forwarded-for\r\n"
                + "Authorization: a\r\nDate: d\r\nRange: r\r\nx-amz-acl: a\r\nx_amz_b: b\r\nExpect: 100-continue\r\n"
                + "x-auth-token: t\r\ncontent-type: c\r\ncontent-md5: m\r\ncontent-encoding: e\r\nx-forwarded-for: f\r\n"
                + "\r\n");

        assertThat(cut()).containsExactly("Connection");
    }

    @Test
    void expectInHttp10_endsAtTheProxy() {
        parse("PUT / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n");

        assertThat(head.expectsContinue()).isFalse();
        assertThat(cut()).containsExactly("Expect");
    }

    @Test
    void reusedHead_remembersNothing() {
        parse("PUT /?q HTTP/1.0\r\nHost: s3\r\nContent-Length: 7\r\nConnection: keep-alive, foo\r\nfoo: 1\r\n\r\n");
        assertThat(parse("GET / HTTP/1.1\r\nfoo: x\r\nHost: s3\r\nx: y\r\nz: 1\r\nfoo: 2\r\n\r\n"))
                .isEqualTo(HeadParseResult.COMPLETE);

        assertThat(head.contentLength()).isEqualTo(-1);
        assertThat(head.hasBody()).isFalse();
        assertThat(head.queryStart()).isEqualTo(-1);
        assertThat(head.isHttp10()).isFalse();
        assertThat(cut()).isEmpty();
        assertThat(parse("GET / FOO")).isEqualTo(HeadParseResult.INVALID);
        assertThat(head.length()).isZero();
        assertThat(parse("GET / HTTP")).isEqualTo(HeadParseResult.INCOMPLETE);
        assertThat(head.fault()).isEqualTo(HttpFault.NONE);
    }

    @Test
    void maxHeadBytes_isTheLongestThatPasses() {
        byte[] bytes = bytes("GET / HTTP/1.1\r\nHost: s3\r\n\r\n");

        assertThat(head.parse(bytes, bytes.length, bytes.length)).isEqualTo(HeadParseResult.COMPLETE);
        assertThat(head.parse(bytes, bytes.length, bytes.length - 1)).isEqualTo(HeadParseResult.INVALID);
        assertThat(head.fault()).isEqualTo(HttpFault.HEAD_TOO_LARGE);
        assertThat(head.parse(bytes, bytes.length - 2, bytes.length - 1)).isEqualTo(HeadParseResult.INCOMPLETE);
        // a full buffer without an end will not get one
        assertThat(head.parse(bytes, bytes.length - 1, bytes.length - 1)).isEqualTo(HeadParseResult.INVALID);
    }

    @Test
    void lengthBeyondTheBytes_isRefusedAtOnce() {
        assertThatThrownBy(() -> head.parse(new byte[10], 11, BYTES_MAX)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    private List<String> cut() {
        List<String> cut = new ArrayList<>();
        for (int i = 0; i < head.headers().count(); i++) {
            if (head.isHopByHop(i)) {
                cut.add(text(head.headers().lineStart(i), head.headers().nameEnd(i)));
            }
        }
        return cut;
    }

    private HeadParseResult parse(String text) {
        byte[] bytes = bytes(text);
        return head.parse(bytes, bytes.length, BYTES_MAX);
    }

    private String text(int from, int to) {
        return new String(head.bytes(), from, to - from, StandardCharsets.ISO_8859_1);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
