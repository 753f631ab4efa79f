package dev.sluice.sync.activity;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.sync.activity.NodeActivity.PeersActivity;
import dev.sluice.sync.activity.NodeActivity.RequestActivity;
import dev.sluice.sync.wire.MalformedReportException;
import dev.sluice.sync.wire.Sections;
import dev.sluice.sync.wire.WireReader;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The bytes of a {@link NodeActivity}: {@code docs/wire-format.md} draws the layout. A damaged section is ignored; its report
 * counts. What follows in a list of numbers, behind the last class or behind the last limit, is of a later release and skipped.
 */
public final class ActivityCodec {
    /** The kind of a section with activity. */
    static final int KIND = 'A';

    private static final int NUMBERS = 16;
    private static final int ID_BYTES = 16;
    private static final int VARINT_BYTES_MAX = 9;
    private static final int LIMIT_NUMBERS = 4;

    /** At least the size of any section. */
    public static final int SECTION_BYTES_MAX = 16
            + NUMBERS * VARINT_BYTES_MAX
            + 2 * (2 + PartActivity.PROBLEM_BYTES_MAX)
            + 3 * (1 + NodeActivity.CLASSES_MAX * VARINT_BYTES_MAX)
            + NodeActivity.LIMITS_MAX
                    * (ID_BYTES + 3 + LimitActivity.NAME_BYTES_MAX + LIMIT_NUMBERS * VARINT_BYTES_MAX);

    private ActivityCodec() {}

    /** A section that follows the entries of a report. */
    public static byte[] section(NodeActivity activity) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(NUMBERS);
        RequestActivity requests = activity.requests();
        PeersActivity peers = activity.peers();
        for (long number : new long[] {
            requests.admitted(),
            requests.rejected(),
            requests.failed(),
            requests.other(),
            activity.bytesToClients(),
            activity.bytesFromClients(),
            activity.inFlight(),
            activity.connections(),
            peers.live(),
            peers.known(),
            peers.oldestReportMillis(),
            peers.lostReports(),
            activity.gateway().state().ordinal(),
            activity.gateway().ageMillis(),
            activity.limitsFile().state().ordinal(),
            activity.limitsFile().ageMillis()
        }) {
            Sections.putVarint(body, number);
        }
        putText(body, activity.gateway().sealedProblem());
        putText(body, activity.limitsFile().sealedProblem());
        putClasses(body, activity.durations());
        putClasses(body, activity.upstreamDurations());
        putClasses(body, activity.addedDurations());
        body.write(activity.limits().size());
        activity.limits().forEach(limit -> put(body, limit));
        return Sections.of(KIND, body);
    }

    private static void putText(ByteArrayOutputStream out, String text) {
        Sections.putVarint(out, text.length());
        out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void putClasses(ByteArrayOutputStream out, List<Long> counts) {
        out.write(counts.size());
        counts.forEach(count -> Sections.putVarint(out, count));
    }

    private static void put(ByteArrayOutputStream out, LimitActivity limit) {
        out.writeBytes(ByteBuffer.allocate(ID_BYTES)
                .putLong(limit.id().high())
                .putLong(limit.id().low())
                .array());
        out.write(limit.scope().ordinal());
        out.write(limit.dimension().ordinal());
        putText(out, limit.sealedName());
        Sections.putVarint(out, limit.admitted());
        Sections.putVarint(out, limit.rejected());
        Sections.putVarint(out, limit.wouldReject());
        Sections.putVarint(out, limit.waiting());
    }

    /**
     * The activity in the sections of a report.
     *
     * @param begin where the sections begin
     * @return empty: there is none, or it is damaged
     */
    public static Optional<NodeActivity> find(byte[] message, int begin) {
        if (begin >= message.length) {
            return Optional.empty();
        }
        try {
            Optional<WireReader> section = Sections.find(message, begin, KIND);
            return section.isEmpty() ? Optional.empty() : Optional.of(read(section.get()));
        } catch (MalformedReportException e) {
            return Optional.empty();
        }
    }

    private static NodeActivity read(WireReader in) throws MalformedReportException {
        long[] numbers = new long[NUMBERS];
        int sent = in.u8();
        for (int i = 0; i < sent; i++) {
            long number = in.varint();
            if (i < NUMBERS) {
                numbers[i] = number;
            }
        }
        String gatewayProblem = text(in, PartActivity.PROBLEM_BYTES_MAX);
        String limitsProblem = text(in, PartActivity.PROBLEM_BYTES_MAX);
        return new NodeActivity(
                new RequestActivity(numbers[0], numbers[1], numbers[2], numbers[3]),
                numbers[4],
                numbers[5],
                numbers[6],
                numbers[7],
                new PeersActivity(numbers[8], numbers[9], numbers[10], numbers[11]),
                new PartActivity(ActivityState.at(numbers[12]), numbers[13], gatewayProblem),
                new PartActivity(ActivityState.at(numbers[14]), numbers[15], limitsProblem),
                classes(in),
                classes(in),
                classes(in),
                limits(in));
    }

    private static String text(WireReader in, int bytesMax) throws MalformedReportException {
        long bytes = in.varint();
        if (bytes > bytesMax) {
            throw new MalformedReportException("a text that is too long");
        }
        return in.latin1((int) bytes);
    }

    private static List<Long> classes(WireReader in) throws MalformedReportException {
        int count = in.u8();
        if (count > NodeActivity.CLASSES_MAX) {
            throw new MalformedReportException("too many classes");
        }
        List<Long> counts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            counts.add(in.varint());
        }
        return counts;
    }

    /** Those of a scope or dimension that this release doesn't know are left out. */
    private static List<LimitActivity> limits(WireReader in) throws MalformedReportException {
        int count = in.u8();
        if (count > NodeActivity.LIMITS_MAX) {
            throw new MalformedReportException("too many limits");
        }
        List<LimitActivity> limits = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            SubjectId id = new SubjectId(in.i64(), in.i64());
            int scope = in.u8();
            int dimension = in.u8();
            String name = text(in, LimitActivity.NAME_BYTES_MAX);
            long admitted = in.varint();
            long rejected = in.varint();
            long wouldReject = in.varint();
            long waiting = in.varint();
            if (scope < Scope.count() && dimension < Dimension.count()) {
                limits.add(new LimitActivity(
                        id, Scope.at(scope), Dimension.at(dimension), name, admitted, rejected, wouldReject, waiting));
            }
        }
        return limits;
    }
}
