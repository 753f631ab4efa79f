package dev.sluice.proxy.admin.live;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.limits.model.SubjectIds;
import dev.sluice.limits.sharing.Ledger;
import dev.sluice.proxy.admin.limits.UsageList.UsageRates;
import dev.sluice.proxy.admin.live.LimitScan.Scanned;
import dev.sluice.proxy.admin.live.activity.TextSeal;
import dev.sluice.proxy.admin.live.body.HistoryBody;
import dev.sluice.proxy.admin.live.body.LiveEvent.EventKind;
import dev.sluice.proxy.admin.live.body.LiveEvent.EventLevel;
import dev.sluice.proxy.admin.live.body.LiveNumbers;
import dev.sluice.proxy.admin.live.body.NowBody;
import dev.sluice.sync.activity.LimitActivity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The limits that the view follows, at most {@value #TRACKS_MAX}: those with the most pressure here, and those that peers
 * report. Some 1 MB for a pair of sidecars, 5 MB at most. Owned by the view.
 */
final class LimitTracks {
    static final int TRACKS_MAX = 64;
    static final int ROWS_MAX = 40;
    /** A limit that has not rejected for so long has ended to. */
    private static final int QUIET_TICKS = 10;
    /** One that did nothing for so long is no longer shown, unless something is used of it. */
    private static final int FOLLOWED_TICKS = 60;

    private final LiveSources sources;
    private final ReportedNames names;
    private final TextSeal seal;
    private final LimitScan scan = new LimitScan();
    private final Map<LimitKey, LimitTrack> tracks = new HashMap<>();
    private List<Scanned> scanned = List.of();

    LimitTracks(LiveSources sources, TextSeal seal) {
        this.sources = sources;
        this.seal = seal;
        this.names = new ReportedNames(new SubjectIds(sources.cluster()), seal);
    }

    /** Looks at the limits of this sidecar: what it reports of them. */
    List<LimitActivity> scan(NodeTrack self, long tick, long nowNanos) {
        scanned = scan.scan(sources.admission(), followed(tick), nowNanos);
        List<LimitActivity> rows = new ArrayList<>();
        for (Scanned one : scanned) {
            LimitActivity row = activity(one.limit());
            rows.add(row);
            self.beginLimit(
                    new LimitKey(row.id(), row.dimension()),
                    row,
                    admittedBefore(one.limit(), row.admitted(), nowNanos),
                    one.rejectedBefore(),
                    one.wouldRejectBefore(),
                    nowNanos);
        }
        return rows;
    }

    /** A second before: what a short limit has used since then was admitted since then, at most. */
    private static long admittedBefore(Ledger limit, long admitted, long nowNanos) {
        boolean isShort = limit.limit().periodNanos() <= Limit.SECOND_NANOS;
        return isShort ? Math.max(0, admitted - limit.meter().used(nowNanos)) : admitted;
    }

    /** Those that were in use a moment ago: a limit must not come and go between two requests. */
    private Set<Ledger> followed(long tick) {
        Set<Ledger> ledgers = Collections.newSetFromMap(new IdentityHashMap<>());
        for (LimitTrack track : tracks.values()) {
            if (tick - track.activeTick() <= FOLLOWED_TICKS) {
                track.ledger().ifPresent(ledgers::add);
            }
        }
        return ledgers;
    }

    private LimitActivity activity(Ledger limit) {
        Scope scope = limit.owner().scope();
        String name = sources.display(scope, limit.owner().label());
        return new LimitActivity(
                limit.owner().id(),
                scope,
                limit.dimension(),
                seal.seal(name, LimitActivity.NAME_BYTES_MAX),
                Math.max(0, limit.admitted()),
                limit.rejectedCount(),
                limit.wouldRejectCount(),
                (long) limit.waiting() + limit.held());
    }

    /** Brings together what all sidecars report. */
    void update(Map<String, NodeTrack> nodes, LiveEvents events, long tick, long nowNanos, long wallMillis) {
        Map<LimitKey, Map<String, NodeLimit>> all = new HashMap<>();
        nodes.forEach((node, track) -> track.limits()
                .forEach((key, part) ->
                        all.computeIfAbsent(key, k -> new HashMap<>()).put(node, part)));
        for (Scanned one : scanned) {
            Ledger own = one.limit();
            LimitKey key = new LimitKey(own.owner().id(), own.dimension());
            Map<String, NodeLimit> parts = all.remove(key);
            if (parts != null) {
                update(key, own, own.owner().scope(), own.owner().label(), own.limit(), parts, tick, nowNanos);
            }
        }
        all.forEach((key, parts) -> updateReported(key, parts, tick, nowNanos));
        for (LimitTrack track : tracks.values()) {
            if (track.seenTick() == tick && track.updateRejecting(tick, QUIET_TICKS)) {
                add(events, track, wallMillis);
            }
        }
        tracks.values().removeIf(track -> tick - track.seenTick() > SecondsRing.SECONDS);
    }

    /** A limit that is busy on peers. It may have an account here. */
    private void updateReported(LimitKey key, Map<String, NodeLimit> parts, long tick, long nowNanos) {
        NodeLimit any = parts.values().iterator().next();
        Scope scope = any.scope();
        if (sources.admission().sink(key.id(), key.dimension()).orElse(null) instanceof Ledger own) {
            update(key, own, own.owner().scope(), own.owner().label(), own.limit(), parts, tick, nowNanos);
            return;
        }
        LimitTrack known = tracks.get(key);
        String name = known != null ? known.name() : names.of(key.id(), scope, parts.values());
        Limit limit = sources.admission().policy().limitsOf(scope, name).get(key.dimension());
        if (limit != null) {
            update(key, null, scope, name, limit, parts, tick, nowNanos);
        }
    }

    private void update(
            LimitKey key,
            @Nullable Ledger own,
            Scope scope,
            String subject,
            Limit limit,
            Map<String, NodeLimit> parts,
            long tick,
            long nowNanos) {
        LimitTrack track = tracks.get(key);
        if (track == null) {
            String name = nameOf(key.id(), scope, subject, own, parts.values());
            if (!makePlace(new Newcomer(LimitKey.text(scope, name, key.dimension()), own, limit, parts), tick)) {
                return;
            }
            track = new LimitTrack(scope, name, key.dimension(), limit, tick);
            tracks.put(key, track);
        }
        Dimension dimension = key.dimension();
        track.update(
                own,
                limit,
                sources.text(dimension, limit),
                sources.origin(scope, subject, dimension),
                parts,
                tick,
                nowNanos);
    }

    /** A subject that no request here has named may be known by its name elsewhere. */
    private String nameOf(
            SubjectId id, Scope scope, String subject, @Nullable Ledger own, Collection<NodeLimit> parts) {
        String shown = sources.display(scope, subject);
        return own != null && shown.startsWith(ReportedNames.UNKNOWN) ? names.of(id, scope, parts) : shown;
    }

    /** A limit that is not followed yet. */
    private record Newcomer(String key, @Nullable Ledger own, Limit limit, Map<String, NodeLimit> parts) {
        double pressure() {
            double rejected = 0;
            double wouldReject = 0;
            double waiting = 0;
            double admitted = 0;
            for (NodeLimit part : parts.values()) {
                rejected += part.rejected();
                wouldReject += part.wouldReject();
                waiting += part.waiting();
                admitted += part.admitted();
            }
            double seconds = limit.periodNanos() == 0 ? 1 : limit.periodNanos() * 1e-9;
            double used = limit.amount() == 0 ? 0 : admitted * seconds / limit.amount();
            return LimitPressure.of(rejected, wouldReject, waiting, used);
        }
    }

    /**
     * Of those that nobody reports now, the one that was last seen the longest ago leaves; else the one with the least
     * pressure, if that is much less than the newcomer's. What a peer alone knows displaces nothing that is known here, nor
     * takes its key.
     */
    private boolean makePlace(Newcomer newcomer, long tick) {
        boolean isOwn = newcomer.own() != null;
        for (LimitTrack track : tracks.values()) {
            if (track.key().equals(newcomer.key()) && (!isOwn || track.ledger().isPresent())) {
                return false;
            }
        }
        tracks.values().removeIf(track -> track.key().equals(newcomer.key()));
        if (tracks.size() < TRACKS_MAX) {
            return true;
        }
        Optional<Map.Entry<LimitKey, LimitTrack>> leaving = tracks.entrySet().stream()
                .filter(entry -> entry.getValue().seenTick() < tick - 1)
                .min(Comparator.comparingLong(entry -> entry.getValue().seenTick()));
        if (leaving.isEmpty()) {
            double pressure = newcomer.pressure();
            leaving = tracks.entrySet().stream()
                    .filter(entry -> isOwn || entry.getValue().ledger().isEmpty())
                    .filter(entry ->
                            LimitPressure.isMuchMore(pressure, entry.getValue().pressure(tick))
                                    || (LimitPressure.isLimited(pressure)
                                            && entry.getValue().ledger().isEmpty()
                                            && isOwn))
                    .min(Comparator.<Map.Entry<LimitKey, LimitTrack>>comparingInt(
                                    entry -> entry.getValue().ledger().isPresent() ? 1 : 0)
                            .thenComparingDouble(entry -> entry.getValue().pressure(tick)));
        }
        leaving.ifPresent(entry -> tracks.remove(entry.getKey()));
        return leaving.isPresent();
    }

    private static void add(LiveEvents events, LimitTrack track, long wallMillis) {
        String subject = track.name().isEmpty() ? track.scope().key() : track.name();
        String what = track.dimension().key();
        if (track.isRejecting()) {
            events.add(
                    wallMillis,
                    EventKind.REJECTING,
                    EventLevel.ERROR,
                    "",
                    track.key(),
                    subject + " began to be rejected: " + what + ", " + track.text());
        } else {
            events.add(
                    wallMillis,
                    EventKind.ADMITTING,
                    EventLevel.GOOD,
                    "",
                    track.key(),
                    subject + " is no longer rejected: " + what);
        }
    }

    /** Those with the most pressure first. */
    private List<LimitTrack> sorted(long tick) {
        return tracks.values().stream()
                .filter(track -> track.seenTick() == tick)
                .sorted(Comparator.<LimitTrack>comparingDouble(track -> -track.pressure(tick))
                        .thenComparing(LimitTrack::key))
                .toList();
    }

    NowBody.LimitsNow now(long tick) {
        List<LimitTrack> sorted = sorted(tick);
        List<NowBody.LimitRow> rows =
                sorted.stream().limit(ROWS_MAX).map(track -> track.row(tick)).toList();
        int rejecting =
                (int) sorted.stream().filter(track -> track.isRejecting(tick)).count();
        int inUse = Math.max(scan.inUse(), sorted.size());
        double rest = sorted.stream()
                .skip(ROWS_MAX)
                .mapToDouble(track -> track.row(tick).usedRatio().doubleValue())
                .max()
                .orElse(0);
        return new NowBody.LimitsNow(
                inUse,
                Math.max(rejecting, scan.rejecting()),
                inUse - rows.size(),
                LiveNumbers.of(Math.max(rest, scan.restUsedRatio())),
                rows);
    }

    List<HistoryBody.LimitHistory> history(long tick) {
        return sorted(tick).stream()
                .limit(ROWS_MAX)
                .map(track -> track.history(tick))
                .toList();
    }

    /** What a limit does now; empty: it is not followed, or idle. */
    Optional<UsageRates> rates(LimitKey key, long tick) {
        return Optional.ofNullable(tracks.get(key))
                .filter(track -> track.seenTick() == tick)
                .map(track -> track.rates(tick));
    }

    /** The limits of one subject, by the name that people see. */
    List<NowBody.LimitRow> rowsOf(Scope scope, String name, long tick) {
        return sorted(tick).stream()
                .filter(track -> track.scope() == scope && track.name().equals(name))
                .map(track -> track.row(tick))
                .toList();
    }
}
