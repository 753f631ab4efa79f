package dev.sluice.policy.source;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.Scope;
import java.util.List;
import java.util.Optional;

/**
 * Finds the entry that limits a subject, and where it is set, by the rules of {@link PolicyMerger}. It keeps the layers
 * themselves: nothing is copied, however many entries they have. Immutable.
 */
public final class PolicyOrigins {
    private final List<PolicyLayer> layers;

    /**
     * Of merged layers.
     *
     * @param layers in order of precedence
     */
    PolicyOrigins(List<PolicyLayer> layers) {
        this.layers = List.copyOf(layers);
    }

    /** The entry that holds for a subject; empty: nothing limits it, or it is a quota, which has no entry here. */
    public Optional<PolicyEntry> entryFor(Scope scope, String subject) {
        if (scope == Scope.QUOTA) {
            return Optional.empty();
        }
        if (!subject.isEmpty() && layers.stream().anyMatch(layer -> hasNamed(layer, scope, subject))) {
            return Optional.of(new PolicyEntry(scope, subject));
        }
        boolean hasUnnamed = scope != Scope.TENANT
                && layers.stream()
                        .anyMatch(layer -> !layer.limits().unnamed(scope).isUnlimited());
        return hasUnnamed ? Optional.of(new PolicyEntry(scope, "")) : Optional.empty();
    }

    /** Where a limit of an entry is set; {@link LimitOrigin#UNKNOWN} if no layer has the entry any more. */
    public LimitOrigin of(PolicyEntry entry, Dimension dimension) {
        Optional<PolicyLayer> found =
                layers.stream().filter(layer -> has(layer, entry)).findFirst();
        PolicyEntry forAll =
                found.filter(PolicyLayer::isTrial).isPresent() && !entry.name().isEmpty()
                        ? keptEntry(entry, dimension)
                        : entry;
        return forAll.equals(entry)
                ? found.map(layer -> layer.origins().of(entry, dimension)).orElse(missing(entry))
                : of(forAll, dimension);
    }

    private static LimitOrigin missing(PolicyEntry entry) {
        return entry.scope() == Scope.UNPROVEN ? LimitOrigin.DEFAULT : LimitOrigin.UNKNOWN;
    }

    /** What is only tried keeps what the layers before it limit for all. */
    private PolicyEntry keptEntry(PolicyEntry entry, Dimension dimension) {
        boolean isKept = entry.scope() != Scope.TENANT
                && layers.stream()
                        .takeWhile(layer -> !layer.isTrial())
                        .map(layer -> layer.limits().unnamed(entry.scope()))
                        .filter(limits -> !limits.isUnlimited())
                        .findFirst()
                        .filter(limits -> limits.get(dimension) != null)
                        .isPresent();
        return isKept ? new PolicyEntry(entry.scope(), "") : entry;
    }

    /** Other places that set the entry too, and don't count: those of later layers. */
    public List<LimitOrigin> overridden(PolicyEntry entry, Dimension dimension) {
        return layers.stream()
                .filter(layer -> has(layer, entry))
                .skip(1)
                .map(layer -> layer.origins().of(entry, dimension))
                .toList();
    }

    private static boolean has(PolicyLayer layer, PolicyEntry entry) {
        Policy limits = layer.limits();
        if (entry.scope() == Scope.UNPROVEN) {
            return limits.ownUnproven().isPresent();
        }
        return entry.name().isEmpty()
                ? !limits.unnamed(entry.scope()).isUnlimited()
                : hasNamed(layer, entry.scope(), entry.name());
    }

    private static boolean hasNamed(PolicyLayer layer, Scope scope, String name) {
        return layer.limits().named(scope).containsKey(name);
    }
}
