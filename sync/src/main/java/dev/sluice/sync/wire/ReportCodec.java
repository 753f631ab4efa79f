package dev.sluice.sync.wire;

import dev.sluice.common.NodeService;
import dev.sluice.common.QuotaRole;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.pacing.DemandRate;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Encodes reports as bytes and decodes them, big-endian. {@code docs/wire-format.md} draws and explains the layout.
 *
 * <p>These can be added without a new version: fields at the end of the header (its length is in it), bits in an
 * entry's bitmap (each stands for one varint), scopes, and anything after the last entry.
 */
public final class ReportCodec {
    /** The largest report that is sent or accepted. */
    public static final int REPORT_BYTES_MAX = 256 * 1024;

    static final int MAGIC = 0x534C5549; // SLUI
    static final int VERSION = 2;

    /** The oldest birth that an entry reports, as a number of reports ago; see {@link UsageEntry#BORN_UNKNOWN}. */
    static final long AGE_MAX = 127;

    private static final int FIXED_HEADER_BYTES = 53;
    /** Optional, after the node's name. Older releases skip it by the header's length. */
    static final int FINGERPRINT_BYTES = 8;
    /** Optional, after the fingerprint. */
    private static final int DELAYS_BYTES = 9;

    private static final int SPAN_BYTES = 8;
    /** Optional, after the delays. */
    private static final int LIVE_PEERS_BYTES = 1;

    private static final int INCARNATION_BYTES = 8;
    /** Optional, after the live peers, besides the host. */
    private static final int SERVICE_BYTES = 4;
    /** In the byte of the roles. */
    private static final int SERVICE_TLS = 0x80;

    private static final int FLAG_SHUTTING_DOWN = 1;
    private static final int FLAG_ASKING = 2;
    private static final byte[] NO_SECTIONS = {};
    private static final int ENTRY_BYTES_MIN = 18;
    private static final int DEMAND_BYTES = 2;
    private static final int VARINT_BYTES_MAX = 9;
    private static final long CLOCK_MICROS_MAX = Long.MAX_VALUE / 4_000;
    private static final long U32_MAX = 0xffff_ffffL;
    /** At least the size of any entry that {@link #encode} writes. */
    public static final int ENTRY_BYTES_MAX =
            18 + VARINT_BYTES_MAX + Dimension.count() * (VARINT_BYTES_MAX + DEMAND_BYTES);

    private ReportCodec() {}

    /** The largest size of a report without entries. */
    public static int headerBytesMax(String node) {
        return FIXED_HEADER_BYTES
                + node.getBytes(StandardCharsets.UTF_8).length
                + FINGERPRINT_BYTES
                + DELAYS_BYTES
                + SPAN_BYTES * ReportDelays.SPANS_MAX
                + LIVE_PEERS_BYTES
                + INCARNATION_BYTES * LivePeers.PEERS_MAX
                + SERVICE_BYTES
                + NodeService.HOST_CHARS_MAX;
    }

    /** The size of the part before the entries. */
    static int headerBytes(Report report) {
        int delaysBytes = report.delays()
                .map(delays -> DELAYS_BYTES + SPAN_BYTES * delays.spans().size())
                .orElse(0);
        int livePeersBytes = report.livePeers()
                .map(livePeers -> LIVE_PEERS_BYTES
                        + INCARNATION_BYTES * livePeers.incarnations().size()
                        + livePeers.service().map(ReportCodec::serviceBytes).orElse(0))
                .orElse(0);
        return FIXED_HEADER_BYTES
                + report.node().getBytes(StandardCharsets.UTF_8).length
                + (hasFingerprint(report) ? FINGERPRINT_BYTES : 0)
                + delaysBytes
                + livePeersBytes;
    }

    private static int serviceBytes(NodeService service) {
        return SERVICE_BYTES + service.host().orElse("").length();
    }

    private static boolean hasFingerprint(Report report) {
        return report.limitsFingerprint() != 0 || report.delays().isPresent();
    }

    /** The largest size of an entry with these counts and demands. */
    public static int entryBytesMax(long[] counts, double[] demands) {
        int bytes = 19;
        for (int i = 0; i < counts.length; i++) {
            bytes += counts[i] == 0 && demands[i] == 0 ? 0 : varintBytes(counts[i]) + DEMAND_BYTES;
        }
        return bytes;
    }

    /** The size of an entry. */
    public static int entryBytes(UsageEntry entry, long sequence) {
        long bitmap = bitmap(entry);
        int bytes = 17 + varintBytes(bitmap) + (hasAge(entry, sequence) ? 1 : 0);
        for (int i = 0; i < Dimension.count(); i++) {
            bytes += (bitmap & 1L << i) == 0 ? 0 : varintBytes(entry.count(i));
        }
        return bytes + (entry.hasDemand() ? Long.bitCount(bitmap) * DEMAND_BYTES : 0);
    }

    private static boolean hasAge(UsageEntry entry, long sequence) {
        return entry.born() != UsageEntry.BORN_UNKNOWN && sequence - entry.born() <= AGE_MAX;
    }

    /**
     * Encodes a report.
     *
     * @throws IllegalArgumentException if it would be larger than {@link #REPORT_BYTES_MAX}
     */
    public static byte[] encode(Report report) {
        return encode(report, NO_SECTIONS);
    }

    /**
     * Encodes a report with what follows its entries.
     *
     * @param sections as {@link HistoryCodec#section}
     * @throws IllegalArgumentException if it would be larger than {@link #REPORT_BYTES_MAX}
     */
    public static byte[] encode(Report report, byte[] sections) {
        byte[] name = report.node().getBytes(StandardCharsets.UTF_8);
        int headerBytes = headerBytes(report);
        long size = (long) headerBytes + sections.length;
        for (UsageEntry entry : report.entries()) {
            size += entryBytes(entry, report.sequence());
        }
        if (size > REPORT_BYTES_MAX) {
            throw new IllegalArgumentException("a report of " + size + " bytes, more than " + REPORT_BYTES_MAX);
        }
        ByteBuffer out = ByteBuffer.allocate((int) size);
        out.putInt(MAGIC).put((byte) VERSION);
        out.put((byte) flags(report.senderState()));
        out.putShort((short) headerBytes);
        out.putLong(report.clusterHash()).putLong(report.incarnation()).putLong(report.sequence());
        out.putLong(report.wallMillis());
        out.putInt((int) (report.intervalNanos() / 1_000));
        out.putInt((int) Math.min(report.uptimeNanos() / 1_000_000, U32_MAX));
        out.putInt(report.entries().size());
        out.put((byte) name.length).put(name);
        if (hasFingerprint(report)) {
            out.putLong(report.limitsFingerprint());
        }
        report.delays().ifPresent(delays -> put(out, delays));
        report.livePeers().ifPresent(livePeers -> put(out, livePeers));
        for (UsageEntry entry : report.entries()) {
            put(out, entry, report.sequence());
        }
        return out.put(sections).array();
    }

    private static int flags(SenderState state) {
        return switch (state) {
            case RUNNING -> 0;
            case ASKING -> FLAG_ASKING;
            case SHUTTING_DOWN -> FLAG_SHUTTING_DOWN;
        };
    }

    private static SenderState senderState(int flags) {
        if ((flags & FLAG_SHUTTING_DOWN) != 0) {
            return SenderState.SHUTTING_DOWN;
        }
        return (flags & FLAG_ASKING) != 0 ? SenderState.ASKING : SenderState.RUNNING;
    }

    private static void put(ByteBuffer out, ReportDelays delays) {
        out.putLong(delays.clockNanos() / 1_000).put((byte) delays.spans().size());
        for (ReportDelays.Span span : delays.spans()) {
            out.putInt((int) (span.nanos() / 1_000)).putInt((int) span.operations());
        }
    }

    private static void put(ByteBuffer out, LivePeers livePeers) {
        out.put((byte) livePeers.incarnations().size());
        livePeers.incarnations().forEach(out::putLong);
        livePeers.service().ifPresent(service -> {
            byte[] host = service.host().orElse("").getBytes(StandardCharsets.US_ASCII);
            int roles = QuotaRole.bits(service.roles()) | (service.hasTls() ? SERVICE_TLS : 0);
            out.put((byte) roles).putShort((short) service.port());
            out.put((byte) host.length).put(host);
        });
    }

    private static void put(ByteBuffer out, UsageEntry entry, long sequence) {
        out.putLong(entry.id().high()).putLong(entry.id().low());
        boolean hasAge = hasAge(entry, sequence);
        boolean hasDemand = entry.hasDemand();
        out.put((byte) (entry.scope().ordinal()
                | (hasAge ? UsageEntryReader.HAS_AGE : 0)
                | (hasDemand ? UsageEntryReader.HAS_DEMANDS : 0)));
        long bitmap = bitmap(entry);
        putVarint(out, bitmap);
        if (hasAge) {
            putVarint(out, sequence - entry.born());
        }
        for (long rest = bitmap; rest != 0; rest &= rest - 1) {
            putVarint(out, entry.count(Long.numberOfTrailingZeros(rest)));
        }
        for (long rest = hasDemand ? bitmap : 0; rest != 0; rest &= rest - 1) {
            out.putShort((short) DemandRate.encode(entry.demand(Long.numberOfTrailingZeros(rest))));
        }
    }

    /**
     * Decodes the header and checks the whole message. The entries are then read one by one. It never throws,
     * whatever the bytes are.
     */
    public static ReceivedMessage decode(byte[] message) {
        if (message.length > REPORT_BYTES_MAX) {
            return new ReceivedMessage.Malformed("larger than " + REPORT_BYTES_MAX + " bytes");
        }
        try {
            WireReader in = new WireReader(message);
            check(in.u32() == MAGIC, "not a report");
            int version = in.u8();
            return version == VERSION ? read(in) : new ReceivedMessage.OtherVersion(version);
        } catch (MalformedReportException e) {
            return new ReceivedMessage.Malformed(e.reason());
        }
    }

    private static ReceivedMessage.Decoded read(WireReader in) throws MalformedReportException {
        int flags = in.u8();
        int headerBytes = in.u16();
        long clusterHash = in.i64();
        long incarnation = in.i64();
        long sequence = in.i64();
        check(sequence >= 1, "a sequence below 1");
        long wallMillis = in.i64();
        long intervalNanos = in.u32() * 1_000;
        check(
                intervalNanos >= Report.INTERVAL_NANOS_MIN && intervalNanos <= Report.INTERVAL_NANOS_MAX,
                "an interval out of range");
        long uptimeNanos = in.u32() * 1_000_000;
        long entryCount = in.u32();
        String node = in.utf8(in.u8());
        check(NodeName.problemOf(node).isEmpty(), "a node name that can't be shown");
        long limitsFingerprint = headerBytes - in.position() >= FINGERPRINT_BYTES ? in.i64() : 0;
        Optional<ReportDelays> delays = headerBytes - in.position() >= DELAYS_BYTES
                ? Optional.of(readDelays(in, headerBytes))
                : Optional.empty();
        Optional<LivePeers> livePeers = delays.isPresent() && headerBytes - in.position() >= LIVE_PEERS_BYTES
                ? Optional.of(readLivePeers(in, headerBytes))
                : Optional.empty();
        in.skipTo(headerBytes);
        // The count is checked before anything is allocated for it.
        check(entryCount <= in.remaining() / ENTRY_BYTES_MIN, "more entries than bytes");
        UsageEntryReader entries = new UsageEntryReader(in, sequence, entryCount);
        entries.check();
        Report header = new Report(
                clusterHash,
                node,
                incarnation,
                sequence,
                wallMillis,
                intervalNanos,
                uptimeNanos,
                senderState(flags),
                limitsFingerprint,
                delays,
                livePeers,
                List.of());
        return new ReceivedMessage.Decoded(header, entries);
    }

    private static LivePeers readLivePeers(WireReader in, int headerBytes) throws MalformedReportException {
        int count = in.u8();
        check(
                count <= LivePeers.PEERS_MAX && count * INCARNATION_BYTES <= headerBytes - in.position(),
                "too many incarnations");
        List<Long> incarnations = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            incarnations.add(in.i64());
        }
        return new LivePeers(
                incarnations,
                headerBytes - in.position() >= SERVICE_BYTES
                        ? Optional.of(readService(in, headerBytes))
                        : Optional.empty());
    }

    private static NodeService readService(WireReader in, int headerBytes) throws MalformedReportException {
        int roles = in.u8();
        int port = in.u16();
        int hostBytes = in.u8();
        check(hostBytes <= headerBytes - in.position(), "a host that is cut short");
        String host = in.latin1(hostBytes);
        check(NodeService.isValid(host.isEmpty() ? "localhost" : host, port), "a service without an address");
        return new NodeService(
                QuotaRole.ofBits(roles),
                host.isEmpty() ? Optional.empty() : Optional.of(host),
                port,
                (roles & SERVICE_TLS) != 0);
    }

    private static ReportDelays readDelays(WireReader in, int headerBytes) throws MalformedReportException {
        long clockMicros = in.i64();
        check(clockMicros >= 0 && clockMicros <= CLOCK_MICROS_MAX, "a clock out of range");
        int count = in.u8();
        check(count <= ReportDelays.SPANS_MAX && count * SPAN_BYTES <= headerBytes - in.position(), "too many spans");
        List<ReportDelays.Span> spans = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            spans.add(new ReportDelays.Span(in.u32() * 1_000, in.u32()));
        }
        return new ReportDelays(clockMicros * 1_000, spans);
    }

    private static void check(boolean condition, String reason) throws MalformedReportException {
        if (!condition) {
            throw new MalformedReportException(reason);
        }
    }

    private static long bitmap(UsageEntry entry) {
        long bitmap = 0;
        for (int i = 0; i < Dimension.count(); i++) {
            bitmap |= entry.count(i) == 0 && entry.demand(i) == 0 ? 0 : 1L << i;
        }
        return bitmap;
    }

    private static void putVarint(ByteBuffer out, long value) {
        long rest = value;
        while (rest >= 0x80) {
            out.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        out.put((byte) rest);
    }

    private static int varintBytes(long value) {
        return (63 - Long.numberOfLeadingZeros(value | 1)) / 7 + 1;
    }
}
