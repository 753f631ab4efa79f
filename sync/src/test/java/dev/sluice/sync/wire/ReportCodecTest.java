package dev.sluice.sync.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.common.NodeService;
import dev.sluice.common.QuotaRole;
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
import java.util.Set;
import org.junit.jupiter.api.Test;

public class ReportCodecTest {
    /** Never to change while the version is 2: other releases read it. */
    private static final String GOLDEN = "534c5549" // magic
            + "02" // version
            + "01" // flags: shutting down
            + "0042" // header bytes
            + "0123456789abcdef" // cluster
            + "fedcba9876543210" // incarnation
            + "000000000000012c" // sequence 300
            + "0000019b76dbbe00" // wall clock, ms
            + "000186a0" // interval 100,000 us
            + "000003e8" // uptime 1,000 ms
            + "00000002" // entries
            + "05" + "726777c3a9" // node "rgwe" with an acute accent
            + "0f1e2d3c4b5a6978" // fingerprint of the limits
            + "1111222233334444" + "5555666677778888" + "40" + "41" + "ac02" + "03" + "1e40" + "0000"
            + "ffffffffffffffff" + "fffffffffffffffe" + "84" + "20" + "00" + "ffffffffffffffff7f";

    /** As the release before this one wrote it, without the fingerprint of the limits. */
    private static final String OLDER = GOLDEN.replaceFirst("0042", "003a").replaceFirst("0f1e2d3c4b5a6978", "");

    /** The same with report delays. */
    private static final String WITH_DELAYS = GOLDEN.replaceFirst("0042", "005b")
            .replaceFirst(
                    "0f1e2d3c4b5a6978",
                    "0f1e2d3c4b5a6978"
                            + "00000000000f4240" // clock 1,000,000 us
                            + "02" // spans
                            + "000186a0" + "00000007" // 100,000 us, 7 operations
                            + "ffffffff" + "ffffffff");

    /** The same with the live peers of the sender. */
    private static final String WITH_LIVE_PEERS = WITH_DELAYS
            .replaceFirst("005b", "006c")
            .replaceFirst("ffffffffffffffff", "ffffffffffffffff" + "02" + "fedcba9876543211" + "00000000000000ff");

    @Test
    void encode_reportWithoutFingerprint_givesTheBytesOfTheReleaseBefore() {
        byte[] bytes = ReportCodec.encode(withFingerprint(golden().entries(), 0));

        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(OLDER);
    }

    @Test
    void decode_bytesOfTheReleaseBefore_givesReportWithoutFingerprint() {
        Report decoded = DecodedReports.read(HexFormat.of().parseHex(OLDER));

        assertThat(decoded).isEqualTo(withFingerprint(golden().entries(), 0));
    }

    /** What the release before this one does with the header: it reads 53 bytes and the name, and goes where its length says. */
    @Test
    void encode_goldenReport_isReadByTheReleaseBefore() {
        ByteBuffer bytes = ByteBuffer.wrap(HexFormat.of().parseHex(GOLDEN));

        int headerBytes = bytes.getShort(6);
        int nameBytes = bytes.get(52);

        assertThat(headerBytes).isGreaterThanOrEqualTo(53 + nameBytes);
        assertThat(bytes.getLong(headerBytes)).isEqualTo(TestUsageRegistry.ALICE.high());
    }

    @Test
    void encode_goldenReport_givesPinnedBytes() {
        byte[] bytes = ReportCodec.encode(golden());

        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(GOLDEN);
    }

    @Test
    void decode_goldenBytes_givesReport() {
        Report decoded = DecodedReports.read(HexFormat.of().parseHex(GOLDEN));

        assertThat(decoded).isEqualTo(golden());
    }

    @Test
    void encode_reportWithDelays_givesPinnedBytes() {
        byte[] bytes = ReportCodec.encode(withDelays());

        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(WITH_DELAYS);
        assertThat(DecodedReports.read(bytes)).isEqualTo(withDelays());
    }

    @Test
    void encode_reportWithLivePeers_givesPinnedBytes() {
        byte[] bytes = ReportCodec.encode(withLivePeers());

        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(WITH_LIVE_PEERS);
        assertThat(DecodedReports.read(bytes)).isEqualTo(withLivePeers());
    }

    @Test
    void encode_reportWithService_appendsItToTheHeader() {
        byte[] bytes = ReportCodec.encode(withService(Optional.of("rgw1")));

        // The header is longer by 8 bytes: roles, port, length of the host, host. Older releases skip them by its
        // length.
        String expected = WITH_LIVE_PEERS
                .replaceFirst("006c", "0074")
                .replaceFirst("(02fedcba987654321100000000000000ff)", "$1" + "_06" + "1a85" + "04" + "72677731")
                .replace("_", "");
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(expected);
        assertThat(DecodedReports.read(bytes)).isEqualTo(withService(Optional.of("rgw1")));
    }

    @Test
    void encode_serviceWithoutHost_isReadBack() {
        assertThat(DecodedReports.read(ReportCodec.encode(withService(Optional.empty()))))
                .isEqualTo(withService(Optional.empty()));
    }

    @Test
    void decode_rolesOfALaterRelease_areLeftOut() {
        String later = HexFormat.of()
                .formatHex(ReportCodec.encode(withService(Optional.of("rgw1"))))
                .replaceFirst("061a85", "f61a85");

        assertThat(DecodedReports.read(HexFormat.of().parseHex(later))).isEqualTo(withService(Optional.of("rgw1")));
    }

    @Test
    void decode_serviceThatCantBeConnectedTo_isMalformed() {
        String good = HexFormat.of().formatHex(ReportCodec.encode(withService(Optional.of("rgw1"))));

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
        String cut = WITH_LIVE_PEERS.replaceFirst("02fedcba", "03fedcba");

        assertThat(ReportCodec.decode(HexFormat.of().parseHex(cut))).isInstanceOf(ReceivedMessage.Malformed.class);
    }

    @Test
    void decode_moreIncarnationsThanAllowed_isMalformed() {
        int many = LivePeers.PEERS_MAX + 1;
        String header = "%04x".formatted(0x5b + 1 + 8 * many);
        String more = WITH_LIVE_PEERS
                .replaceFirst("006c", header)
                .replaceFirst("02fedcba987654321100000000000000ff", "41" + "00".repeat(8 * many));

        assertThat(ReportCodec.decode(HexFormat.of().parseHex(more))).isInstanceOf(ReceivedMessage.Malformed.class);
    }

    @Test
    void decode_moreSpansThanHeader_isMalformed() {
        String cut = WITH_DELAYS.replaceFirst("000f424002", "000f42400f");

        assertThat(ReportCodec.decode(HexFormat.of().parseHex(cut))).isInstanceOf(ReceivedMessage.Malformed.class);
    }

    @Test
    void decode_randomReports_givesWhatWasEncoded() {
        Random random = seeded();
        for (int i = 0; i < 2_000; i++) {
            Report report = randomReport(random);

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
    void decode_cutAtEveryLength_isMalformed() {
        byte[] whole = ReportCodec.encode(golden());
        for (int length = 0; length < whole.length; length++) {
            ReceivedMessage decoded = ReportCodec.decode(Arrays.copyOf(whole, length));

            assertThat(decoded).as("%d bytes", length).isInstanceOf(ReceivedMessage.Malformed.class);
        }
    }

    @Test
    void decode_randomBytes_isMalformedOrOfAnotherVersion() {
        Random random = seeded();
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
        Random random = seeded();
        for (int i = 0; i < 200_000; i++) {
            byte[] garbage = new byte[6 + random.nextInt(200)];
            random.nextBytes(garbage);
            ByteBuffer.wrap(garbage).putInt(ReportCodec.MAGIC).put((byte) ReportCodec.VERSION);

            assertMalformedOrWritableAgain(garbage);
        }
    }

    @Test
    void decode_damagedReports_areMalformedOrReadToTheLastEntry() {
        Random random = seeded();
        int read = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = ReportCodec.encode(golden());
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
    void decode_bytesAfterLastEntry_areSkipped() {
        byte[] whole = ReportCodec.encode(golden());

        Report decoded = DecodedReports.read(Arrays.copyOf(whole, whole.length + 9));

        assertThat(decoded).isEqualTo(golden());
    }

    @Test
    void decode_longerHeader_isSkipped() {
        String longer = GOLDEN.replaceFirst("0042", "0045").replaceFirst("0f1e2d3c4b5a6978", "0f1e2d3c4b5a6978aabbcc");

        Report decoded = DecodedReports.read(HexFormat.of().parseHex(longer));

        assertThat(decoded).isEqualTo(golden());
    }

    @Test
    void decode_unknownDimension_isSkipped() {
        // bitmap 0x20 (write-bytes) becomes 0xa0 02: bits 5 and 8, whose count is 128
        String more = GOLDEN.replaceFirst("842000ffffffffffffffff7f", "84a00200ffffffffffffffff7f8001");

        Report decoded = DecodedReports.read(HexFormat.of().parseHex(more));

        assertThat(decoded).isEqualTo(golden());
    }

    /** Older sidecars know scopes 0 to 5 and bits 0 to 6: they skip the entry as the tests beside this one skip later ones. */
    @Test
    void quota_isTheNextScope_andTokensTheNextBit() {
        assertThat(Scope.QUOTA.ordinal()).isEqualTo(6);
        assertThat(Dimension.TOKENS.ordinal()).isEqualTo(7);
    }

    @Test
    void decode_unknownScope_skipsEntry() {
        String later = GOLDEN.replaceFirst("fffffffffffffffe84", "fffffffffffffffe9f");

        Report decoded = DecodedReports.read(HexFormat.of().parseHex(later));

        assertThat(decoded.entries()).hasSize(1);
    }

    @Test
    void decode_otherVersion_givesTheVersion() {
        byte[] bytes = ReportCodec.encode(golden());
        bytes[4] = 9;

        assertThat(ReportCodec.decode(bytes)).isEqualTo(new ReceivedMessage.OtherVersion(9));
    }

    @Test
    void decode_hugeEntryCount_isMalformed() {
        String bomb = GOLDEN.replaceFirst("0000000205", "ffffffff05");

        assertThat(ReportCodec.decode(HexFormat.of().parseHex(bomb))).isInstanceOf(ReceivedMessage.Malformed.class);
    }

    @Test
    void decode_bornAfterReport_isMalformed() {
        String early = GOLDEN.replaceFirst("842000ff", "8420ac02ff");

        assertThat(ReportCodec.decode(HexFormat.of().parseHex(early))).isInstanceOf(ReceivedMessage.Malformed.class);
    }

    @Test
    void decode_nodeNameWithLineBreak_isMalformed() {
        String forged = GOLDEN.replaceFirst("726777c3a9", "72670ac3a9");

        assertThat(ReportCodec.decode(HexFormat.of().parseHex(forged))).isInstanceOf(ReceivedMessage.Malformed.class);
    }

    @Test
    void decode_tooLarge_isMalformed() {
        byte[] padded = Arrays.copyOf(ReportCodec.encode(golden()), ReportCodec.REPORT_BYTES_MAX + 1);

        assertThat(ReportCodec.decode(padded)).isInstanceOf(ReceivedMessage.Malformed.class);
    }

    @Test
    void encode_tooLarge_throws() {
        UsageEntry entry = golden().entries().get(0);
        Report large = with(Collections.nCopies(ReportCodec.REPORT_BYTES_MAX / 20, entry));

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

        int empty = ReportCodec.encode(with(List.of())).length;
        double perEntry = (double) (ReportCodec.encode(with(entries)).length - empty) / subjects;

        System.out.printf(
                "heartbeat %d bytes, entry of an operation count and its demand %.1f bytes%n", empty, perEntry);
        assertThat(perEntry).isBetween(19.0, 24.0);
    }

    public static Random seeded() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        return new Random(seed);
    }

    private static Report golden() {
        long[] alice = new long[Dimension.count()];
        alice[Dimension.READ_OPS.ordinal()] = 300;
        alice[Dimension.CONCURRENT_REQUESTS.ordinal()] = 3;
        double[] demands = new double[Dimension.count()];
        demands[Dimension.READ_OPS.ordinal()] = 72;
        long[] total = new long[Dimension.count()];
        total[Dimension.WRITE_BYTES.ordinal()] = Long.MAX_VALUE;
        return with(List.of(
                new UsageEntry(TestUsageRegistry.ALICE, Scope.USER, UsageEntry.BORN_UNKNOWN, alice, demands),
                new UsageEntry(TestUsageRegistry.BOB, Scope.TOTAL, 300, total)));
    }

    private static Report with(List<UsageEntry> entries) {
        return withFingerprint(entries, 0x0f1e2d3c4b5a6978L);
    }

    private static Report withDelays() {
        ReportDelays delays = new ReportDelays(
                1_000_000_000,
                List.of(
                        new ReportDelays.Span(100_000_000, 7),
                        new ReportDelays.Span(ReportDelays.SPAN_NANOS_MAX, ReportDelays.OPERATIONS_MAX)));
        return with(golden().entries(), 0x0f1e2d3c4b5a6978L, Optional.of(delays));
    }

    private static Report withLivePeers() {
        return with(new LivePeers(List.of(0xfedcba9876543211L, 0xffL)));
    }

    private static Report withService(Optional<String> host) {
        NodeService service = new NodeService(Set.of(QuotaRole.RATE, QuotaRole.ALLOC), host, 6789);
        return with(new LivePeers(List.of(0xfedcba9876543211L, 0xffL), Optional.of(service)));
    }

    private static Report with(LivePeers livePeers) {
        Report report = withDelays();
        return new Report(
                report.clusterHash(),
                report.node(),
                report.incarnation(),
                report.sequence(),
                report.wallMillis(),
                report.intervalNanos(),
                report.uptimeNanos(),
                report.senderState(),
                report.limitsFingerprint(),
                report.delays(),
                Optional.of(livePeers),
                report.entries());
    }

    private static Report withFingerprint(List<UsageEntry> entries, long fingerprint) {
        return with(entries, fingerprint, Optional.empty());
    }

    private static Report with(List<UsageEntry> entries, long fingerprint, Optional<ReportDelays> delays) {
        return new Report(
                0x0123456789abcdefL,
                "rgw\u00e9",
                0xfedcba9876543210L,
                300,
                1_767_225_671_168L,
                100_000_000,
                1_000_000_000,
                SenderState.SHUTTING_DOWN,
                fingerprint,
                delays,
                Optional.empty(),
                entries);
    }

    private static Report randomReport(Random random) {
        long sequence = 1 + (random.nextLong() >>> (1 + random.nextInt(62))) / 2;
        List<UsageEntry> entries = new ArrayList<>();
        for (int i = random.nextInt(50); i > 0; i--) {
            long[] counts = new long[Dimension.count()];
            Arrays.setAll(counts, d -> random.nextBoolean() ? 0 : random.nextLong() >>> (1 + random.nextInt(63)));
            double[] demands = new double[Dimension.count()];
            Arrays.setAll(demands, d -> random.nextInt(3) > 0 ? 0 : Math.exp(random.nextDouble(-7, 30)));
            long born = Math.max(0, sequence - random.nextInt((int) ReportCodec.AGE_MAX + 1));
            SubjectId id = new SubjectId(random.nextLong(), random.nextLong());
            entries.add(new UsageEntry(id, Scope.at(random.nextInt(Scope.count())), born, counts, demands));
        }
        Optional<ReportDelays> delays = random.nextBoolean() ? Optional.empty() : Optional.of(randomDelays(random));
        return new Report(
                random.nextLong(),
                "n".repeat(1 + random.nextInt(255)),
                random.nextLong(),
                sequence,
                random.nextLong(),
                1_000L * (1_000L + random.nextInt(59_000_000)),
                1_000_000L * random.nextInt(Integer.MAX_VALUE),
                random.nextBoolean() ? SenderState.RUNNING : SenderState.SHUTTING_DOWN,
                random.nextBoolean() ? 0 : random.nextLong(),
                delays,
                delays.isEmpty() || random.nextBoolean() ? Optional.empty() : Optional.of(randomLivePeers(random)),
                entries);
    }

    private static LivePeers randomLivePeers(Random random) {
        return new LivePeers(
                random.longs(random.nextInt(LivePeers.PEERS_MAX + 1)).boxed().toList(), randomService(random));
    }

    private static Optional<NodeService> randomService(Random random) {
        Optional<String> host =
                random.nextBoolean() ? Optional.empty() : Optional.of("h".repeat(1 + random.nextInt(250)));
        return random.nextBoolean()
                ? Optional.empty()
                : Optional.of(new NodeService(QuotaRole.ofBits(random.nextInt(8)), host, 1 + random.nextInt(65_535)));
    }

    private static ReportDelays randomDelays(Random random) {
        List<ReportDelays.Span> spans = new ArrayList<>();
        for (int i = random.nextInt(ReportDelays.SPANS_MAX + 1); i > 0; i--) {
            spans.add(new ReportDelays.Span(
                    1_000L * random.nextInt(Integer.MAX_VALUE), random.nextInt(Integer.MAX_VALUE)));
        }
        return new ReportDelays(1_000L * random.nextInt(Integer.MAX_VALUE), spans);
    }
}
