package dev.sluice.sync.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.sync.testing.TestUsageRegistry;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReportCodecTest {
    @Test
    void encode_reportWithoutFingerprint_givesTheBytesOfTheReleaseBefore() {
        byte[] bytes = ReportCodec.encode(
                SampleReports.withFingerprint(SampleReports.golden().entries(), 0));

        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(SampleReports.OLDER);
    }

    @Test
    void decode_bytesOfTheReleaseBefore_givesReportWithoutFingerprint() {
        Report decoded = DecodedReports.read(HexFormat.of().parseHex(SampleReports.OLDER));

        assertThat(decoded)
                .isEqualTo(SampleReports.withFingerprint(SampleReports.golden().entries(), 0));
    }

    /** What the release before this one does with the header: it reads 53 bytes and the name, and goes where its length says. */
    @Test
    void encode_goldenReport_isReadByTheReleaseBefore() {
        ByteBuffer bytes = ByteBuffer.wrap(HexFormat.of().parseHex(SampleReports.GOLDEN));

        int headerBytes = bytes.getShort(6);
        int nameBytes = bytes.get(52);

        assertThat(headerBytes).isGreaterThanOrEqualTo(53 + nameBytes);
        assertThat(bytes.getLong(headerBytes)).isEqualTo(TestUsageRegistry.ALICE.high());
    }

    @Test
    void encode_goldenReport_givesPinnedBytes() {
        byte[] bytes = ReportCodec.encode(SampleReports.golden());

        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(SampleReports.GOLDEN);
    }

    @Test
    void decode_goldenBytes_givesReport() {
        Report decoded = DecodedReports.read(HexFormat.of().parseHex(SampleReports.GOLDEN));

        assertThat(decoded).isEqualTo(SampleReports.golden());
    }

    @Test
    void encode_reportWithDelays_givesPinnedBytes() {
        byte[] bytes = ReportCodec.encode(SampleReports.withDelays());

        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(SampleReports.WITH_DELAYS);
        assertThat(DecodedReports.read(bytes)).isEqualTo(SampleReports.withDelays());
    }

    @Test
    void encode_reportWithLivePeers_givesPinnedBytes() {
        byte[] bytes = ReportCodec.encode(SampleReports.withLivePeers());

        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(SampleReports.WITH_LIVE_PEERS);
        assertThat(DecodedReports.read(bytes)).isEqualTo(SampleReports.withLivePeers());
    }

    @Test
    void encode_reportWithService_appendsItToTheHeader() {
        byte[] bytes = ReportCodec.encode(SampleReports.withService(Optional.of("rgw1")));

        // The header is longer by 8 bytes: roles, port, length of the host, host. Older releases skip them by its
        // length.
        String expected = SampleReports.WITH_LIVE_PEERS
                .replaceFirst("006c", "0074")
                .replaceFirst("(02fedcba987654321100000000000000ff)", "$1" + "_06" + "1a85" + "04" + "72677731")
                .replace("_", "");
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(expected);
        assertThat(DecodedReports.read(bytes)).isEqualTo(SampleReports.withService(Optional.of("rgw1")));
    }

    @Test
    void encode_serviceWithoutHost_isReadBack() {
        assertThat(DecodedReports.read(ReportCodec.encode(SampleReports.withService(Optional.empty()))))
                .isEqualTo(SampleReports.withService(Optional.empty()));
    }

    @Test
    void decode_rolesOfALaterRelease_areLeftOut() {
        String later = HexFormat.of()
                .formatHex(ReportCodec.encode(SampleReports.withService(Optional.of("rgw1"))))
                .replaceFirst("061a85", "761a85");

        assertThat(DecodedReports.read(HexFormat.of().parseHex(later)))
                .isEqualTo(SampleReports.withService(Optional.of("rgw1")));
    }

    @Test
    void decode_randomReports_givesWhatWasEncoded() {
        Random random = SampleReports.seeded();
        for (int i = 0; i < 2_000; i++) {
            Report report = SampleReports.randomReport(random);

            byte[] bytes = ReportCodec.encode(report);

            assertThat(DecodedReports.read(bytes)).isEqualTo(report);
            assertThat(bytes)
                    .hasSize(ReportCodec.headerBytes(report)
                            + report.entries().stream()
                                    .mapToInt(entry -> ReportCodec.entryBytes(entry, report.sequence()))
                                    .sum());
        }
    }

    @Test
    void decode_bytesAfterLastEntry_areSkipped() {
        byte[] whole = ReportCodec.encode(SampleReports.golden());

        Report decoded = DecodedReports.read(Arrays.copyOf(whole, whole.length + 9));

        assertThat(decoded).isEqualTo(SampleReports.golden());
    }

    @Test
    void decode_longerHeader_isSkipped() {
        String longer = SampleReports.GOLDEN
                .replaceFirst("0042", "0045")
                .replaceFirst("0f1e2d3c4b5a6978", "0f1e2d3c4b5a6978aabbcc");

        Report decoded = DecodedReports.read(HexFormat.of().parseHex(longer));

        assertThat(decoded).isEqualTo(SampleReports.golden());
    }

    @Test
    void decode_unknownDimension_isSkipped() {
        // bitmap 0x20 (write-bytes) becomes 0xa0 02: bits 5 and 8, whose count is 128
        String more = SampleReports.GOLDEN.replaceFirst("842000ffffffffffffffff7f", "84a00200ffffffffffffffff7f8001");

        Report decoded = DecodedReports.read(HexFormat.of().parseHex(more));

        assertThat(decoded).isEqualTo(SampleReports.golden());
    }

    /** Older sidecars know scopes 0 to 5 and bits 0 to 6: they skip the entry as the tests beside this one skip later ones. */
    @Test
    void quota_isTheNextScope_andTokensTheNextBit() {
        assertThat(Scope.QUOTA.ordinal()).isEqualTo(6);
        assertThat(Dimension.TOKENS.ordinal()).isEqualTo(7);
    }

    @Test
    void decode_unknownScope_skipsEntry() {
        String later = SampleReports.GOLDEN.replaceFirst("fffffffffffffffe84", "fffffffffffffffe9f");

        Report decoded = DecodedReports.read(HexFormat.of().parseHex(later));

        assertThat(decoded.entries()).hasSize(1);
    }

    @Test
    void encode_tooLarge_throws() {
        UsageEntry entry = SampleReports.golden().entries().get(0);
        Report large = SampleReports.with(Collections.nCopies(ReportCodec.REPORT_BYTES_MAX / 20, entry));

        assertThatThrownBy(() -> ReportCodec.encode(large)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void encode_usualReport_takesTwoDozenBytesPerEntry() {
        int subjects = 1_000;
        List<UsageEntry> entries = new ArrayList<>();
        Random random = new Random(1);
        for (int i = 0; i < subjects; i++) {
            long[] counts = new long[Dimension.count()];
            counts[Dimension.READ_OPS.ordinal()] = 1_000L + random.nextInt(1_000_000);
            double[] demands = new double[Dimension.count()];
            demands[Dimension.READ_OPS.ordinal()] = random.nextInt(10_000);
            entries.add(new UsageEntry(new SubjectId(random.nextLong(), i), Scope.USER, 1 + i % 300, counts, demands));
        }

        int empty = ReportCodec.encode(SampleReports.with(List.of())).length;
        double perEntry = (double) (ReportCodec.encode(SampleReports.with(entries)).length - empty) / subjects;

        System.out.printf(
                "heartbeat %d bytes, entry of an operation count and its demand %.1f bytes%n", empty, perEntry);
        assertThat(perEntry).isBetween(19.0, 24.0);
    }
}
