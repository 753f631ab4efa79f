package dev.sluice.proxy.clientaddress;

import static dev.sluice.proxy.clientaddress.ProxyProtocolHeaders.INET;
import static dev.sluice.proxy.clientaddress.ProxyProtocolHeaders.INET6;
import static dev.sluice.proxy.clientaddress.ProxyProtocolHeaders.LOCAL;
import static dev.sluice.proxy.clientaddress.ProxyProtocolHeaders.PROXY;
import static dev.sluice.proxy.clientaddress.ProxyProtocolHeaders.addresses;
import static dev.sluice.proxy.clientaddress.ProxyProtocolHeaders.joined;
import static dev.sluice.proxy.clientaddress.ProxyProtocolHeaders.tlv;
import static dev.sluice.proxy.clientaddress.ProxyProtocolHeaders.v1;
import static dev.sluice.proxy.clientaddress.ProxyProtocolHeaders.v2;
import static dev.sluice.proxy.clientaddress.ProxyProtocolHeaders.v2OfLength;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.IpAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which bytes are a PROXY header, and its content; each header is also cut at every byte. */
class ProxyProtocolHeaderTest {
    private static final byte[] V4 = addresses("203.0.113.7", "10.0.0.1");
    private static final byte[] V6 = addresses("2001:db8::7", "2001:db8::1");
    private static final byte[] BEHIND = v1("\r\n\r\nGET / HTTP/1.1\r\n");

    static Stream<Arguments> good() {
        String longest = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
        return Stream.of(
                Arguments.of("203.0.113.7", v1("PROXY TCP4 203.0.113.7 10.0.0.1 12345 443\r\n")),
                Arguments.of("255.255.255.255", v1("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n")),
                Arguments.of("0.0.0.0", v1("PROXY TCP4 0.0.0.0 0.0.0.0 0 0\r\n")),
                Arguments.of("2001:db8::7", v1("PROXY TCP6 2001:db8::7 2001:DB8::1 1 2\r\n")),
                Arguments.of(longest, v1("PROXY TCP6 " + longest + " " + longest + " 65535 65535\r\n")),
                Arguments.of("203.0.113.7", v1("PROXY TCP6 ::ffff:203.0.113.7 ::1 1 2\r\n")),
                Arguments.of("", v1("PROXY UNKNOWN\r\n")),
                Arguments.of("", v1("PROXY UNKNOWN " + longest + " " + longest + " 65535 65535\r\n")),
                Arguments.of("", v1("PROXY UNKNOWN what ever \0 it says\r\n")),
                Arguments.of("", v1("PROXY UNKNOWN " + "x".repeat(91) + "\r\n")),
                Arguments.of("203.0.113.7", v2(PROXY, INET, V4)),
                Arguments.of("203.0.113.7", v2(PROXY, 0x12, V4)),
                Arguments.of("2001:db8::7", v2(PROXY, INET6, V6)),
                Arguments.of("2001:db8::7", v2(PROXY, 0x22, V6)),
                Arguments.of("203.0.113.7", v2(PROXY, INET6, addresses("::ffff:203.0.113.7", "::1"))),
                Arguments.of("203.0.113.7", v2(PROXY, INET, V4, tlv(0x20, new byte[5]), tlv(0xEA, new byte[0]))),
                Arguments.of("2001:db8::7", v2(PROXY, INET6, V6, tlv(0x03, new byte[] {1, 2, 3, 4}))),
                Arguments.of("203.0.113.7", v2(PROXY, INET, V4, tlv(0x30, new byte[4096 - 16 - 12 - 3]))),
                Arguments.of("", v2(LOCAL, 0x00)),
                Arguments.of("", v2(LOCAL, INET, V4)),
                Arguments.of("", v2(LOCAL, 0xFF, new byte[] {1, 2, 3})),
                Arguments.of("", v2(PROXY, 0x00)),
                Arguments.of("", v2(PROXY, 0x00, new byte[] {9, 9, 9, 9, 9})),
                Arguments.of("", v2(PROXY, 0x31, new byte[216])),
                Arguments.of("", v2(PROXY, 0x32, new byte[216], tlv(0x04, new byte[7]))));
    }

    @ParameterizedTest
    @MethodSource("good")
    void goodHeader_namesTheClient(String source, byte[] header) {
        ProxyHeaderResult expected = new ProxyHeaderResult.Complete(
                header.length,
                source.isEmpty() ? java.util.Optional.empty() : IpAddress.parse(v1(source), 0, source.length()));

        assertThat(ProxyProtocolHeader.parse(header, header.length)).isEqualTo(expected);
        byte[] more = joined(header, BEHIND);
        for (int length = header.length; length <= more.length; length++) {
            assertThat(ProxyProtocolHeader.parse(more, length)).isEqualTo(expected);
        }
        for (int length = 0; length < header.length; length++) {
            assertThat(ProxyProtocolHeader.parse(header, length))
                    .as("of %d bytes", length)
                    .isInstanceOf(ProxyHeaderResult.Incomplete.class);
        }
    }

    static Stream<Arguments> bad() {
        return Stream.of(
                Arguments.of("there is none", v1("GET / HTTP/1.1\r\nHost: s3\r\n\r\n")),
                Arguments.of("there is none", v1("PUT / HTTP/1.1\r\n")),
                Arguments.of("there is none", v1("POST / HTTP/1.1\r\n")),
                Arguments.of("there is none", new byte[] {0x16, 0x03, 0x01, 0x02, 0x00}),
                Arguments.of("there is none", v1("proxy TCP4 203.0.113.7 10.0.0.1 12345 443\r\n")),
                Arguments.of("there is none", v1(" PROXY TCP4 203.0.113.7 10.0.0.1 12345 443\r\n")),
                Arguments.of("there is none", v1("PROXY\tTCP4 203.0.113.7 10.0.0.1 12345 443\r\n")),
                Arguments.of("there is none", v1("\r\nPROXY TCP4 203.0.113.7 10.0.0.1 12345 443\r\n")),
                Arguments.of("there is none", v1("\r\n\r\n\0\r\nQUIT\r")),
                Arguments.of("there is none", v1("PROXYUNKNOWN\r\n")),
                Arguments.of("there is none", v1("PROXY\r\n")),
                Arguments.of("its protocol is", v1("PROXY \r\n")),
                Arguments.of("its protocol is", v1("PROXY  TCP4 203.0.113.7 10.0.0.1 12345 443\r\n")),
                Arguments.of("its protocol is", v1("PROXY UDP4 203.0.113.7 10.0.0.1 12345 443\r\n")),
                Arguments.of("its protocol is", v1("PROXY tcp4 203.0.113.7 10.0.0.1 12345 443\r\n")),
                Arguments.of("its protocol is", v1("PROXY UNKNOWNX\r\n")),
                Arguments.of("its protocol is", v1("PROXY TCP 203.0.113.7 10.0.0.1 12345 443\r\n")),
                Arguments.of("it has not two", v1("PROXY TCP4\r\n")),
                Arguments.of("it has not two", v1("PROXY TCP4 203.0.113.7 10.0.0.1 12345\r\n")),
                Arguments.of("it has not two", v1("PROXY TCP4 203.0.113.7 10.0.0.1 12345 443 \r\n")),
                Arguments.of("it has not two", v1("PROXY TCP4 203.0.113.7 10.0.0.1 12345 443 1\r\n")),
                Arguments.of("it has not two", v1("PROXY TCP4  203.0.113.7 10.0.0.1 12345 443\r\n")),
                Arguments.of("an address", v1("PROXY TCP4 203.0.113.07 10.0.0.1 12345 443\r\n")),
                Arguments.of("an address", v1("PROXY TCP4 203.0.113.256 10.0.0.1 12345 443\r\n")),
                Arguments.of("an address", v1("PROXY TCP4 203.0.113.7 client 12345 443\r\n")),
                Arguments.of("an address", v1("PROXY TCP4 ::1 ::1 12345 443\r\n")),
                Arguments.of("an address", v1("PROXY TCP6 203.0.113.7 ::1 12345 443\r\n")),
                Arguments.of("an address", v1("PROXY TCP6 ::1 10.0.0.1 12345 443\r\n")),
                Arguments.of("an address", v1("PROXY TCP6 [::1] ::1 12345 443\r\n")),
                Arguments.of("an address", v1("PROXY TCP6 fe80::1%eth0 ::1 12345 443\r\n")),
                Arguments.of("an address", v1("PROXY TCP4 203.0.113.7\t10.0.0.1 1 2 3\r\n")),
                Arguments.of("a port", v1("PROXY TCP4 203.0.113.7 10.0.0.1 +1 443\r\n")),
                Arguments.of("a port", v1("PROXY TCP4 203.0.113.7 10.0.0.1 -1 443\r\n")),
                Arguments.of("a port", v1("PROXY TCP4 203.0.113.7 10.0.0.1 080 443\r\n")),
                Arguments.of("a port", v1("PROXY TCP4 203.0.113.7 10.0.0.1 65536 443\r\n")),
                Arguments.of("a port", v1("PROXY TCP4 203.0.113.7 10.0.0.1 1 99999999999\r\n")),
                Arguments.of("a port", v1("PROXY TCP4 203.0.113.7 10.0.0.1 1 \r\n")),
                Arguments.of("its line ends in a bare LF", v1("PROXY TCP4 203.0.113.7 10.0.0.1 12345 443\n")),
                Arguments.of("its line has a bare CR", v1("PROXY TCP4 203.0.113.7 10.0.0.1 12345 443\r\r\n")),
                Arguments.of("its line has a bare CR", v1("PROXY UNKNOWN\rGET / HTTP/1.1\r\n")),
                Arguments.of("its line is longer", v1("PROXY UNKNOWN " + "x".repeat(92) + "\r\n")),
                Arguments.of("its line is longer", v1("PROXY UNKNOWN " + "x".repeat(93) + "\r\n")),
                Arguments.of("its line is longer", v1("PROXY UNKNOWN " + "x".repeat(5000))),
                Arguments.of("its version or command", v2(0x11, INET, V4)),
                Arguments.of("its version or command", v2(0x31, INET, V4)),
                Arguments.of("its version or command", v2(0x22, INET, V4)),
                Arguments.of("its version or command", v2(0x00, INET, V4)),
                Arguments.of("its address family", v2(PROXY, 0x01, V4)),
                Arguments.of("its address family", v2(PROXY, 0x10, V4)),
                Arguments.of("its address family", v2(PROXY, 0x13, V4)),
                Arguments.of("its address family", v2(PROXY, 0x20, V6)),
                Arguments.of("its address family", v2(PROXY, 0x41, V4)),
                Arguments.of("its address family", v2(PROXY, 0xFF, V4)),
                Arguments.of("it is too short", v2(PROXY, INET)),
                Arguments.of("it is too short", v2(PROXY, INET, new byte[11])),
                Arguments.of("it is too short", v2(PROXY, INET6, V4)),
                Arguments.of("it is too short", v2(PROXY, INET6, new byte[35])),
                Arguments.of("it is too short", v2(PROXY, 0x31, new byte[215])),
                Arguments.of("it is longer", v2(PROXY, INET, V4, tlv(0x30, new byte[4096 - 16 - 12 - 2]))),
                Arguments.of("it is longer", v2OfLength(PROXY, INET, 0xFFFF, V4)),
                Arguments.of("it is longer", v2OfLength(LOCAL, 0, 0xFFFF)),
                Arguments.of("what follows its addresses", v2(PROXY, INET, V4, new byte[1])),
                Arguments.of("what follows its addresses", v2(PROXY, INET, V4, new byte[] {4, 0})),
                Arguments.of("what follows its addresses", v2(PROXY, INET, V4, new byte[] {4, 0, 2, 1})),
                Arguments.of("what follows its addresses", v2(PROXY, INET6, V6, new byte[] {4, (byte) 0xFF, 0, 1})),
                Arguments.of("what follows its addresses", v2(PROXY, 0x31, new byte[216], new byte[] {4, 0, 1})));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void otherBytes_areBadHoweverTheyAreCut(String why, byte[] bytes) {
        boolean malformed = false;
        for (int length = 0; length <= bytes.length; length++) {
            ProxyHeaderResult result = ProxyProtocolHeader.parse(bytes, length);

            assertThat(result).isNotInstanceOf(ProxyHeaderResult.Complete.class);
            // What was bad once does not become good by more bytes.
            assertThat(result instanceof ProxyHeaderResult.Malformed || !malformed)
                    .isTrue();
            malformed |= result instanceof ProxyHeaderResult.Malformed;
        }
        assertThat(ProxyProtocolHeader.parse(bytes, bytes.length))
                .isInstanceOfSatisfying(
                        ProxyHeaderResult.Malformed.class,
                        bad -> assertThat(bad.reason()).startsWith(why));
    }

    @Test
    void badHeader_isKnownAsSoonAsItCanBe() {
        assertThat(ProxyProtocolHeader.parse(v1("G"), 1)).isInstanceOf(ProxyHeaderResult.Malformed.class);
        assertThat(ProxyProtocolHeader.parse(v1("PRO"), 3)).isInstanceOf(ProxyHeaderResult.Incomplete.class);
        assertThat(ProxyProtocolHeader.parse(v1("PRI"), 3)).isInstanceOf(ProxyHeaderResult.Malformed.class);
        byte[] huge = v2OfLength(PROXY, INET, 0xFFFF);
        assertThat(ProxyProtocolHeader.parse(huge, huge.length)).isInstanceOf(ProxyHeaderResult.Malformed.class);
    }

    /** Whatever is changed in a valid header, the length that is removed is the length that it announces. */
    @Test
    void changedHeaders_takeNoMoreThanTheirLength() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        byte[][] goods = good().map(arguments -> (byte[]) arguments.get()[1]).toArray(byte[][]::new);
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = joined(goods[random.nextInt(goods.length)], BEHIND);
            for (int j = random.nextInt(3); j >= 0; j--) {
                bytes[random.nextInt(Math.min(bytes.length, 120))] = (byte) random.nextInt(256);
            }
            if (ProxyProtocolHeader.parse(bytes, bytes.length) instanceof ProxyHeaderResult.Complete complete) {
                String how = "seed " + seed + ": " + HexFormat.of().formatHex(bytes);
                int length = complete.length();
                if (bytes[0] == 'P') {
                    String text = new String(bytes, StandardCharsets.ISO_8859_1);
                    assertThat(length)
                            .as(how)
                            .isEqualTo(text.indexOf("\r\n") + 2)
                            .isLessThanOrEqualTo(107);
                } else {
                    int announced = (bytes[14] & 0xFF) << 8 | (bytes[15] & 0xFF);
                    assertThat(length).as(how).isEqualTo(16 + announced).isLessThanOrEqualTo(4096);
                }
                byte[] alone = Arrays.copyOf(bytes, length);
                assertThat(ProxyProtocolHeader.parse(alone, length)).as(how).isEqualTo(complete);
            }
        }
    }
}
