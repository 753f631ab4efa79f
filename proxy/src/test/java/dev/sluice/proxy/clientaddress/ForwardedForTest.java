package dev.sluice.proxy.clientaddress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.IpAddress;
import dev.sluice.common.IpRange;
import dev.sluice.policy.listen.TrustedProxies;
import dev.sluice.proxy.http1.HeadParseResult;
import dev.sluice.proxy.http1.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Which address of the chain is the client. 10/8 and fd00::/8 are proxies, 10.0.0.1 is the peer, all others are
 * clients.
 */
class ForwardedForTest {
    private static final TrustedProxies PROXIES = new TrustedProxies(
            List.of(new IpRange(address("10.0.0.0"), 96 + 8), new IpRange(address("fd00::"), 8)),
            TrustedProxies.ProxyProtocol.OFF);

    private static IpAddress address(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return IpAddress.parse(bytes, 0, bytes.length).orElseThrow();
    }

    /** What RGW would get for these lines. */
    private static String hops(String lines) {
        byte[] bytes = ("GET / HTTP/1.1\r\nHost: s3\r\n" + lines + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        RequestHead head = new RequestHead();
        assertThat(head.parse(bytes, bytes.length, 64 * 1024)).isEqualTo(HeadParseResult.COMPLETE);
        return ForwardedFor.hops(head, address("10.0.0.1"), PROXIES).stream()
                .map(IpAddress::toString)
                .collect(Collectors.joining(", "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "203.0.113.7                       | 203.0.113.7, 10.0.0.1",
                "6.6.6.6, 203.0.113.7              | 203.0.113.7, 10.0.0.1",
                "10.6.6.6, 203.0.113.7             | 203.0.113.7, 10.0.0.1",
                "6.6.6.6, 203.0.113.7, 10.0.0.2    | 203.0.113.7, 10.0.0.2, 10.0.0.1",
                "6.6.6.6, 203.0.113.7, 10.0.0.2, fd00::3 | 203.0.113.7, 10.0.0.2, fd00::3, 10.0.0.1",
                "10.0.0.3, 10.0.0.2                | 10.0.0.3, 10.0.0.2, 10.0.0.1",
                "10.0.0.2                          | 10.0.0.2, 10.0.0.1",
                "2001:DB8::7                       | 2001:db8::7, 10.0.0.1",
                "[2001:db8::7]                     | 2001:db8::7, 10.0.0.1",
                "[2001:db8::7]:4711                | 2001:db8::7, 10.0.0.1",
                "203.0.113.7:4711                  | 203.0.113.7, 10.0.0.1",
                "::ffff:203.0.113.7                | 203.0.113.7, 10.0.0.1",
                "[::ffff:10.0.0.2]:80, 10.0.0.3    | 10.0.0.2, 10.0.0.3, 10.0.0.1",
                "203.0.113.7,10.0.0.2              | 203.0.113.7, 10.0.0.2, 10.0.0.1",
                "203.0.113.7  ,   10.0.0.2         | 203.0.113.7, 10.0.0.2, 10.0.0.1",
                "203.0.113.7, , ,10.0.0.2,         | 203.0.113.7, 10.0.0.2, 10.0.0.1",
                "203.0.113.7\t,\t10.0.0.2          | 203.0.113.7, 10.0.0.2, 10.0.0.1",
                ",,,                               | 10.0.0.1",
                "unknown                           | 10.0.0.1",
                "203.0.113.7, unknown              | 10.0.0.1",
                "203.0.113.7, unknown, 10.0.0.2    | 10.0.0.2, 10.0.0.1",
                "_hidden, 10.0.0.2                 | 10.0.0.2, 10.0.0.1",
                "203.0.113.7, 10.0.0.256, 10.0.0.2 | 10.0.0.2, 10.0.0.1",
                "203.0.113.7; 10.0.0.2             | 10.0.0.1",
                "203.0.113.7 10.0.0.2              | 10.0.0.1",
                "203.0.113.07                      | 10.0.0.1",
                "203.0.113.7:                      | 10.0.0.1",
                "203.0.113.7:x                     | 10.0.0.1",
                "203.0.113.7:123456                | 10.0.0.1",
                "[203.0.113.7]                     | 10.0.0.1",
                "[203.0.113.7]:80                  | 10.0.0.1",
                "[2001:db8::7                      | 10.0.0.1",
                "[2001:db8::7]80                   | 10.0.0.1",
                "[2001:db8::7]:                    | 10.0.0.1",
                "[]                                | 10.0.0.1",
                "]                                 | 10.0.0.1",
                "[                                 | 10.0.0.1",
                ":                                 | 10.0.0.1",
                "fe80::1%eth0                      | 10.0.0.1",
                "\"203.0.113.7\"                   | 10.0.0.1",
                "for=203.0.113.7                   | 10.0.0.1",
                "203.0.113.7/32                    | 10.0.0.1"
            })
    void client_isTheLastAddressThatIsNoProxy(String chain, String hops) {
        assertThat(hops("X-Forwarded-For: " + chain + "\r\n")).isEqualTo(hops);
    }

    @Test
    void lines_countAsOneList_inTheirOrder() {
        assertThat(hops("X-Forwarded-For: 6.6.6.6\r\nx-forwarded-for: 203.0.113.7\r\nX-FORWARDED-FOR: 10.0.0.2\r\n"))
                .isEqualTo("203.0.113.7, 10.0.0.2, 10.0.0.1");
        assertThat(hops("X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-For:\r\nDate: x\r\nX-Forwarded-For: 10.0.0.2\r\n"))
                .isEqualTo("203.0.113.7, 10.0.0.2, 10.0.0.1");
        assertThat(hops("X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-For: nonsense\r\n"))
                .isEqualTo("10.0.0.1");
    }

    @ParameterizedTest
    @CsvSource({"X_Forwarded_For", "x-forwarded_for", "X_Forwarded-For"})
    void nameThatOnlyLooksAlike_isIgnored_whereverItStands(String name) {
        String forged = name + ": 6.6.6.6\r\n";
        String genuine = "X-Forwarded-For: 203.0.113.7\r\n";

        assertThat(hops(forged)).isEqualTo("10.0.0.1");
        assertThat(hops(genuine + forged)).isEqualTo("203.0.113.7, 10.0.0.1");
        assertThat(hops(forged + genuine)).isEqualTo("203.0.113.7, 10.0.0.1");
    }

    @Test
    void otherHeaders_areIgnored() {
        assertThat(hops("Forwarded: for=203.0.113.7\r\nX-Real-IP: 203.0.113.7\r\nX-Client-IP: 203.0.113.7\r\n"))
                .isEqualTo("10.0.0.1");
    }

    @Test
    void endlessChains_areReadNoFurtherThanNeeded() {
        assertThat(hops("X-Forwarded-For: " + "6.6.6.6,".repeat(3000) + "203.0.113.7, 10.0.0.2\r\n"))
                .isEqualTo("203.0.113.7, 10.0.0.2, 10.0.0.1");
        assertThat(hops("X-Forwarded-For: " + "10.9.9.9,".repeat(3000) + "10.0.0.2\r\n")
                        .split(", "))
                .hasSize(ForwardedFor.HOPS_MAX)
                .endsWith("10.9.9.9", "10.0.0.2", "10.0.0.1");
        assertThat(hops("X-Forwarded-For: " + ",".repeat(60_000) + "\r\n")).isEqualTo("10.0.0.1");
        assertThat(hops("X-Forwarded-For: 203.0.113.7\r\n" + "X-Forwarded-For: 10.0.0.2\r\n".repeat(100))
                        .split(", "))
                .hasSize(ForwardedFor.HOPS_MAX);
    }
}
