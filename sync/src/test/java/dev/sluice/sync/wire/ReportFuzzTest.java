package dev.sluice.sync.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.limits.model.Dimension;
import dev.sluice.sync.peers.ReceiveStats;
import dev.sluice.sync.testing.TestNode;
import dev.sluice.sync.testing.TestUsageRegistry;
import dev.sluice.sync.trust.PeerBounds;
import java.util.Arrays;
import java.util.Map;

/**
 * Bytes that Jazzer finds, guided by coverage, as messages from a peer. In the ordinary build the inputs beside this class
 * (in the resources) are run; docs/wire-format.md says how to search for more.
 */
class ReportFuzzTest {
    private static final long STEP_NANOS = 50_000_000;

    /** What can be read can be written, and is then read and written the same ever after: only an old birth is left out. */
    @FuzzTest(maxDuration = "10m")
    void decoder(byte[] bytes) {
        DecodedReports.find(bytes).ifPresent(report -> {
            assertThat(bytes.length).isLessThanOrEqualTo(ReportCodec.REPORT_BYTES_MAX);
            byte[] written = ReportCodec.encode(report);
            Report again = DecodedReports.read(written);
            assertThat(again.entries()).hasSameSizeAs(report.entries());
            assertThat(ReportCodec.encode(again)).isEqualTo(written);
        });
    }

    /**
     * A table takes any messages in any order: each is used or dropped for one reason, and no counter is charged with less than
     * nothing ({@link TestUsageRegistry} sees to that). The input is cut at each 0xFE byte.
     */
    @FuzzTest(maxDuration = "10m")
    void table(byte[] bytes) {
        TestNode node = new TestNode("self", 1, 0, new PeerBounds(3, 5));
        long nowNanos = 0;
        long messages = 0;
        int start = 0;
        for (int i = 0; i <= bytes.length; i++) {
            if (i == bytes.length || bytes[i] == (byte) 0xfe) {
                byte[] message = Arrays.copyOfRange(bytes, start, i);
                node.table.receive(message, "tcp://10.0.0.1:7070", nowNanos, 0);
                node.table.expire(nowNanos);
                messages++;
                nowNanos += STEP_NANOS;
                start = i + 1;
            }
        }

        ReceiveStats stats = node.table.stats();
        long dropped = stats.dropped().entrySet().stream()
                .mapToLong(Map.Entry::getValue)
                .sum();
        assertThat(stats.reports() + dropped).isEqualTo(messages);
        assertThat(node.table.statuses().size()).isLessThanOrEqualTo(3);
        assertThat(node.table.statuses()).allMatch(peer -> peer.subjects() <= 5);
        assertThat(node.registry.charged(TestUsageRegistry.ALICE, Dimension.CONCURRENT_REQUESTS))
                .isNotNegative();
    }
}
