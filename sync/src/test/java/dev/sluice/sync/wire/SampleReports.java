package dev.sluice.sync.wire;

import dev.sluice.common.NodeService;
import dev.sluice.common.QuotaRole;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.sync.testing.TestUsageRegistry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** Reports, and the bytes of some of them. */
public final class SampleReports {
    /** Never to change while the version is 2: other releases read it. */
    static final String GOLDEN = "534c5549" // magic
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
    static final String OLDER = GOLDEN.replaceFirst("0042", "003a").replaceFirst("0f1e2d3c4b5a6978", "");

    /** The same with report delays. */
    static final String WITH_DELAYS = GOLDEN.replaceFirst("0042", "005b")
            .replaceFirst(
                    "0f1e2d3c4b5a6978",
                    "0f1e2d3c4b5a6978"
                            + "00000000000f4240" // clock 1,000,000 us
                            + "02" // spans
                            + "000186a0" + "00000007" // 100,000 us, 7 operations
                            + "ffffffff" + "ffffffff");

    /** The same with the live peers of the sender. */
    static final String WITH_LIVE_PEERS = WITH_DELAYS
            .replaceFirst("005b", "006c")
            .replaceFirst("ffffffffffffffff", "ffffffffffffffff" + "02" + "fedcba9876543211" + "00000000000000ff");

    private SampleReports() {}

    public static Random seeded() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        return new Random(seed);
    }

    static Report golden() {
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

    static Report with(List<UsageEntry> entries) {
        return withFingerprint(entries, 0x0f1e2d3c4b5a6978L);
    }

    static Report withDelays() {
        ReportDelays delays = new ReportDelays(
                1_000_000_000,
                List.of(
                        new ReportDelays.Span(100_000_000, 7),
                        new ReportDelays.Span(ReportDelays.SPAN_NANOS_MAX, ReportDelays.OPERATIONS_MAX)));
        return with(golden().entries(), 0x0f1e2d3c4b5a6978L, Optional.of(delays));
    }

    static Report withLivePeers() {
        return with(new LivePeers(List.of(0xfedcba9876543211L, 0xffL)));
    }

    static Report withService(Optional<String> host) {
        NodeService service = new NodeService(Set.of(QuotaRole.RATE, QuotaRole.ALLOC), host, 6789);
        return with(new LivePeers(List.of(0xfedcba9876543211L, 0xffL), Optional.of(service)));
    }

    static Report with(LivePeers livePeers) {
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

    static Report withFingerprint(List<UsageEntry> entries, long fingerprint) {
        return with(entries, fingerprint, Optional.empty());
    }

    static Report with(List<UsageEntry> entries, long fingerprint, Optional<ReportDelays> delays) {
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

    static Report randomReport(Random random) {
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

    static LivePeers randomLivePeers(Random random) {
        return new LivePeers(
                random.longs(random.nextInt(LivePeers.PEERS_MAX + 1)).boxed().toList(), randomService(random));
    }

    static Optional<NodeService> randomService(Random random) {
        Optional<String> host =
                random.nextBoolean() ? Optional.empty() : Optional.of("h".repeat(1 + random.nextInt(250)));
        return random.nextBoolean()
                ? Optional.empty()
                : Optional.of(new NodeService(
                        QuotaRole.ofBits(random.nextInt(8)), host, 1 + random.nextInt(65_535), random.nextBoolean()));
    }

    static ReportDelays randomDelays(Random random) {
        List<ReportDelays.Span> spans = new ArrayList<>();
        for (int i = random.nextInt(ReportDelays.SPANS_MAX + 1); i > 0; i--) {
            spans.add(new ReportDelays.Span(
                    1_000L * random.nextInt(Integer.MAX_VALUE), random.nextInt(Integer.MAX_VALUE)));
        }
        return new ReportDelays(1_000L * random.nextInt(Integer.MAX_VALUE), spans);
    }
}
