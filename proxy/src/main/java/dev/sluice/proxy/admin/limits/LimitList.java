package dev.sluice.proxy.admin.limits;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.Scope;
import dev.sluice.policy.source.LimitOrigin;
import dev.sluice.policy.source.PolicyEntry;
import dev.sluice.policy.source.PolicyOrigins;
import dev.sluice.policy.source.PolicySnapshot;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Supplier;

/** The entries in force, and where each is set. Thread-safe. */
public final class LimitList {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final int TAG_BYTES = 8;
    /** In the order of the limits file's example. */
    private static final List<Scope> UNNAMED =
            List.of(Scope.TOTAL, Scope.ANONYMOUS, Scope.UNPROVEN, Scope.USER, Scope.BUCKET);

    private static final Comparator<PolicyEntry> ORDER = Comparator.comparing(LimitList::rank)
            .thenComparing(PolicyEntry::section)
            .thenComparing(PolicyEntry::name);

    private final Supplier<PolicySnapshot> policy;
    private final Supplier<PolicyOrigins> origins;

    /**
     * Lists the limits of one sidecar.
     *
     * @param policy gives the limits in force
     * @param origins gives where they are set
     */
    public LimitList(Supplier<PolicySnapshot> policy, Supplier<PolicyOrigins> origins) {
        this.policy = policy;
        this.origins = origins;
    }

    private static int rank(PolicyEntry entry) {
        return entry.name().isEmpty() ? UNNAMED.indexOf(entry.scope()) : UNNAMED.size();
    }

    /** One entry; empty: it limits nothing and overrides nothing. */
    Optional<LimitEntryBody> entry(PolicyEntry entry) {
        return limitsOf(policy.get().limits(), entry).map(limits -> body(entry, limits, origins.get()));
    }

    /** The limits of one entry; empty: there is no such entry. */
    Optional<LimitSet> limits(PolicyEntry entry) {
        return limitsOf(policy.get().limits(), entry);
    }

    private static Optional<LimitSet> limitsOf(Policy limits, PolicyEntry entry) {
        return entry.name().isEmpty()
                ? Optional.of(limits.unnamed(entry.scope())).filter(set -> !set.isUnlimited())
                : Optional.ofNullable(limits.named(entry.scope()).get(entry.name()));
    }

    /** What an {@code ETag} is made of: it differs whenever the entry means something else. */
    String tag(PolicyEntry entry) {
        LimitSet limits = limits(entry).orElse(LimitSet.UNLIMITED);
        StringBuilder text = new StringBuilder(entry.text()).append('\n');
        for (int i = 0; i < Dimension.count(); i++) {
            Dimension dimension = Dimension.at(i);
            Limit limit = limits.get(dimension);
            if (limit != null) {
                LimitOrigin origin = origins.get().of(entry, dimension);
                text.append(dimension.key()).append(limit).append(origin.kind()).append('\n');
            }
        }
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(StandardCharsets.UTF_8));
            return '"' + HexFormat.of().formatHex(hash, 0, TAG_BYTES) + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /**
     * Some entries, in order.
     *
     * @param after the entry before the first one; empty: from the start
     * @param most at least 1
     */
    List<PolicyEntry> entries(Optional<PolicyEntry> after, int most) {
        Policy limits = policy.get().limits();
        // the largest on top: the smallest stay, whatever the number of entries
        PriorityQueue<PolicyEntry> kept = new PriorityQueue<>(ORDER.reversed());
        for (Scope scope : UNNAMED) {
            if (!limits.unnamed(scope).isUnlimited()) {
                keep(new PolicyEntry(scope, ""), after, most, kept);
            }
        }
        for (Scope scope : List.of(Scope.TENANT, Scope.USER, Scope.BUCKET)) {
            for (Map.Entry<String, LimitSet> named : limits.named(scope).entrySet()) {
                keep(new PolicyEntry(scope, named.getKey()), after, most, kept);
            }
        }
        List<PolicyEntry> page = new ArrayList<>(kept);
        page.sort(ORDER);
        return page;
    }

    private static void keep(
            PolicyEntry entry, Optional<PolicyEntry> after, int most, PriorityQueue<PolicyEntry> kept) {
        if (after.isPresent() && ORDER.compare(entry, after.get()) <= 0) {
            return;
        }
        kept.add(entry);
        if (kept.size() > most) {
            kept.poll();
        }
    }

    private static LimitEntryBody body(PolicyEntry entry, LimitSet limits, PolicyOrigins places) {
        List<EntryLimit> rows = new ArrayList<>();
        for (int i = 0; i < Dimension.count(); i++) {
            Dimension dimension = Dimension.at(i);
            Limit limit = limits.get(dimension);
            if (limit != null) {
                LimitOrigin origin = places.of(entry, dimension);
                rows.add(new EntryLimit(
                        dimension,
                        limit.text(),
                        limit.amount(),
                        limit.periodNanos() / NANOS_PER_SECOND,
                        limit.meterKey(),
                        limit.capacity(),
                        limit.onExceed().action(),
                        origin.text(),
                        origin.kind()));
            }
        }
        List<String> overrides = places.overridden(entry, Dimension.READ_OPS).stream()
                .map(LimitOrigin::text)
                .toList();
        return new LimitEntryBody(entry.text(), entry.scope(), entry.name(), rows, overrides);
    }
}
