package dev.sluice.sync.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Bytes that are no report, or not quite: they are malformed, of another version, or read to the last entry. */
class DamagedReportsTest {
    @Test
    void decode_serviceThatCantBeConnectedTo_isMalformed() {
        String good = HexFormat.of().formatHex(ReportCodec.encode(SampleReports.withService(Optional.of("rgw1"))));

        for (String bad : List.of(
                good.replaceFirst("061a8504", "06000004"), // port 0
                good.replaceFirst("061a8504", "061a85ff"), // longer than the header
                good.replaceFirst("0472677731", "042f2f7731"), // "//w1"
                good.replaceFirst("0472677731", "0472400d0a"))) { // "r@", an end of line
            assertThat(bad).isNotEqualTo(good);
            assertThat(ReportCodec.decode(HexFormat.of().parseHex(bad))).isInstanceOf(ReceivedMessage.Malformed.class);
        }
    }

    @Test
    void decode_moreIncarnationsThanHeader_isMalformed() {
        String cut = SampleReports.WITH_LIVE_PEERS.replaceFirst("02fedcba", "03fedcba");

        assertThat(ReportCodec.decode(HexFormat.of().parseHex(cut))).isInstanceOf(ReceivedMessage.Malformed.class);
    }

    @Test
    void decode_moreIncarnationsThanAllowed_isMalformed() {
        int many = LivePeers.PEERS_MAX + 1;
        String header = "%04x".formatted(0x5b + 1 + 8 * many);
        String more = SampleReports.WITH_LIVE_PEERS
                .replaceFirst("006c", header)
                .replaceFirst("02fedcba987654321100000000000000ff", "41" + "00".repeat(8 * many));

        assertThat(ReportCodec.decode(HexFormat.of().parseHex(more))).isInstanceOf(ReceivedMessage.Malformed.class);
    }

    @Test
    void decode_moreSpansThanHeader_isMalformed() {
        String cut = SampleReports.WITH_DELAYS.replaceFirst("000f424002", "000f42400f");

        assertThat(ReportCodec.decode(HexFormat.of().parseHex(cut))).isInstanceOf(ReceivedMessage.Malformed.class);
    }

    @Test
    void decode_cutAtEveryLength_isMalformed() {
        byte[] whole = ReportCodec.encode(SampleReports.golden());
        for (int length = 0; length < whole.length; length++) {
            ReceivedMessage decoded = ReportCodec.decode(Arrays.copyOf(whole, length));

            assertThat(decoded).as("%d bytes", length).isInstanceOf(ReceivedMessage.Malformed.class);
        }
    }

    @Test
    void decode_randomBytes_isMalformedOrOfAnotherVersion() {
        Random random = SampleReports.seeded();
        for (int i = 0; i < 200_000; i++) {
            byte[] garbage = new byte[random.nextInt(200)];
            random.nextBytes(garbage);
            boolean hasMagic = garbage.length > 5 && random.nextBoolean();
            if (hasMagic) {
                ByteBuffer.wrap(garbage).putInt(ReportCodec.MAGIC).put((byte) (ReportCodec.VERSION + 1));
            }

            ReceivedMessage decoded = ReportCodec.decode(garbage);

            assertThat(decoded)
                    .isInstanceOf(hasMagic ? ReceivedMessage.OtherVersion.class : ReceivedMessage.Malformed.class);
        }
    }

    @Test
    void decode_randomBytesAfterAValidBeginning_areMalformedOrReadToTheLastEntry() {
        Random random = SampleReports.seeded();
        for (int i = 0; i < 200_000; i++) {
            byte[] garbage = new byte[6 + random.nextInt(200)];
            random.nextBytes(garbage);
            ByteBuffer.wrap(garbage).putInt(ReportCodec.MAGIC).put((byte) ReportCodec.VERSION);

            assertMalformedOrWritableAgain(garbage);
        }
    }

    @Test
    void decode_damagedReports_areMalformedOrReadToTheLastEntry() {
        Random random = SampleReports.seeded();
        int read = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = ReportCodec.encode(SampleReports.golden());
            for (int flips = random.nextInt(4); flips >= 0; flips--) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }

            read += assertMalformedOrWritableAgain(bytes) ? 1 : 0;
        }
        // Most damage is to numbers, of which each is a valid one.
        assertThat(read).isBetween(50_000, 199_000);
    }

    /** A report that could be read is written and read again as the same. */
    private static boolean assertMalformedOrWritableAgain(byte[] bytes) {
        ReceivedMessage decoded = ReportCodec.decode(bytes);
        if (decoded instanceof ReceivedMessage.Malformed malformed) {
            assertThat(malformed.reason()).isNotEmpty();
        } else if (decoded instanceof ReceivedMessage.Decoded) {
            Report report = DecodedReports.read(bytes);
            assertThat(bytes).hasSizeGreaterThanOrEqualTo(ReportCodec.headerBytes(report));
            byte[] written = ReportCodec.encode(report);
            assertThat(ReportCodec.encode(DecodedReports.read(written))).isEqualTo(written);
            return true;
        } else {
            assertThat(decoded).isEqualTo(new ReceivedMessage.OtherVersion(bytes[4] & 0xff));
        }
        return false;
    }

    @Test
    void decode_otherVersion_givesTheVersion() {
        byte[] bytes = ReportCodec.encode(SampleReports.golden());
        bytes[4] = 9;

        assertThat(ReportCodec.decode(bytes)).isEqualTo(new ReceivedMessage.OtherVersion(9));
    }

    @Test
    void decode_hugeEntryCount_isMalformed() {
        String bomb = SampleReports.GOLDEN.replaceFirst("0000000205", "ffffffff05");

        assertThat(ReportCodec.decode(HexFormat.of().parseHex(bomb))).isInstanceOf(ReceivedMessage.Malformed.class);
    }

    @Test
    void decode_bornAfterReport_isMalformed() {
        String early = SampleReports.GOLDEN.replaceFirst("842000ff", "8420ac02ff");

        assertThat(ReportCodec.decode(HexFormat.of().parseHex(early))).isInstanceOf(ReceivedMessage.Malformed.class);
    }

    @Test
    void decode_nodeNameWithLineBreak_isMalformed() {
        String forged = SampleReports.GOLDEN.replaceFirst("726777c3a9", "72670ac3a9");

        assertThat(ReportCodec.decode(HexFormat.of().parseHex(forged))).isInstanceOf(ReceivedMessage.Malformed.class);
    }

    @Test
    void decode_tooLarge_isMalformed() {
        byte[] padded = Arrays.copyOf(ReportCodec.encode(SampleReports.golden()), ReportCodec.REPORT_BYTES_MAX + 1);

        assertThat(ReportCodec.decode(padded)).isInstanceOf(ReceivedMessage.Malformed.class);
    }
}
