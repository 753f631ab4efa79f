package dev.sluice.policy.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.common.HostPort;
import dev.sluice.policy.hocon.ParsedValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressParserTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"127.0.0.1:80", "[::1]:0", "[::ffff:10.0.0.1]:65535", "rgw-1.example.com:7480", "rgw_a:1", "a:1"
            })
    void goodAddress_isReadAndWrittenAlike(String text) {
        assertThat(AddressParser.hostPort(text, ""))
                .isInstanceOfSatisfying(
                        ParsedValue.Good.class, good -> assertThat(good.value()).hasToString(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                ":1",
                "*:1",
                "a:",
                "a:-1",
                "a:65536",
                "a:x",
                "[::g]:1",
                "[1::2::3]:1",
                "::1:1",
                "1.2.3:1",
                "256.1.1.1:1",
                "a b:1",
                "a..b:1",
                "-a:1",
                "[a]:1",
                "[]:1",
                "http://a:1",
                "a:1/",
                "a:000001"
            })
    void badAddress_isRefused(String text) {
        assertThat(AddressParser.hostPort(text, "")).isInstanceOf(ParsedValue.Bad.class);
    }

    @Test
    void loopback_isKnownByItsAddress() {
        assertThat(new HostPort("127.1.2.3", 1).isLoopback()).isTrue();
        assertThat(new HostPort("::1", 1).isLoopback()).isTrue();
        assertThat(new HostPort("localhost", 1).isLoopback()).isTrue();
        assertThat(new HostPort("0.0.0.0", 1).isLoopback()).isFalse();
        assertThat(new HostPort("127.evil.example", 1).isLoopback()).isFalse();
    }

    @Test
    void badParts_areRefused() {
        assertThatThrownBy(() -> new HostPort("", 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new HostPort("a", 65536)).isInstanceOf(IllegalArgumentException.class);
    }
}
