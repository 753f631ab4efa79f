package dev.sluice.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {
    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, 0.0.0.0",
        "255.255.255.255, 255.255.255.255",
        "10.1.2.3, 10.1.2.3",
        "::, ::",
        "::1, ::1",
        "1::, 1::",
        "1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
        "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8",
        "2001:DB8:0000:0000:0001:0000:0000:0001, 2001:db8::1:0:0:1",
        "1:0:0:2:0:0:0:3, 1:0:0:2::3",
        "1:2::7:0, 1:2::7:0",
        "fe80::ffff:1.2.3.4, fe80::ffff:102:304",
        "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
        "0000:0000:0000:0000:0000:ffff:255.255.255.255, 255.255.255.255",
        "::ffff:10.1.2.3, 10.1.2.3",
        "::ffff:a01:203, 10.1.2.3",
        "::10.1.2.3, ::a01:203",
        "::fffe:0:1, ::fffe:0:1",
        "1::ffff:10.1.2.3, 1::ffff:a01:203"
    })
    void goodText_isReadAndWrittenInOneWay(String text, String written) throws Exception {
        IpAddress address = IpAddress.parse(text).orElseThrow();

        assertThat(address).hasToString(written);
        assertThat(IpAddress.parse(written)).contains(address);
        assertThat(IpAddress.of(InetAddress.getByName(text))).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "1",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.",
                ".1.2.3",
                "1..2.3",
                "256.1.1.1",
                "1.2.3.1000",
                "01.2.3.4",
                "1.2.3.00",
                "+1.2.3.4",
                "1.2.3.4 ",
                " 1.2.3.4",
                "0x1.2.3.4",
                "1.2.3.4/8",
                "1.2.3.4:80",
                "2130706433",
                "localhost",
                "unknown",
                ":",
                ":::",
                ":1",
                "1:",
                "::1::",
                "1::2::3",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4:5:6:7:8::",
                "::1:2:3:4:5:6:7:8",
                "12345::",
                "g::",
                "[::1]",
                "::1%eth0",
                "::1%1",
                "::1.2.3",
                "::1.2.3.4:5",
                "::1.2.3.4.5",
                "::01.2.3.4",
                "1:2:3:4:5:6:7:1.2.3.4",
                "1:2:3:4:5:1.2.3.4",
                "1.2.3.4::",
                "\u0661.2.3.4",
                "0000:0000:0000:0000:0000:0000:255.255.255.2550"
            })
    void otherText_isNoAddress(String text) {
        assertThat(IpAddress.parse(text)).isEmpty();
    }

    @Test
    void randomAddresses_areReadAndWrittenAsTheyAre() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(3) == 0 ? 4 : 16];
            random.nextBytes(bytes);
            for (int j = random.nextInt(4); j > 0; j--) {
                int from = random.nextInt(bytes.length / 2) * 2;
                java.util.Arrays.fill(bytes, from, from + 2 + random.nextInt((bytes.length - from) / 2) * 2, (byte) 0);
            }
            InetAddress inet = InetAddress.getByAddress(bytes);
            IpAddress address = IpAddress.ofBytes(bytes, 0, bytes.length);

            assertThat(IpAddress.of(inet)).as("seed " + seed).isEqualTo(address);
            assertThat(IpAddress.parse(address.toString())).as("seed " + seed).contains(address);
            assertThat(IpAddress.parse(inet.getHostAddress()))
                    .as("seed " + seed)
                    .contains(address);
        }
    }

    @Test
    void zone_isLeftOut() throws Exception {
        InetAddress zoned = java.net.Inet6Address.getByAddress(
                null, InetAddress.getByName("fe80::1").getAddress(), 7);

        assertThat(IpAddress.of(zoned)).hasToString("fe80::1");
    }

    @Test
    void otherLengths_areRefused() {
        assertThatThrownBy(() -> IpAddress.ofBytes(new byte[16], 0, 5)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> IpAddress.ofBytes(new byte[16], 4, 16)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
