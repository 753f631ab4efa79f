package dev.sluice.proxy.admin.live;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.RateLimit;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.Sharing;
import dev.sluice.limits.sharing.Ledger;
import dev.sluice.proxy.admin.limits.UsageList.UsageRates;
import dev.sluice.proxy.admin.live.body.HistoryBody;
import dev.sluice.proxy.admin.live.body.LiveNumbers;
import dev.sluice.proxy.admin.live.body.NowBody;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one limit did on all sidecars in the last {@value SecondsRing#SECONDS} seconds: 4 kB for each of {@value #NODES_MAX}
 * sidecars at most, and 11 kB. Owned by the view.
 */
final class LimitTrack {
    /** The series of so many sidecars are kept; others count in the numbers of now alone. */
    private static final int NODES_MAX = 16;
    /** What "now" means for a rate. */
    static final int TICKS = 5;
    /** Of a longer period the use of the last seconds says nothing. */
    private static final long SHORT_NANOS_MAX = 10 * Limit.SECOND_NANOS;

    private final Scope scope;
    private final Dimension dimension;
    private final String key;
    private final String name;
    private final SecondsRing amount;
    private final SecondsRing rejected;
    private final SecondsRing wouldReject;
    private final Map<String, SecondsRing> admitted = new TreeMap<>();
    private Map<String, NodeLimit> nodes = new HashMap<>();
    private @Nullable Ledger ledger;
    private Limit limit;
    private String text = "";
    private String origin = "";
    private double used;
    private long seenTick;
    private long activeTick;
    private boolean isRejecting;
    private long rejectedTick;

    /**
     * A limit that has come up.
     *
     * @param name of the subject for people
     */
    LimitTrack(Scope scope, String name, Dimension dimension, Limit limit, long tick) {
        this.scope = scope;
        this.dimension = dimension;
        this.name = name;
        this.key = LimitKey.text(scope, name, dimension);
        this.limit = limit;
        this.amount = new SecondsRing(tick);
        this.rejected = new SecondsRing(tick);
        this.wouldReject = new SecondsRing(tick);
    }

    Scope scope() {
        return scope;
    }

    Dimension dimension() {
        return dimension;
    }

    String key() {
        return key;
    }

    String name() {
        return name;
    }

    Limit limit() {
        return limit;
    }

    /** As its operator wrote it. */
    String text() {
        return text;
    }

    /**
     * Takes what sidecars did in this tick.
     *
     * @param own of this sidecar; null: it has no account of the subject
     * @param nodesNow by the names of the sidecars
     */
    void update(
            @Nullable Ledger own,
            Limit now,
            String textNow,
            String originNow,
            Map<String, NodeLimit> nodesNow,
            long tick,
            long nowNanos) {
        ledger = own;
        limit = now;
        text = textNow;
        origin = originNow;
        nodes = Map.copyOf(nodesNow);
        seenTick = tick;
        amount.set(tick, (double) now.amount());
        rejected.set(
                tick, nodes.values().stream().mapToDouble(NodeLimit::rejected).sum());
        wouldReject.set(
                tick,
                nodes.values().stream().mapToDouble(NodeLimit::wouldReject).sum());
        nodes.forEach((node, part) -> {
            SecondsRing ring = admitted.get(node);
            if (ring == null && admitted.size() < NODES_MAX) {
                ring = new SecondsRing(tick);
                admitted.put(node, ring);
            }
            if (ring != null) {
                ring.set(tick, part.admitted());
            }
        });
        used = used(tick, nowNanos);
        if (used > 0 || rejected.get(tick) > 0 || wouldReject.get(tick) > 0) {
            activeTick = tick;
        }
    }

    long seenTick() {
        return seenTick;
    }

    /** When something was last used or asked of it. */
    long activeTick() {
        return activeTick;
    }

    /** Of this sidecar; empty: it has no account of the subject. */
    Optional<Ledger> ledger() {
        return Optional.ofNullable(ledger);
    }

    private boolean isShort() {
        return limit.periodNanos() > 0 && limit.periodNanos() <= SHORT_NANOS_MAX;
    }

    private double periodSeconds() {
        return limit.periodNanos() * 1e-9;
    }

    private double used(long tick, long nowNanos) {
        if (dimension.isGauge()) {
            return nodes.values().stream().mapToDouble(NodeLimit::admitted).sum();
        }
        if (isShort() || ledger == null) {
            return admittedPerSecond(tick) * periodSeconds();
        }
        return ledger.meter().used(nowNanos);
    }

    private double admittedPerSecond(long tick) {
        double sum = 0;
        for (Map.Entry<String, NodeLimit> node : nodes.entrySet()) {
            sum += admitted(node, tick);
        }
        return sum;
    }

    private double admitted(Map.Entry<String, NodeLimit> node, long tick) {
        SecondsRing ring = dimension.isGauge() ? null : admitted.get(node.getKey());
        return ring == null ? node.getValue().admitted() : ring.mean(tick, TICKS);
    }

    private double usedRatio() {
        long of = limit.amount();
        if (of == 0) {
            return isRejecting ? 1 : 0;
        }
        return used / of;
    }

    private double rejectedPerSecond(long tick) {
        return rejected.mean(tick, TICKS);
    }

    private long waiting() {
        // What a peer reports has no bound but that of a long.
        return (long) nodes.values().stream()
                .mapToDouble(part -> (double) part.waiting())
                .sum();
    }

    double pressure(long tick) {
        return LimitPressure.of(
                rejectedPerSecond(tick), wouldReject.mean(tick, TICKS), (double) waiting(), usedRatio());
    }

    boolean isRejecting(long tick) {
        return rejectedPerSecond(tick) > 0;
    }

    /** Whether it has begun or ended to reject: it ends when it has not for so many ticks. */
    boolean updateRejecting(long tick, int quietTicks) {
        boolean rejectsNow = rejected.get(tick) > 0;
        if (rejectsNow) {
            rejectedTick = tick;
        }
        boolean before = isRejecting;
        isRejecting = rejectsNow || (before && tick - rejectedTick < quietTicks);
        return before != isRejecting;
    }

    /** As of the last call of {@link #updateRejecting}. */
    boolean isRejecting() {
        return isRejecting;
    }

    private boolean countsRequests() {
        return dimension.unit() == Dimension.Unit.OPERATIONS;
    }

    private Optional<Number> askedRatio(long tick) {
        double refused = rejectedPerSecond(tick) + wouldReject.mean(tick, TICKS);
        if (refused == 0) {
            return Optional.of(LiveNumbers.of(usedRatio()));
        }
        if (!countsRequests() || limit.amount() == 0) {
            return Optional.empty();
        }
        double asked = (admittedPerSecond(tick) + refused) * periodSeconds() / limit.amount();
        return Optional.of(LiveNumbers.of(Math.max(asked, usedRatio())));
    }

    private Optional<Number> rejectedRatio(long tick) {
        if (!countsRequests()) {
            return Optional.empty();
        }
        double refused = rejectedPerSecond(tick);
        double all = refused + admittedPerSecond(tick);
        return Optional.of(LiveNumbers.of(all == 0 ? 0 : refused / all));
    }

    private Map<String, Number> shares(long tick) {
        double all = dimension.isGauge() ? used : admittedPerSecond(tick);
        Map<String, Number> shares = new TreeMap<>();
        if (all > 0) {
            nodes.entrySet().forEach(node -> shares.put(node.getKey(), LiveNumbers.of(admitted(node, tick) / all)));
        }
        return shares;
    }

    private Optional<Number> excess() {
        Ledger own = ledger;
        boolean isShared = limit instanceof RateLimit rate && rate.rate().sharing() == Sharing.PACED;
        return own != null && isShared ? Optional.of(own.largestExcess()) : Optional.empty();
    }

    UsageRates rates(long tick) {
        return new UsageRates(
                LiveNumbers.of(dimension.isGauge() ? used : admittedPerSecond(tick)),
                LiveNumbers.of(rejectedPerSecond(tick)));
    }

    NowBody.LimitRow row(long tick) {
        Map<String, Number> admittedNow = new TreeMap<>();
        nodes.forEach((node, part) -> admittedNow.put(node, LiveNumbers.of(part.admitted())));
        return new NowBody.LimitRow(
                key,
                scope,
                name,
                dimension,
                text,
                limit.amount(),
                LiveNumbers.of(periodSeconds()),
                limit.meterKey(),
                limit.onExceed().action(),
                origin,
                LiveNumbers.of(used),
                LiveNumbers.of(usedRatio()),
                askedRatio(tick),
                shares(tick),
                LiveNumbers.of(rejectedPerSecond(tick)),
                LiveNumbers.of(wouldReject.mean(tick, TICKS)),
                rejectedRatio(tick),
                waiting(),
                excess(),
                limit.amount(),
                admittedNow,
                LiveNumbers.of(rejected.get(tick)),
                LiveNumbers.of(wouldReject.get(tick)));
    }

    HistoryBody.LimitHistory history(long tick) {
        Map<String, List<Optional<Number>>> byNode = new LinkedHashMap<>();
        admitted.forEach((node, ring) -> byNode.put(node, ring.seriesUnlessZero(tick)));
        return new HistoryBody.LimitHistory(
                key, amount.series(tick), byNode, rejected.seriesUnlessZero(tick), wouldReject.seriesUnlessZero(tick));
    }
}
