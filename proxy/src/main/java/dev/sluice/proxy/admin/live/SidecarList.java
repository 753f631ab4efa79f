package dev.sluice.proxy.admin.live;

import dev.sluice.proxy.admin.live.SidecarStatus.PeersSeen;
import dev.sluice.proxy.admin.live.activity.ActivityBoard;
import dev.sluice.proxy.admin.live.activity.ReceivedActivity;
import dev.sluice.proxy.admin.live.activity.TextSeal;
import dev.sluice.proxy.admin.live.body.NowBody.SidecarState;
import dev.sluice.sync.activity.ActivityState;
import dev.sluice.sync.activity.LimitActivity;
import dev.sluice.sync.activity.NodeActivity;
import dev.sluice.sync.activity.NodeActivity.PeersActivity;
import dev.sluice.sync.activity.NodeActivity.RequestActivity;
import dev.sluice.sync.activity.PartActivity;
import dev.sluice.sync.peers.PeerState;
import dev.sluice.sync.peers.PeerStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Makes one list of this sidecar and its peers, and this sidecar's own activity. Owned by the view. */
final class SidecarList {
    /** So many are shown, those that are live first. */
    static final int SHOWN_MAX = 64;

    private static final long LEFT_NANOS_MAX = TimeUnit.SECONDS.toNanos(SecondsRing.SECONDS);
    /** A restarted sidecar and the one before it are live together for less. */
    private static final long TOGETHER_NANOS_MIN = TimeUnit.SECONDS.toNanos(60);

    private final LiveSources sources;
    private final ActivityBoard board;
    private final TextSeal seal;
    private final long startMillis;

    SidecarList(LiveSources sources, ActivityBoard board, TextSeal seal, long startMillis) {
        this.sources = sources;
        this.board = board;
        this.seal = seal;
        this.startMillis = startMillis;
    }

    private static boolean isShown(PeerStatus peer) {
        return switch (peer.state()) {
            case LIVE, SILENT -> true;
            case LEFT -> peer.lastReceivedNanos() < LEFT_NANOS_MAX;
            case REPLACED, COPY -> false;
        };
    }

    /**
     * By the names under which they are shown. Of several of one name the one that has been live the longest has it, else
     * the last one. Another that stays live beside it for a minute is no restart: both are shown.
     */
    private Map<String, PeerStatus> byName(List<PeerStatus> peers) {
        Map<String, PeerStatus> shown = new TreeMap<>();
        Comparator<PeerStatus> better = Comparator.comparingInt(SidecarList::rank)
                .thenComparingLong(
                        peer -> peer.state() == PeerState.LIVE ? -peer.sinceNanos() : peer.lastReceivedNanos())
                .thenComparing(PeerStatus::incarnation);
        peers.stream().filter(SidecarList::isShown).sorted(better).forEach(peer -> {
            boolean isTaken = peer.node().equals(sources.node()) || shown.containsKey(peer.node());
            if (!isTaken) {
                shown.put(peer.node(), peer);
            } else if (peer.node().equals(sources.node())
                    || (peer.state() == PeerState.LIVE && peer.sinceNanos() > TOGETHER_NANOS_MIN)) {
                shown.putIfAbsent(peer.node() + "#" + peer.incarnation().substring(0, 4), peer);
            }
        });
        return shown;
    }

    private static int rank(PeerStatus peer) {
        return peer.state() == PeerState.LIVE ? 0 : 1;
    }

    /** This sidecar first, then the others by name. */
    List<SidecarStatus> list(List<PeerStatus> peers, long wallMillis) {
        List<SidecarStatus> list = new ArrayList<>();
        list.add(own(peers));
        byName(peers).entrySet().stream()
                .sorted(Comparator.comparingInt(shown -> rank(shown.getValue())))
                .limit(SHOWN_MAX)
                .forEach(shown -> list.add(of(shown.getKey(), shown.getValue(), wallMillis)));
        return list;
    }

    private SidecarStatus own(List<PeerStatus> peers) {
        return new SidecarStatus(
                sources.node(),
                "",
                SidecarState.LIVE,
                startMillis,
                0,
                sources.gateway(),
                sources.limitsFile(),
                sources.limitsFingerprint(),
                Optional.of(seen(peers)));
    }

    private static PeersSeen seen(List<PeerStatus> peers) {
        long live = 0;
        long known = 0;
        long oldestNanos = 0;
        long lost = 0;
        for (PeerStatus peer : peers) {
            boolean isLive = peer.state() == PeerState.LIVE;
            live += isLive ? 1 : 0;
            known += isLive || peer.state() == PeerState.SILENT ? 1 : 0;
            oldestNanos = isLive ? Math.max(oldestNanos, peer.lastReceivedNanos()) : oldestNanos;
            lost += peer.lost();
        }
        return new PeersSeen(live, known, TimeUnit.NANOSECONDS.toMillis(oldestNanos), lost);
    }

    private SidecarStatus of(String name, PeerStatus peer, long wallMillis) {
        boolean isLive = peer.state() == PeerState.LIVE;
        Optional<ReceivedActivity> received = isLive ? board.of(incarnation(peer)) : Optional.empty();
        long sinceNanos = isLive ? peer.sinceNanos() : peer.lastReceivedNanos();
        return new SidecarStatus(
                name,
                peer.incarnation(),
                switch (peer.state()) {
                    case LIVE -> SidecarState.LIVE;
                    case LEFT -> SidecarState.LEFT;
                    case SILENT, REPLACED, COPY -> SidecarState.SILENT;
                },
                wallMillis - TimeUnit.NANOSECONDS.toMillis(sinceNanos),
                peer.lastReceivedNanos(),
                received.map(last -> part(last.activity().gateway(), wallMillis))
                        .orElse(LivePart.UNKNOWN),
                received.map(last -> part(last.activity().limitsFile(), wallMillis))
                        .orElse(LivePart.UNKNOWN),
                isLive ? peer.limitsFingerprint() : 0,
                received.map(last -> last.activity().peers())
                        .map(seen -> new PeersSeen(
                                seen.live(), seen.known(), seen.oldestReportMillis(), seen.lostReports())));
    }

    static long incarnation(PeerStatus peer) {
        return HexFormat.fromHexDigitsToLong(peer.incarnation());
    }

    private LivePart part(PartActivity reported, long wallMillis) {
        // An age beyond a year is none.
        long ageMillis = Math.min(reported.ageMillis(), TimeUnit.DAYS.toMillis(365));
        String problem = reported.state() == ActivityState.BAD
                ? seal.open(reported.sealedProblem()).orElse("")
                : "";
        boolean isKnown = ageMillis > 0 || reported.state() == ActivityState.BAD;
        return new LivePart(reported.state(), isKnown ? wallMillis - ageMillis : 0, problem);
    }

    /** What this sidecar reports of itself. */
    NodeActivity ownActivity(List<LimitActivity> limits, List<PeerStatus> peers, long wallMillis) {
        var counters = sources.counters();
        PeersSeen seen = seen(peers);
        return new NodeActivity(
                new RequestActivity(
                        counters.completed.sum(),
                        counters.rejected.sum(),
                        counters.upstreamFailed.sum(),
                        counters.malformed.sum() + counters.overConnections.sum() + counters.clientGone.sum()),
                counters.bytesToClients.sum(),
                counters.bytesFromClients.sum(),
                Math.max(0, counters.exchanges.sum()),
                Math.max(0, counters.clientConnections.sum()),
                new PeersActivity(seen.live(), seen.known(), seen.oldestReportMillis(), seen.lost()),
                part(sources.gateway(), wallMillis),
                part(sources.limitsFile(), wallMillis),
                counters.times.smallRequests().classes(),
                counters.times.smallAtUpstream().classes(),
                counters.times.smallAdded().classes(),
                limits);
    }

    private PartActivity part(LivePart own, long wallMillis) {
        long ageMillis = own.sinceWallMillis() == 0 ? 0 : Math.max(0, wallMillis - own.sinceWallMillis());
        return new PartActivity(own.state(), ageMillis, seal.seal(own.problem(), PartActivity.PROBLEM_BYTES_MAX));
    }
}
