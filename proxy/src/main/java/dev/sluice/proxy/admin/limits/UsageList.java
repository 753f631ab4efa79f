package dev.sluice.proxy.admin.limits;

import dev.sluice.limits.admission.Admission;
import dev.sluice.limits.model.ByteRateLimit;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.OnExceed;
import dev.sluice.limits.model.RateLimit;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.Sharing;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.limits.sharing.Ledger;
import dev.sluice.limits.usage.HeldUsage;
import dev.sluice.limits.usage.LimitUsage;
import dev.sluice.policy.limitsfile.LimitTexts;
import dev.sluice.policy.source.LimitOrigin;
import dev.sluice.policy.source.LimitOrigin.OriginKind;
import dev.sluice.policy.source.PolicyOrigins;
import dev.sluice.proxy.admin.api.UsageBody.UsageQuery;
import dev.sluice.proxy.admin.api.UsageRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * The limits in use, as rows for people. All limits are looked at, and only those with the most rejections become rows, then
 * those that are used most: the others take no memory. Thread-safe.
 */
public final class UsageList {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final Comparator<UsageRow> BY_NAME = Comparator.comparing(UsageRow::scope)
            .thenComparing(UsageRow::subject)
            .thenComparing(UsageRow::dimension);

    private final Admission admission;
    private final BiFunction<Scope, String, String> display;
    private final Supplier<Optional<PolicyOrigins>> origins;
    private final BiFunction<SubjectId, Dimension, Optional<UsageRates>> rates;

    /**
     * Of one process.
     *
     * @param display gives the name of a subject for people
     * @param origins gives where limits are set; empty: that isn't known
     * @param rates gives what a limit does now; empty: that isn't known
     */
    public UsageList(
            Admission admission,
            BiFunction<Scope, String, String> display,
            Supplier<Optional<PolicyOrigins>> origins,
            BiFunction<SubjectId, Dimension, Optional<UsageRates>> rates) {
        this.admission = admission;
        this.display = display;
        this.origins = origins;
        this.rates = rates;
    }

    /**
     * What a limit does now, in the cluster.
     *
     * @param admitted a second, in units of the limit
     * @param rejected requests a second
     */
    public record UsageRates(Number admitted, Number rejected) {}

    /** One limit when it was looked at; it goes on. */
    private record Weighed(Ledger limit, long rejected, double usedRatio) {
        private static final Comparator<Weighed> BY_WEIGHT =
                Comparator.comparingLong(Weighed::rejected).thenComparingDouble(Weighed::usedRatio);

        static Weighed of(Ledger limit, long nowNanos) {
            long capacity = limit.limit().amount() == 0 ? 0 : limit.capacity();
            double usedRatio = capacity == 0 ? 0 : (double) limit.meter().used(nowNanos) / capacity;
            return new Weighed(limit, limit.rejectedCount() + limit.wouldRejectCount(), usedRatio);
        }
    }

    /** The rows that a query asks for: by rejections where it asks for the top, else by name. */
    public List<UsageRow> rows(UsageQuery query, long nowNanos) {
        String text = query.text().toLowerCase(Locale.ROOT);
        PriorityQueue<Weighed> kept = new PriorityQueue<>(Weighed.BY_WEIGHT);
        admission.forEachLimit(limit -> {
            if (isWanted(limit, query, text)) {
                kept.add(Weighed.of(limit, nowNanos));
                if (kept.size() > query.rowsMax()) {
                    kept.remove();
                }
            }
        });
        List<Weighed> chosen = new ArrayList<>(kept);
        chosen.sort(Weighed.BY_WEIGHT.reversed());
        Optional<PolicyOrigins> places = origins.get();
        List<UsageRow> rows = new ArrayList<>();
        for (Weighed one : chosen) {
            rows.add(row(one.limit(), places, nowNanos));
        }
        if (!query.isTop()) {
            rows.sort(BY_NAME);
        }
        return rows;
    }

    private boolean isWanted(Ledger limit, UsageQuery query, String text) {
        Scope scope = limit.owner().scope();
        if (query.scope().isPresent() && query.scope().get() != scope) {
            return false;
        }
        return text.isEmpty()
                || limit.dimension().key().contains(text)
                || display.apply(scope, limit.owner().label())
                        .toLowerCase(Locale.ROOT)
                        .contains(text);
    }

    private UsageRow row(Ledger ledger, Optional<PolicyOrigins> places, long nowNanos) {
        LimitUsage usage = LimitUsage.of(ledger, nowNanos);
        Optional<UsageRates> now = rates.apply(ledger.owner().id(), ledger.dimension());
        Limit limit = usage.limit();
        OnExceed onExceed = limit.onExceed();
        boolean isSharedOut = limit instanceof RateLimit rate && rate.rate().sharing() == Sharing.PACED;
        Optional<ByteRateLimit> bytes = limit instanceof ByteRateLimit of ? Optional.of(of) : Optional.empty();
        boolean isHeld = onExceed.mayWait() || usage.heldHere().held() > 0;
        Optional<HeldUsage> held = isHeld ? Optional.of(usage.heldHere()) : Optional.empty();
        return new UsageRow(
                usage.scope(),
                display.apply(usage.scope(), usage.subject()),
                usage.dimension(),
                LimitTexts.of(usage.dimension(), limit),
                limit.amount(),
                limit.periodNanos() / NANOS_PER_SECOND,
                limit.meterKey(),
                onExceed.action(),
                places.flatMap(from -> origin(from, usage)),
                usage.used(),
                usage.remaining(),
                usage.admittedHere(),
                usage.rejectedHere(),
                usage.wouldRejectHere(),
                now.map(UsageRates::admitted),
                now.map(UsageRates::rejected),
                isSharedOut ? Optional.of(usage.excess()) : Optional.empty(),
                isSharedOut ? Optional.of(usage.excessBound()) : Optional.empty(),
                bytes.map(of -> of.enforcement().key()),
                bytes.map(of -> usage.waitingHere()),
                held.map(HeldUsage::held),
                held.map(HeldUsage::waiting),
                held.map(h -> h.waitedNanos() / NANOS_PER_SECOND),
                held.map(HeldUsage::rejected));
    }

    private static Optional<String> origin(PolicyOrigins places, LimitUsage usage) {
        return places.entryFor(usage.scope(), usage.subject())
                .map(entry -> places.of(entry, usage.dimension()))
                .filter(origin -> origin.kind() != OriginKind.UNKNOWN)
                .map(LimitOrigin::text);
    }
}
