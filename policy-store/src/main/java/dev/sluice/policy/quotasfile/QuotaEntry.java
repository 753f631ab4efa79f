package dev.sluice.policy.quotasfile;

import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.QuotaName;
import dev.sluice.policy.hocon.ParsedValue;
import dev.sluice.policy.hocon.ProblemTexts;
import dev.sluice.policy.source.AllocDefinition;
import dev.sluice.policy.source.LimitOrigin;
import dev.sluice.policy.source.PolicyLayer;
import java.util.Optional;

/**
 * The name of one entry of quotas.conf.
 *
 * @param name its resource is {@link #OTHERS} for all resources of the namespace without an entry of their own, which only
 *     rate quotas have
 */
public record QuotaEntry(QuotaKind kind, QuotaName name) {
    /** Stands for every other resource of a namespace. */
    public static final String OTHERS = "*";

    private static final String HINT = "use 1 to " + QuotaName.PART_CHARS_MAX + " characters";

    /** Whether it is for every other resource of the namespace. */
    public boolean isOthers() {
        return kind == QuotaKind.RATE && name.resource().equals(OTHERS);
    }

    /** For people: {@code rate ns1/r1}. */
    public String text() {
        return kind.key() + " " + ProblemTexts.visible(name.toString());
    }

    /** Checks a namespace. */
    static ParsedValue<String> namespace(String text) {
        return text.equals(OTHERS)
                ? ParsedValue.bad("* is no namespace", "write it in place of a resource")
                : part(text, "namespace");
    }

    /** Checks a resource. */
    static ParsedValue<String> resource(QuotaKind kind, String text) {
        return text.equals(OTHERS) && kind == QuotaKind.ALLOC
                ? ParsedValue.bad("an allocation quota has a name", "* is for rate quotas")
                : part(text, "resource");
    }

    private static ParsedValue<String> part(String text, String what) {
        if (text.isEmpty()) {
            return ParsedValue.bad("the name of the " + what + " is empty", HINT);
        }
        if (text.length() > QuotaName.PART_CHARS_MAX) {
            return ParsedValue.bad(
                    "the name of the " + what + " is longer than " + QuotaName.PART_CHARS_MAX + " characters", HINT);
        }
        return ProblemTexts.hasControl(text)
                ? ParsedValue.bad("the name of the " + what + " has control characters", "use visible characters")
                : ParsedValue.good(text);
    }

    /**
     * An entry, of names from outside.
     *
     * @return why a file can't have it, or the entry
     */
    public static ParsedValue<QuotaEntry> of(QuotaKind kind, String namespace, String resource) {
        if (namespace(namespace) instanceof ParsedValue.Bad<String> bad) {
            return ParsedValue.bad(bad.message(), bad.hint());
        }
        if (resource(kind, resource) instanceof ParsedValue.Bad<String> bad) {
            return ParsedValue.bad(bad.message(), bad.hint());
        }
        return ParsedValue.good(new QuotaEntry(kind, new QuotaName(namespace, resource)));
    }

    /** The limits of this rate quota in a layer; empty: the layer doesn't have it. */
    public Optional<LimitSet> rateIn(PolicyLayer layer) {
        if (kind != QuotaKind.RATE) {
            return Optional.empty();
        }
        return Optional.ofNullable(
                isOthers()
                        ? layer.limits().quotas().others().get(name.namespace())
                        : layer.limits().quotas().named().get(name.subject()));
    }

    /** The definition of this allocation quota in a layer; empty: the layer doesn't have it. */
    public Optional<AllocDefinition> allocationIn(PolicyLayer layer) {
        return kind == QuotaKind.ALLOC
                ? Optional.ofNullable(layer.allocations().get(name.subject()))
                : Optional.empty();
    }

    /** Whether a layer has it. */
    public boolean isIn(PolicyLayer layer) {
        return rateIn(layer).isPresent() || allocationIn(layer).isPresent();
    }

    /** Where a layer that has it sets it. */
    public LimitOrigin originIn(PolicyLayer layer) {
        return layer.origins() instanceof QuotaOrigins origins ? origins.of(this) : LimitOrigin.UNKNOWN;
    }
}
