package dev.sluice.policy.source;

import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.Policy;
import dev.sluice.policy.hocon.Problem;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Merges the layers of all sources into one {@link PolicySnapshot}, at the start and whenever one of them changes. A new
 * source is one more element of the list that this is made with.
 *
 * <p>The order of the list is the order of precedence: the limits file first, then RGW, whose settings the file
 * overrides. An entry of a user, bucket or tenant replaces that of a later layer as a whole, as do {@code each-user},
 * {@code each-bucket}, {@code anonymous} and {@code total} where they limit anything. An access key belongs to the user
 * that the first layer with this key names. A user that any layer calls a system user is one.
 *
 * <p>Thread-safe: sources may change on threads of their own. Snapshots are published one after the other, each made of
 * the last good value of every source.
 */
public final class PolicyMerger {
    private final List<Reloadable<PolicyLayer>> sources;
    private final Consumer<PolicySnapshot> publisher;

    /**
     * Follows the sources from now on; the first snapshot is {@link #merge}.
     *
     * @param sources in order of precedence
     * @param publisher is given each new snapshot, on the thread on which its source changed
     */
    public PolicyMerger(List<Reloadable<PolicyLayer>> sources, Consumer<PolicySnapshot> publisher) {
        this.sources = List.copyOf(sources);
        this.publisher = publisher;
        this.sources.forEach(source -> source.addListener(new ReloadListener<>() {
            @Override
            public void onLoaded(PolicyLayer value, List<Problem> problems) {
                publish();
            }

            @Override
            public void onRejected(Staleness staleness, List<Problem> problems) {
                // its last good layer stays
            }
        }));
    }

    private synchronized void publish() {
        publisher.accept(merge(sources.stream().map(Reloadable::value).toList()));
    }

    /** Merges layers in order of precedence. */
    public static PolicySnapshot merge(List<PolicyLayer> layers) {
        List<Policy> policies = layers.stream().map(PolicyLayer::limits).toList();
        Policy limits = new Policy(
                first(policies, Policy::eachUser),
                first(policies, Policy::eachBucket),
                first(policies, Policy::anonymous),
                first(policies, Policy::total),
                overlay(policies, Policy::users),
                overlay(policies, Policy::buckets),
                overlay(policies, Policy::tenants));
        return new PolicySnapshot(limits, identities(layers));
    }

    private static LimitSet first(List<Policy> policies, Function<Policy, LimitSet> part) {
        return policies.stream()
                .map(part)
                .filter(limits -> !limits.isUnlimited())
                .findFirst()
                .orElse(LimitSet.UNLIMITED);
    }

    private static <F, V> Map<String, V> overlay(List<F> layers, Function<F, Map<String, V>> part) {
        Map<String, V> merged = new HashMap<>();
        layers.forEach(layer -> part.apply(layer).forEach(merged::putIfAbsent));
        return merged;
    }

    private static Map<String, Identity> identities(List<PolicyLayer> layers) {
        Set<String> systemUsers = new HashSet<>();
        layers.forEach(layer -> systemUsers.addAll(layer.systemUsers()));
        Map<String, Identity> byUser = new HashMap<>();
        Map<String, Identity> byKey = new HashMap<>();
        overlay(layers, PolicyLayer::accessKeys)
                .forEach((key, user) ->
                        byKey.put(key, byUser.computeIfAbsent(user, name -> identity(name, systemUsers))));
        return byKey;
    }

    private static Identity identity(String user, Set<String> systemUsers) {
        Identity identity = Identity.ofUser(user);
        return systemUsers.contains(user) ? identity.exempt() : identity;
    }
}
