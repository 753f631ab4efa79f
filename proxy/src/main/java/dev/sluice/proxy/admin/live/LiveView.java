package dev.sluice.proxy.admin.live;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.proxy.admin.json.JsonCodec;
import dev.sluice.proxy.admin.limits.UsageList.UsageRates;
import dev.sluice.proxy.admin.live.SidecarStatus.PeersSeen;
import dev.sluice.proxy.admin.live.activity.ActivityBoard;
import dev.sluice.proxy.admin.live.activity.ReceivedActivity;
import dev.sluice.proxy.admin.live.activity.TextSeal;
import dev.sluice.proxy.admin.live.body.HistoryBody;
import dev.sluice.proxy.admin.live.body.LiveNumbers;
import dev.sluice.proxy.admin.live.body.NowBody;
import dev.sluice.proxy.admin.live.body.NowBody.GatewayNow;
import dev.sluice.proxy.admin.live.body.NowBody.LatencyNow;
import dev.sluice.proxy.admin.live.body.NowBody.LimitsFileNow;
import dev.sluice.proxy.admin.live.body.NowBody.SidecarNow;
import dev.sluice.proxy.admin.live.body.SubjectBody;
import dev.sluice.proxy.admin.metrics.BuildVersion;
import dev.sluice.proxy.loop.DurationSums;
import dev.sluice.sync.activity.LimitActivity;
import dev.sluice.sync.activity.NodeActivity;
import dev.sluice.sync.peers.PeerStatus;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The cluster as this sidecar knows it, second by second. A tick takes what this sidecar and the others count, finds what has
 * changed, and makes the event of that second. Time is an argument. Its memory is bounded: {@link LimitTracks}, and 25 kB for
 * each of {@value SidecarList#SHOWN_MAX} sidecars; with two sidecars some 1 MB.
 *
 * <p>Thread-safe: one thread ticks, others ask; each waits for the other, for some milliseconds.
 */
public final class LiveView {
    private final LiveSources sources;
    private final ActivityBoard board;
    private final SidecarList sidecarList;
    private final LimitTracks limits;
    private final RecentViews recent;
    private final StateChanges changes = new StateChanges();
    private final LiveEvents events = new LiveEvents();
    private final Map<String, NodeTrack> nodes = new HashMap<>();
    private final SecondsRing latency;
    private final SecondsRing upstream;
    private List<SidecarStatus> sidecars = List.of();
    private long tick;
    private double time;
    private String history = "";
    private long historyTick = -1;

    /**
     * A view that has seen nothing.
     *
     * @param board where peers' activity comes in, and this sidecar's own goes out
     */
    public LiveView(LiveSources sources, ActivityBoard board, long nowNanos, long wallMillis) {
        TextSeal seal = new TextSeal(sources.cluster());
        this.sources = sources;
        this.board = board;
        this.sidecarList = new SidecarList(sources, board, seal, wallMillis);
        this.limits = new LimitTracks(sources, seal);
        this.recent = new RecentViews(sources);
        this.latency = new SecondsRing(1);
        this.upstream = new SecondsRing(1);
        NodeTrack self = new NodeTrack(0, 1);
        nodes.put(sources.node(), self);
        this.time = LiveNumbers.seconds(wallMillis);
        // What comes before the first tick counts in it.
        self.update(0, ReceivedActivity.NONE.at(nowNanos), 0, nowNanos);
    }

    /** A second has passed: returns the text of its event. */
    public synchronized String tick(long nowNanos, long wallMillis) {
        tick++;
        time = LiveNumbers.seconds(wallMillis);
        List<PeerStatus> peers = sources.peers();
        NodeTrack self = nodes.computeIfAbsent(sources.node(), node -> new NodeTrack(0, tick));
        List<LimitActivity> ownLimits = limits.scan(self, tick, nowNanos);
        NodeActivity own = sidecarList.ownActivity(ownLimits, peers, wallMillis);
        board.publish(own);
        sidecars = sidecarList.list(peers, wallMillis);
        self.update(0, new ReceivedActivity(own, nowNanos), tick, nowNanos);
        updatePeers(nowNanos);
        limits.update(nodes, events, tick, nowNanos, wallMillis);
        changes.update(sidecars, events, wallMillis);
        NodeTimes.Sums lastSecond = NodeTimes.Sums.NONE;
        for (NodeTrack node : nodes.values()) {
            lastSecond = lastSecond.plus(node.times().lastSecond());
        }
        latency.set(tick, median(lastSecond.request()).orElse(Double.NaN));
        upstream.set(tick, median(lastSecond.upstream()).orElse(Double.NaN));
        return event("now", now(nowNanos, wallMillis));
    }

    private void updatePeers(long nowNanos) {
        Set<Long> live = new HashSet<>();
        Set<String> shown = new HashSet<>();
        for (SidecarStatus sidecar : sidecars) {
            shown.add(sidecar.node());
            if (sidecar.isSelf()) {
                continue;
            }
            long incarnation = HexFormat.fromHexDigitsToLong(sidecar.incarnation());
            Optional<ReceivedActivity> received = sidecar.isLive() ? board.of(incarnation) : Optional.empty();
            NodeTrack track = nodes.computeIfAbsent(sidecar.node(), node -> new NodeTrack(incarnation, tick));
            if (received.isPresent()) {
                live.add(incarnation);
                track.update(incarnation, received.get(), tick, nowNanos);
            } else {
                track.forget();
                if (sidecar.isLive()) {
                    live.add(incarnation);
                }
            }
        }
        board.keep(live);
        nodes.keySet().retainAll(shown);
    }

    private NowBody now(long nowNanos, long wallMillis) {
        NodeTimes.Sums all = NodeTimes.Sums.NONE;
        for (NodeTrack node : nodes.values()) {
            all = all.plus(node.times().recent());
        }
        long ownHash = sidecars.get(0).limitsHash();
        return new NowBody(
                time,
                sources.node(),
                latency(all),
                byName(sidecars).stream().map(sidecar -> now(sidecar, ownHash)).toList(),
                changes.problems(sidecars, sources.syncProblem(nowNanos), wallMillis),
                limits.now(tick),
                events.takeFresh());
    }

    private static List<SidecarStatus> byName(List<SidecarStatus> sidecars) {
        return sidecars.stream()
                .sorted(Comparator.comparing(SidecarStatus::node))
                .toList();
    }

    private static LatencyNow latency(NodeTimes.Sums sums) {
        return new LatencyNow(
                number(median(sums.request())),
                number(sums.request().quantileSeconds(0.99)),
                number(median(sums.upstream())),
                number(median(sums.added())));
    }

    private static Optional<Double> median(DurationSums sums) {
        return sums.quantileSeconds(0.5);
    }

    private static Optional<Number> number(Optional<Double> value) {
        return value.map(LiveNumbers::of);
    }

    private SidecarNow now(SidecarStatus sidecar, long ownHash) {
        NodeTrack track = nodes.get(sidecar.node());
        boolean isKnown = track != null && track.isKnown();
        Optional<NodeTrack> known = isKnown ? Optional.ofNullable(track) : Optional.empty();
        LatencyNow times = latency(known.map(node -> node.times().recent()).orElse(NodeTimes.Sums.NONE));
        Optional<PeersSeen> peers = sidecar.peers();
        return new SidecarNow(
                sidecar.node(),
                sidecar.incarnation(),
                sidecar.isSelf(),
                sidecar.state(),
                LiveNumbers.seconds(sidecar.sinceMillis()),
                TimeUnit.NANOSECONDS.toMillis(sidecar.reportAgeNanos()) / 1e3,
                peers.map(PeersSeen::live),
                peers.map(PeersSeen::known),
                peers.filter(seen -> seen.live() > 0).map(seen -> seen.oldestReportMillis() / 1e3),
                peers.map(PeersSeen::lost),
                gateway(sidecar.gateway()),
                limitsFile(sidecar, ownHash),
                known.flatMap(node -> LiveNumbers.optional(node.admitted(tick))),
                known.flatMap(node -> LiveNumbers.optional(node.rejected(tick))),
                known.flatMap(node -> LiveNumbers.optional(node.failed(tick))),
                known.flatMap(node -> LiveNumbers.optional(node.other())),
                known.flatMap(node -> LiveNumbers.optional(node.bytesToClients(tick))),
                known.flatMap(node -> LiveNumbers.optional(node.bytesFromClients(tick))),
                known.map(node -> node.activity().inFlight()),
                known.map(node -> node.activity().connections()),
                times.latencySeconds(),
                times.latencyP99Seconds(),
                times.upstreamSeconds(),
                times.addedSeconds());
    }

    private static Optional<Number> since(LivePart part) {
        return part.sinceWallMillis() == 0
                ? Optional.empty()
                : Optional.of(LiveNumbers.seconds(part.sinceWallMillis()));
    }

    private static GatewayNow gateway(LivePart part) {
        String state = switch (part.state()) {
            case UNKNOWN -> "unknown";
            case GOOD -> "up";
            case BAD -> "down";
        };
        return new GatewayNow(state, since(part), part.problem());
    }

    private static LimitsFileNow limitsFile(SidecarStatus sidecar, long ownHash) {
        LivePart part = sidecar.limitsFile();
        String state = switch (part.state()) {
            case UNKNOWN -> "unknown";
            case GOOD -> "ok";
            case BAD -> "stale";
        };
        long hash = sidecar.limitsHash();
        Optional<Boolean> same = hash == 0 || ownHash == 0 ? Optional.empty() : Optional.of(hash == ownHash);
        return new LimitsFileNow(
                state, since(part), part.problem(), HexFormat.of().toHexDigits(hash), same);
    }

    /** The text of the first event, as of the last tick. Many may ask for it in one second: it is made once. */
    public synchronized String history() {
        if (historyTick != tick) {
            history = event(
                    "history",
                    new HistoryBody(
                            time,
                            1,
                            sources.node(),
                            sources.cluster(),
                            BuildVersion.text(),
                            sources.onPartition(),
                            new HistoryBody.TotalHistory(
                                    latency.seriesUnlessZero(tick), upstream.seriesUnlessZero(tick)),
                            byName(sidecars).stream()
                                    .map(sidecar -> history(sidecar.node()))
                                    .flatMap(Optional::stream)
                                    .toList(),
                            limits.history(tick),
                            events.all()));
            historyTick = tick;
        }
        return history;
    }

    private Optional<HistoryBody.SidecarHistory> history(String node) {
        return Optional.ofNullable(nodes.get(node)).map(track -> track.history(node, tick));
    }

    /** What one of the followed limits does now; empty: it is not followed. */
    public synchronized Optional<UsageRates> rates(SubjectId id, Dimension dimension) {
        return limits.rates(new LimitKey(id, dimension), tick);
    }

    /** Nobody listens: the text of the first event is not kept. */
    synchronized void forgetHistory() {
        history = "";
        historyTick = -1;
    }

    /** One subject, by its name for people. */
    SubjectBody subject(Scope scope, String name, long nowNanos, long wallMillis) {
        List<NowBody.LimitRow> rows;
        synchronized (this) {
            rows = limits.rowsOf(scope, name, tick);
        }
        return recent.subject(scope, name, rows, nowNanos, wallMillis);
    }

    private static String event(String name, Record body) {
        return "event: " + name + "\ndata: " + new String(JsonCodec.write(body), StandardCharsets.UTF_8) + "\n\n";
    }
}
