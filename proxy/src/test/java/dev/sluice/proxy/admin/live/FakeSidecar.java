package dev.sluice.proxy.admin.live;

import dev.sluice.limits.admission.Admission;
import dev.sluice.limits.admission.Ticket;
import dev.sluice.limits.admission.Verdict;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.OnExceed;
import dev.sluice.limits.model.OperationClass;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectIds;
import dev.sluice.proxy.admin.live.activity.ActivityBoard;
import dev.sluice.proxy.loop.ProxyCounters;
import dev.sluice.sync.activity.ActivityState;
import dev.sluice.sync.peers.PeerState;
import dev.sluice.sync.peers.PeerStatus;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A sidecar without a network: its limits are real, and so is its view. Seconds pass when a test says so. */
final class FakeSidecar implements LiveSources {
    static final long SECOND = 1_000_000_000L;
    static final long START_MILLIS = 1_795_881_600_000L;

    final ActivityBoard board = new ActivityBoard();
    final ProxyCounters counters = new ProxyCounters();
    final Admission admission;
    final LiveView view;
    final String name;
    final long incarnation;
    final List<PeerStatus> peers = new ArrayList<>();
    LivePart gateway = new LivePart(ActivityState.GOOD, START_MILLIS, "");
    LivePart limitsFile = new LivePart(ActivityState.GOOD, 0, "");
    long fingerprint = 5;
    long nowNanos;
    long liveNanos = 3 * SECOND;
    private final Ticket ticket = new Ticket();

    FakeSidecar(String name, long incarnation) {
        this.name = name;
        this.incarnation = incarnation;
        LimitSet ten = LimitSet.of(Dimension.READ_OPS, Limit.perSecond(10, MeterAlgorithm.WINDOW));
        LimitSet shadow = LimitSet.of(
                Dimension.READ_OPS, Limit.perSecond(10, MeterAlgorithm.WINDOW).with(OnExceed.SHADOW));
        Policy policy = new Policy(
                LimitSet.of(Dimension.READ_OPS, Limit.perSecond(1_000, MeterAlgorithm.WINDOW)),
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                Map.of("alice", ten, "intern", shadow),
                Map.of(),
                Map.of());
        admission = new Admission(new SubjectIds("c"), 10_000, 0, policy);
        view = new LiveView(this, board, 0, START_MILLIS);
    }

    /** Requests of a user, some time after the last tick; the path counts them as it does. A second later they are forgotten. */
    void requests(String user, int count) {
        long atNanos = nowNanos + SECOND / 10 + nowNanos / 50;
        for (int i = 0; i < count; i++) {
            Verdict verdict = admission.admit(Identity.ofUser(user), "", OperationClass.READ, ticket, atNanos);
            if (verdict instanceof Verdict.Admitted) {
                ticket.commit();
                counters.completed.increment();
            } else {
                counters.rejected.increment();
            }
            ticket.release(atNanos);
        }
    }

    /** A second passes: the event of it. */
    String tick() {
        nowNanos += SECOND;
        return view.tick(nowNanos, START_MILLIS + nowNanos / 1_000_000);
    }

    /** What it has to report arrives at another one. */
    void reportTo(FakeSidecar other) {
        board.poll().ifPresent(activity -> other.board.receive(incarnation, activity, other.nowNanos));
    }

    /** How it is to another one. */
    PeerStatus status(PeerState state, long silentNanos) {
        return new PeerStatus(
                name,
                HexFormat.of().toHexDigits(incarnation),
                "tcp://127.0.0.1:7070",
                liveNanos,
                silentNanos,
                0,
                9,
                9,
                4,
                1_000,
                1,
                100_000_000L,
                fingerprint,
                Optional.empty(),
                state);
    }

    @Override
    public String node() {
        return name;
    }

    @Override
    public String cluster() {
        return "c";
    }

    @Override
    public String onPartition() {
        return "auto";
    }

    @Override
    public ProxyCounters counters() {
        return counters;
    }

    @Override
    public Admission admission() {
        return admission;
    }

    @Override
    public List<PeerStatus> peers() {
        return List.copyOf(peers);
    }

    @Override
    public long limitsFingerprint() {
        return fingerprint;
    }

    @Override
    public Optional<String> syncProblem(long atNanos) {
        return Optional.empty();
    }

    @Override
    public LivePart gateway() {
        return gateway;
    }

    @Override
    public LivePart limitsFile() {
        return limitsFile;
    }

    @Override
    public String display(Scope scope, String subject) {
        return subject.startsWith("AKID") ? "key:0011aabb" : subject;
    }

    @Override
    public String text(Dimension dimension, Limit limit) {
        return limit.text();
    }

    @Override
    public String origin(Scope scope, String subject, Dimension dimension) {
        return subject.equals("alice") ? "limits.conf:8" : "";
    }
}
