package dev.sluice.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.IpAddress;
import dev.sluice.common.IpRange;
import dev.sluice.policy.listen.TrustedProxies;
import dev.sluice.policy.listen.TrustedProxies.ProxyProtocol;
import dev.sluice.proxy.testing.ProxyFixture;
import dev.sluice.proxy.testing.ProxyFixture.Client;
import dev.sluice.proxy.testing.RecordingUpstream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which client address the gateway gets, depending on the peer. The client is at 127.0.0.1. */
class TrustedProxyTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String CLAIMS = "X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Proto: https\r\n"
            + "Forwarded: for=203.0.113.7;proto=https\r\nX-Real-IP: 203.0.113.7\r\n";

    static TrustedProxies trusting(ProxyProtocol protocol, String address, int bits) {
        byte[] text = address.getBytes(StandardCharsets.US_ASCII);
        IpAddress first = IpAddress.parse(text, 0, text.length).orElseThrow();
        return new TrustedProxies(List.of(new IpRange(first, bits)), protocol);
    }

    static final TrustedProxies THIS_CLIENT = trusting(ProxyProtocol.OFF, "127.0.0.1", 128);
    static final TrustedProxies ANOTHER_PEER = trusting(ProxyProtocol.OFF, "10.0.0.0", 104);

    /** The forwarding headers that the gateway gets. */
    private static List<String> forwardingHeaders(TrustedProxies trusted, String lines) throws IOException {
        try (RecordingUpstream upstream = new RecordingUpstream(connection -> connection.answerAll(OK));
                ProxyFixture proxy = new ProxyFixture(upstream.address(), options -> options.trusting(trusted));
                Client client = proxy.client()) {
            client.send("GET /b/k HTTP/1.1\r\nHost: s3\r\n" + lines + "\r\n").read();
            return Arrays.stream(upstream.heads.get(0).split("\r\n"))
                    .filter(line -> line.toLowerCase(Locale.ROOT).matches("(x.)?(forwarded|real).*"))
                    .toList();
        }
    }

    @Test
    void claimsOfAnUntrustedPeer_areReplaced() throws Exception {
        List<String> itself = List.of("X-Forwarded-For: 127.0.0.1", "X-Forwarded-Proto: http");

        assertThat(forwardingHeaders(TrustedProxies.NONE, CLAIMS)).isEqualTo(itself);
        assertThat(forwardingHeaders(ANOTHER_PEER, CLAIMS)).isEqualTo(itself);
        assertThat(forwardingHeaders(ANOTHER_PEER, CLAIMS.replace('-', '_'))).isEqualTo(itself);
        assertThat(forwardingHeaders(ANOTHER_PEER, "")).isEqualTo(itself);
    }

    @Test
    void headersOfATrustedProxy_arePassedOn_inOneLineEach() throws Exception {
        assertThat(forwardingHeaders(THIS_CLIENT, CLAIMS))
                .containsExactly("X-Forwarded-For: 203.0.113.7, 127.0.0.1", "X-Forwarded-Proto: https");
        assertThat(forwardingHeaders(THIS_CLIENT, ""))
                .containsExactly("X-Forwarded-For: 127.0.0.1", "X-Forwarded-Proto: http");
        assertThat(forwardingHeaders(THIS_CLIENT, "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 203.0.113.7\r\n"))
                .containsExactly("X-Forwarded-For: 203.0.113.7, 127.0.0.1", "X-Forwarded-Proto: http");
        assertThat(forwardingHeaders(THIS_CLIENT, "X-Forwarded-Proto: https\r\n"))
                .containsExactly("X-Forwarded-For: 127.0.0.1", "X-Forwarded-Proto: https");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https| https",
                "http| http",
                "HTTPS| http",
                "https, http| http",
                "https;| http",
                "ftp| http",
                "''| http",
                "on| http"
            })
    void scheme_isTrustedToTheLetter(String claimed, String scheme) throws Exception {
        assertThat(forwardingHeaders(THIS_CLIENT, "X-Forwarded-Proto: " + claimed + "\r\n"))
                .containsExactly("X-Forwarded-For: 127.0.0.1", "X-Forwarded-Proto: " + scheme);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Forwarded-Proto: https\r\nX-Forwarded-Proto: http\r\n",
                "X-Forwarded-Proto: https\r\nx-forwarded-proto: https\r\n",
                "X_Forwarded_Proto: https\r\n",
                "X-Forwarded_Proto: https\r\nX-Forwarded-Proto: http\r\n",
                "X-Forwarded-Proto: http\r\nX_Forwarded-Proto: https\r\n",
                "Forwarded: proto=https\r\n",
            })
    void scheme_thatIsNamedTwiceOrUnderAnotherName_isNotTrusted(String lines) throws Exception {
        assertThat(forwardingHeaders(THIS_CLIENT, lines))
                .containsExactly("X-Forwarded-For: 127.0.0.1", "X-Forwarded-Proto: http");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x-forwarded-for, x-forwarded-proto",
                "X_Forwarded_For, X_Forwarded_Proto",
                "close, X-Forwarded-For",
                "Forwarded, X-Real-IP",
                "keep-alive, x-forwarded-for, x-forwarded-for, x-forwarded-for",
            })
    void ourLines_canNotBeTakenAwayByConnection(String options) throws Exception {
        String lines = "Connection: " + options + "\r\n" + CLAIMS;

        assertThat(forwardingHeaders(ANOTHER_PEER, lines))
                .containsExactly("X-Forwarded-For: 127.0.0.1", "X-Forwarded-Proto: http");
        assertThat(forwardingHeaders(THIS_CLIENT, lines))
                .containsExactly("X-Forwarded-For: 203.0.113.7, 127.0.0.1", "X-Forwarded-Proto: https");
    }

    @Test
    void everyRequestOfAConnection_speaksForItself() throws Exception {
        try (RecordingUpstream upstream = new RecordingUpstream(connection -> connection.answerAll(OK));
                ProxyFixture proxy = new ProxyFixture(upstream.address(), options -> options.trusting(THIS_CLIENT));
                Client client = proxy.client()) {
            client.send("GET /1 HTTP/1.1\r\nHost: s3\r\nX-Forwarded-For: 203.0.113.1\r\n\r\n"
                    + "GET /2 HTTP/1.1\r\nHost: s3\r\nX-Forwarded-For: 203.0.113.2\r\n\r\n"
                    + "GET /3 HTTP/1.1\r\nHost: s3\r\n\r\n");
            for (int i = 0; i < 3; i++) {
                client.read();
            }

            assertThat(upstream.heads.get(0)).contains("X-Forwarded-For: 203.0.113.1, 127.0.0.1\r\n");
            assertThat(upstream.heads.get(1)).contains("X-Forwarded-For: 203.0.113.2, 127.0.0.1\r\n");
            assertThat(upstream.heads.get(2)).contains("X-Forwarded-For: 127.0.0.1\r\n");
        }
    }

    @Test
    void linesInTheMiddleOfAHead_leaveTheOthersAsTheyCame() throws Exception {
        try (RecordingUpstream upstream = new RecordingUpstream(connection -> connection.answerAll(OK));
                ProxyFixture proxy = new ProxyFixture(upstream.address(), options -> options.trusting(ANOTHER_PEER));
                Client client = proxy.client()) {
            client.send("GET /b%2Fk?q HTTP/1.1\r\nhost:s3\r\nX-REAL-IP:1\r\nx-amz-a:  b \r\nForwarded: x\r\n"
                            + "X-Forwarded-Forx: 5\r\nX_Forwarded_For: 6\r\nx-amz-a: c\r\n\r\n")
                    .read();

            assertThat(upstream.heads.get(0))
                    .isEqualTo("GET /b%2Fk?q HTTP/1.1\r\nhost:s3\r\nx-amz-a:  b \r\nX-Forwarded-Forx: 5\r\n"
                            + "x-amz-a: c\r\nX-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: http\r\n\r\n");
        }
    }
}
