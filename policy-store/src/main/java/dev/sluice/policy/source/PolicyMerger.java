package dev.sluice.policy.source;

import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.Policy;
import dev.sluice.policy.hocon.ConfigProblem;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Merges the layers of all sources into one {@link PolicySnapshot}, at the start and whenever a source changes. A new
 * source is one more element of the list of sources.
 *
 * <p>The order of the list is the order of precedence: the limits file first, then RGW, whose settings the file
 * overrides. An entry of a user, bucket or tenant replaces that of a later layer as a whole, as do {@code each-user},
 * {@code each-bucket}, {@code anonymous} and {@code total} where they limit anything. An access key belongs to the user
 * that the first layer with this key names. A user that any layer calls a system user is one.
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
