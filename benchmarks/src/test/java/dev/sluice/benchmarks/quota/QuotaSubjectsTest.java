package dev.sluice.benchmarks.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class QuotaSubjectsTest {
    /** By hand, from the fields of Gubernator's {@code RateLimitReq}: name, key, hits, limit, duration. */
    private static final String CHECK = "0a0562656e6368" + "120563616c6c73" + "1801" + "208094ebdc03" + "28e807";

    @Test
    void frame_isAMessageOfGrpc_withItsLength() throws IOException {
        String message = "0a" + String.format("%02x", CHECK.length() / 2) + CHECK;

        byte[] one = GubernatorSubject.frame(1);
        byte[] many = GubernatorSubject.frame(100);

        assertThat(HexFormat.of().formatHex(one))
                .isEqualTo("00" + String.format("%08x", message.length() / 2) + message);
        assertThat(ByteBuffer.wrap(many).getInt(1)).isEqualTo(100 * message.length() / 2);
        assertThat(many).hasSize(5 + 100 * message.length() / 2);
    }

    @Test
    void batch_hasItsCalls_andFitsIntoABody() {
        String body = QuotaCase.BATCH.body();

        assertThat(body.split("\"op\":\"allow\"", -1)).hasSize(QuotaCase.BATCH.calls() + 1);
        assertThat(body.length()).isLessThan(64 * 1024);
    }

    @Test
    void unknownCase_isRefused_withTheKnownOnes() {
        assertThat(QuotaCase.named(List.of("view"))).containsExactly(QuotaCase.VIEW);
        assertThat(QuotaCase.named(List.of())).hasSize(QuotaCase.values().length);
        assertThatThrownBy(() -> QuotaCase.named(List.of("none"))).hasMessageContaining("allow, view, batch, alloc");
    }
}
