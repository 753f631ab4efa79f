package dev.sluice.policy.source;

import dev.sluice.common.CompactMap;
import dev.sluice.common.CompactStrings;
import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.QuotaLimits;
import dev.sluice.policy.hocon.ConfigProblem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Merges the layers of all sources into one {@link PolicySnapshot}, at the start and whenever a source changes. A new
 * source is one more element of the list of sources.
 *
 * <p>The order of the list is the order of precedence: the limits file first, then RGW, whose settings the file
 * overrides. An entry of a user, bucket, tenant or quota replaces that of a later layer as a whole, as do {@code each-user},
 * {@code each-bucket}, {@code anonymous} and {@code total} where they limit anything, and {@code unproven} where it is set. An access key belongs to the user
 * that the first layer with this key names. A user that any layer calls a system user is one.
 *
 * <p>Limits that are only {@linkplain PolicyLayer#isTrial tried} never weaken others: an entry of such a layer keeps what
 * earlier layers limit by {@code each-user} or {@code each-bucket}.
 *
 * <p>Thread-safe: each source may change on a thread of its own.
 */
public final class PolicyMerger {
    private final List<Reloadable<PolicyLayer>> sources;

    /**
     * Merges these sources.
     *
     * @param sources in order of precedence
     */
    public PolicyMerger(List<Reloadable<PolicyLayer>> sources) {
        this.sources = List.copyOf(sources);
    }

    /** Made of the last good value of every source. */
    public PolicySnapshot snapshot() {
        return merge(sources.stream().map(Reloadable::value).toList());
    }

    /** Where the limits of the last good value of every source are set. */
    public PolicyOrigins origins() {
        return new PolicyOrigins(sources.stream().map(Reloadable::value).toList());
    }

    /**
     * Follows the sources from now on.
     *
     * @param publisher is given the new snapshot whenever a source changes, on the thread of that source
     */
    public void publishTo(Consumer<PolicySnapshot> publisher) {
        sources.forEach(source -> source.addListener(new ReloadListener<>() {
            @Override
            public void onLoaded(PolicyLayer value, List<ConfigProblem> problems) {
                publish(publisher);
            }

            @Override
            public void onRejected(Staleness staleness, List<ConfigProblem> problems) {
                // its last good layer stays
            }
        }));
    }

    /** One at a time, so that the snapshot published last is the newest. */
    private synchronized void publish(Consumer<PolicySnapshot> publisher) {
        publisher.accept(snapshot());
    }

    /** Merges layers in order of precedence. */
    public static PolicySnapshot merge(List<PolicyLayer> layers) {
        List<Policy> policies = new ArrayList<>();
        layers.forEach(layer -> policies.add(layer.isTrial() ? kept(layer.limits(), policies) : layer.limits()));
        Policy limits = new Policy(
                first(policies, Policy::eachUser),
                first(policies, Policy::eachBucket),
                first(policies, Policy::anonymous),
                first(policies, Policy::total),
                limits(policies, Policy::users),
                limits(policies, Policy::buckets),
                limits(policies, Policy::tenants),
                unproven(policies),
                quotas(policies));
        return new PolicySnapshot(limits, identities(layers), merged(layers, PolicyLayer::allocations));
    }

    /** The limits of a trial, whose entries keep what the layers before it limit for all. */
    private static Policy kept(Policy trial, List<Policy> before) {
        return new Policy(
                trial.eachUser(),
                trial.eachBucket(),
                trial.anonymous(),
                trial.total(),
                kept(trial.users(), first(before, Policy::eachUser)),
                kept(trial.buckets(), first(before, Policy::eachBucket)),
                trial.tenants(),
                Optional.empty(),
                trial.quotas());
    }

    private static Map<String, LimitSet> kept(Map<String, LimitSet> entries, LimitSet forAll) {
        if (forAll.isUnlimited()) {
            return entries;
        }
        PackedLimits.Builder all = new PackedLimits.Builder();
        entries.forEach((name, limits) -> all.put(name, forAll.orElse(limits)));
        return all.build();
    }

    private static LimitSet first(List<Policy> policies, Function<Policy, LimitSet> part) {
        return policies.stream()
                .map(part)
                .filter(limits -> !limits.isUnlimited())
                .findFirst()
                .orElse(LimitSet.UNLIMITED);
    }

    /** Of the first layer that sets them, were it to the default. */
    private static Optional<LimitSet> unproven(List<Policy> policies) {
        return policies.stream()
                .map(Policy::ownUnproven)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static QuotaLimits quotas(List<Policy> policies) {
        return new QuotaLimits(
                limits(policies, policy -> policy.quotas().named()),
                limits(policies, policy -> policy.quotas().others()));
    }

    /** Of one layer alone, which is the common case, nothing is copied: it may have 100,000 entries. */
    private static CompactMap<LimitSet> limits(List<Policy> layers, Function<Policy, Map<String, LimitSet>> part) {
        List<Map<String, LimitSet>> parts = lastFirst(layers, part);
        if (parts.size() <= 1) {
            return CompactMap.copyOf(parts.isEmpty() ? Map.of() : parts.get(0));
        }
        PackedLimits.Builder merged = new PackedLimits.Builder();
        parts.forEach(entries -> entries.forEach(merged::put));
        return merged.build();
    }

    private static <V> CompactMap<V> merged(List<PolicyLayer> layers, Function<PolicyLayer, Map<String, V>> part) {
        List<Map<String, V>> parts = lastFirst(layers, part);
        if (parts.size() <= 1) {
            return CompactMap.copyOf(parts.isEmpty() ? Map.of() : parts.get(0));
        }
        CompactMap.Builder<V> merged = new CompactMap.Builder<>();
        parts.forEach(entries -> entries.forEach(merged::put));
        return merged.build();
    }

    /** The maps that have entries, that of the first of the layers last: what is put last stays. */
    private static <F, V> List<Map<String, V>> lastFirst(List<F> layers, Function<F, Map<String, V>> part) {
        List<Map<String, V>> parts = new ArrayList<>();
        for (int i = layers.size() - 1; i >= 0; i--) {
            Map<String, V> entries = part.apply(layers.get(i));
            if (!entries.isEmpty()) {
                parts.add(entries);
            }
        }
        return parts;
    }

    private static CompactMap<Identity> identities(List<PolicyLayer> layers) {
        Set<String> systemUsers = new HashSet<>();
        layers.forEach(layer -> systemUsers.addAll(layer.systemUsers()));
        CompactStrings users = new CompactStrings();
        List<Identity> byNumber = new ArrayList<>();
        return merged(layers, PolicyLayer::accessKeys).mapValues(user -> {
            int number = users.add(user);
            if (number == byNumber.size()) {
                byNumber.add(identity(user, systemUsers));
            }
            return byNumber.get(number);
        });
    }

    private static Identity identity(String user, Set<String> systemUsers) {
        Identity identity = Identity.ofUser(user);
        return systemUsers.contains(user) ? identity.exempt() : identity;
    }
}
