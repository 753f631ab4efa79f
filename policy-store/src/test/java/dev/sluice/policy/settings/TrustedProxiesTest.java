package dev.sluice.policy.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.sluice.common.IpAddress;
import dev.sluice.common.IpRange;
import dev.sluice.policy.hocon.ParsedValue;
import dev.sluice.policy.listen.AddressParser;
import dev.sluice.policy.listen.TrustedProxies;
import dev.sluice.policy.listen.TrustedProxies.ProxyProtocol;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrustedProxiesTest {
    private static TrustedProxies trusting(String... ranges) {
        return new TrustedProxies(
                Stream.of(ranges).map(TrustedProxiesTest::range).toList(), ProxyProtocol.OFF);
    }

    private static IpRange range(String text) {
        return ((ParsedValue.Good<IpRange>) AddressParser.ipRange(text)).value();
    }

    private static IpAddress address(String text) {
        return IpAddress.parse(text).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3, 10.1.2.3, true",
        "10.1.2.3, 10.1.2.2, false",
        "10.1.2.3/32, 10.1.2.3, true",
        "10.1.2.3/32, 10.1.2.4, false",
        "10.1.2.3/32, ::ffff:10.1.2.3, true",
        "::ffff:10.1.2.3, 10.1.2.3, true",
        "::ffff:10.1.2.3/128, 10.1.2.3, true",
        "::ffff:10.0.0.0/104, 10.255.255.255, true",
        "::ffff:10.0.0.0/104, 11.0.0.0, false",
        "::ffff:0.0.0.0/96, 203.0.113.9, true",
        "10.1.2.2/31, 10.1.2.2, true",
        "10.1.2.2/31, 10.1.2.3, true",
        "10.1.2.2/31, 10.1.2.4, false",
        "10.0.0.0/8, 10.255.255.255, true",
        "10.0.0.0/8, 9.255.255.255, false",
        "10.0.0.0/8, 11.0.0.0, false",
        "10.0.0.0/8, ::a00:1, false",
        "128.0.0.0/1, 127.255.255.255, false",
        "128.0.0.0/1, 255.255.255.255, true",
        "0.0.0.0/0, 255.255.255.255, true",
        "0.0.0.0/0, 0.0.0.0, true",
        "0.0.0.0/0, ::ffff:1.2.3.4, true",
        "0.0.0.0/0, ::1, false",
        "0.0.0.0/0, ::, false",
        "::/0, ::, true",
        "::/0, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, true",
        "::/0, 1.2.3.4, false",
        "::/0, ::ffff:1.2.3.4, false",
        "::/64, 1.2.3.4, false",
        "::1, ::1, true",
        "::1/128, ::1, true",
        "::1/128, ::2, false",
        "2001:db8::/32, 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff, true",
        "2001:db8::/32, 2001:db9::, false",
        "2001:db8::/63, 2001:db8:0:1:ffff::, true",
        "2001:db8::/64, 2001:db8:0:1::, false",
        "2001:db8::/64, 2001:db8::ffff:0:0:1, true",
        "2001:db8::/65, 2001:db8:0:0:8000::, false",
        "2001:db8::/127, 2001:db8::1, true",
        "2001:db8::/127, 2001:db8::2, false"
    })
    void range_containsWhatBeginsAlike(String range, String address, boolean contained) {
        assertThat(trusting("192.0.2.1", range).contains(address(address))).isEqualTo(contained);
    }

    @Test
    void nobody_isTrustedByDefault() {
        assertThat(TrustedProxies.NONE.contains(IpAddress.UNSPECIFIED)).isFalse();
        assertThat(TrustedProxies.NONE.contains(address("127.0.0.1"))).isFalse();
        assertThat(TrustedProxies.NONE.usesProxyProtocol()).isFalse();
    }

    @Test
    void ranges_agreeWithArithmetic() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[16];
            random.nextBytes(bytes);
            byte[] other = bytes.clone();
            int bit = random.nextInt(128);
            other[bit / 8] ^= (byte) (0x80 >> bit % 8);
            int bits = random.nextInt(129);
            IpRange range = new IpRange(IpAddress.ofBytes(bytes, 0, 16).first(bits), bits);
            BigInteger first = new BigInteger(1, bytes).shiftRight(128 - bits);

            assertThat(range.contains(IpAddress.ofBytes(bytes, 0, 16)))
                    .as("seed " + seed)
                    .isTrue();
            assertThat(range.contains(IpAddress.ofBytes(other, 0, 16)))
                    .as("seed " + seed + ": " + range + ", " + InetAddress.getByAddress(other))
                    .isEqualTo(new BigInteger(1, other).shiftRight(128 - bits).equals(first));
            assertThat(range(range.toString())).as("seed " + seed).isEqualTo(range);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.0.0.0/8",
        "10.0.0.1/32, 10.0.0.1",
        "0.0.0.0/0, 0.0.0.0/0",
        "::ffff:10.0.0.0/104, 10.0.0.0/8",
        "2001:DB8::/32, 2001:db8::/32",
        "::1/128, ::1",
        "::/0, ::/0"
    })
    void range_isWrittenAsPeopleWriteIt(String text, String written) {
        assertThat(range(text)).hasToString(written);
    }

    @Test
    void impossibleParts_areRefused() {
        assertThatThrownBy(() -> new IpRange(address("10.0.0.1"), 104)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new IpRange(address("::"), 129)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TrustedProxies(List.of(), ProxyProtocol.ON))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void contains_allocatesNothing() {
        TrustedProxies trusted = trusting(IntStream.range(0, 1024)
                .mapToObj(i -> "10.0." + i / 256 + "." + i % 256)
                .toArray(String[]::new));
        IpAddress client = address("2001:db8::1");
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int found = 0;
        for (int i = 0; i < 100; i++) {
            found += trusted.contains(client) ? 1 : 0;
        }

        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 1000; i++) {
            found += trusted.contains(client) ? 1 : 0;
        }
        long taken = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(found).isZero();
        assertThat(taken).isLessThan(1000);
    }
}
