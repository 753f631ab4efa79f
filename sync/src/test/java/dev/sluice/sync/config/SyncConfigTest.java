package dev.sluice.sync.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SyncConfigTest {
    private static final long INTERVAL_NANOS = 100_000_000;

    @ParameterizedTest
    @CsvSource({
        "tcp://0.0.0.0:7070, tcp://0.0.0.0:7070",
        "tcp://*:7070, tcp://*:7070",
        "tcp://127.0.0.1:0, tcp://127.0.0.1:*",
        "tcp://127.0.0.1:*, tcp://127.0.0.1:*",
        "tcp://[::]:7070, tcp://[::]:7070",
        "tcp://rgw-1.example:7070, tcp://rgw-1.example:7070",
    })
    void listen_wellFormed_isTaken(String listen, String text) {
        new SyncConfig("a", listen, "default", INTERVAL_NANOS, List.of());

        assertThat(Endpoint.toListen(listen).text()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "7070",
                "127.0.0.1:7070",
                "ipc:///var/run/x",
                "tcp://127.0.0.1",
                "tcp://:7070",
                "tcp://a:b",
                "tcp://a:-1",
                "tcp://a:65536",
                "tcp://a:99999999999",
                "tcp://::1:7070",
                "tcp://[a]:7070",
                "tcp://a b:7070",
                "tcp://a;b:7070",
                "tcp://a/b:7070"
            })
    void listen_malformed_isRefusedWithTheText(String listen) {
        assertThatThrownBy(() -> new SyncConfig("a", listen, "default", INTERVAL_NANOS, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + listen + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp://*:7070", "tcp://a:0", "tcp://a:*"})
    void peer_withoutHostOrPort_isRefused(String peer) {
        assertThatThrownBy(() -> Endpoint.toConnect(peer)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 9_999_999, 10_000_000_001L})
    void interval_outOfRange_isRefused(long intervalNanos) {
        assertThatThrownBy(() -> new SyncConfig("a", "tcp://*:0", "default", intervalNanos, List.of()))
                .hasMessageContaining("10 ms to 10 s");
    }

    @Test
    void nodeName_emptyTooLongOrUnprintable_isRefused() {
        for (String name : List.of("", "n".repeat(256), "a\nb", "a\u001b[1m", "\u202eabc")) {
            assertThatThrownBy(() -> new SyncConfig(name, "tcp://*:0", "default", INTERVAL_NANOS, List.of()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void peers_tooMany_areRefusedAndRepeatedOnesAreOne() {
        List<String> many = IntStream.range(0, 1025)
                .mapToObj(i -> "tcp://rgw" + i + ":7070")
                .toList();

        assertThatThrownBy(() -> new SyncConfig("a", "tcp://*:0", "default", INTERVAL_NANOS, many))
                .hasMessageContaining("1024");
        assertThat(new SyncConfig("a", "tcp://*:0", "default", INTERVAL_NANOS, List.of("x", "x")).peers())
                .containsExactly("x");
    }

    @Test
    void cluster_empty_isRefused() {
        assertThatThrownBy(() -> new SyncConfig("a", "tcp://*:0", "", INTERVAL_NANOS, List.of()))
                .hasMessageContaining("cluster");
    }
}
