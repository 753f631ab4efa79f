package dev.sluice.proxy.quota.definitions;

import dev.sluice.limits.model.QuotaName;
import dev.sluice.policy.quotasfile.QuotaEntry;
import dev.sluice.policy.quotasfile.QuotaKind;
import dev.sluice.policy.quotasfile.QuotaTexts;
import dev.sluice.policy.quotasfile.QuotasFileWriter;
import dev.sluice.policy.source.AllocDefinition;
import dev.sluice.policy.source.PolicyLayer;
import dev.sluice.policy.source.PolicyMerger;
import dev.sluice.policy.source.PolicySnapshot;
import dev.sluice.policy.source.Reloadable;
import dev.sluice.quota.alloc.QuotaView;
import dev.sluice.quota.journal.AllocStore;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

/** The quotas in force, and where each is set. Thread-safe. */
public final class QuotaCatalog {
    private static final int TAG_BYTES = 8;
    private static final List<String> COMMENT = List.of("All quotas in force on one node.");
    private static final Comparator<QuotaEntry> ORDER = Comparator.comparing(QuotaEntry::kind)
            .thenComparing(entry -> entry.name().namespace())
            .thenComparing(entry -> entry.name().resource());

    private final QuotaSources sources;
    private final AllocStore store;

    /** Lists the quotas of these sources. */
    public QuotaCatalog(QuotaSources sources, AllocStore store) {
        this.sources = sources;
        this.store = store;
    }

    private List<PolicyLayer> layers() {
        return sources.layers().stream().map(Reloadable::value).toList();
    }

    private PolicySnapshot snapshot() {
        return PolicyMerger.merge(layers());
    }

    /** A quota: defined, or closing with something allocated; empty: there is none. */
    Optional<QuotaBody> body(QuotaEntry entry) {
        Optional<Map<String, Object>> keys = keys(entry);
        Optional<QuotaView> view = view(entry);
        if (keys.isEmpty() && view.isEmpty()) {
            return Optional.empty();
        }
        List<String> origins = layers().stream()
                .filter(entry::isIn)
                .map(layer -> entry.originIn(layer).text())
                .toList();
        return Optional.of(new QuotaBody(
                entry.kind(),
                entry.name().namespace(),
                entry.name().resource(),
                keys,
                origins.isEmpty() ? "" : origins.get(0),
                origins.size() < 2 ? "" : origins.get(1),
                view.map(QuotaView::allocated),
                view.map(QuotaView::version),
                view.map(seen -> Math.max(0, seen.allocated() - seen.capacity()))));
    }

    private Optional<QuotaView> view(QuotaEntry entry) {
        return entry.kind() == QuotaKind.ALLOC ? store.view(entry.name()) : Optional.empty();
    }

    /** The keys of a quota that is defined, as its entry would have them. */
    Optional<Map<String, Object>> keys(QuotaEntry entry) {
        return layers().stream().filter(entry::isIn).findFirst().flatMap(layer -> keysIn(entry, layer));
    }

    static Optional<Map<String, Object>> keysIn(QuotaEntry entry, PolicyLayer layer) {
        return entry.rateIn(layer)
                .map(QuotaTexts::keys)
                .or(() -> entry.allocationIn(layer).map(QuotaTexts::keys));
    }

    /** Whether the store has an allocation quota otherwise than it is defined. */
    boolean isDefinedOtherwise(QuotaEntry entry) {
        Optional<AllocDefinition> wanted =
                layers().stream().filter(entry::isIn).findFirst().flatMap(entry::allocationIn);
        Optional<QuotaView> view = view(entry);
        return wanted.isPresent()
                ? view.isEmpty()
                        || view.get().capacity() != wanted.get().capacity()
                        || view.get().leaseMillisMax() != wanted.get().leaseMillisMax()
                : view.isPresent() && view.get().capacity() > 0;
    }

    /** What an {@code ETag} is made of: it differs whenever the quota is another one, or is set in another kind of place. */
    Optional<String> tag(QuotaEntry entry) {
        return keys(entry).map(keys -> {
            String place = layers().stream()
                    .filter(entry::isIn)
                    .findFirst()
                    .map(layer -> entry.originIn(layer).kind().name())
                    .orElse("");
            String text = entry.text() + '\n' + keys + '\n' + place;
            try {
                byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
                return '"' + HexFormat.of().formatHex(hash, 0, TAG_BYTES) + '"';
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has SHA-256", e);
            }
        });
    }

    /** All quotas that are defined, as the text of a quotas file. */
    String export() {
        PolicySnapshot snapshot = snapshot();
        return QuotasFileWriter.text(COMMENT, snapshot.limits(), snapshot.allocations(), entry -> true);
    }

    /**
     * Some quotas, in order.
     *
     * @param kind empty: of both kinds
     * @param after the one before the first; empty: from the start
     * @param most at least 1
     */
    List<QuotaEntry> entries(Optional<QuotaKind> kind, Optional<QuotaEntry> after, int most) {
        PolicySnapshot snapshot = snapshot();
        // the largest on top: the smallest stay, whatever the number of entries
        PriorityQueue<QuotaEntry> kept = new PriorityQueue<>(ORDER.reversed());
        Page page = new Page(after, most, kept);
        if (!kind.equals(Optional.of(QuotaKind.ALLOC))) {
            snapshot.limits()
                    .quotas()
                    .others()
                    .keySet()
                    .forEach(namespace ->
                            page.keep(new QuotaEntry(QuotaKind.RATE, new QuotaName(namespace, QuotaEntry.OTHERS))));
            snapshot.limits()
                    .quotas()
                    .named()
                    .keySet()
                    .forEach(subject -> page.keep(new QuotaEntry(QuotaKind.RATE, QuotaName.ofSubject(subject))));
        }
        if (!kind.equals(Optional.of(QuotaKind.RATE))) {
            snapshot.allocations()
                    .keySet()
                    .forEach(subject -> page.keep(new QuotaEntry(QuotaKind.ALLOC, QuotaName.ofSubject(subject))));
            // those that close
            for (QuotaName name : store.names()) {
                if (!snapshot.allocations().containsKey(name.subject())) {
                    page.keep(new QuotaEntry(QuotaKind.ALLOC, name));
                }
            }
        }
        List<QuotaEntry> sorted = new ArrayList<>(kept);
        sorted.sort(ORDER);
        return Collections.unmodifiableList(sorted);
    }

    private record Page(Optional<QuotaEntry> after, int most, PriorityQueue<QuotaEntry> kept) {
        void keep(QuotaEntry entry) {
            if (after.isPresent() && ORDER.compare(entry, after.get()) <= 0) {
                return;
            }
            kept.add(entry);
            if (kept.size() > most) {
                kept.poll();
            }
        }
    }
}
