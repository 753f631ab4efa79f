package dev.sluice.proxy.quota.api;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** The kinds of calls, and the fields that each has. */
enum CallKind {
    ALLOW(EnumSet.of(CallField.NAMESPACE, CallField.RESOURCE, CallField.TOKENS), Set.of()),
    VIEW(EnumSet.of(CallField.NAMESPACE, CallField.RESOURCE), Set.of()),
    ALLOC(
            EnumSet.of(CallField.NAMESPACE, CallField.RESOURCE, CallField.TOKENS),
            EnumSet.of(CallField.VERSION, CallField.LEASE, CallField.HOLDER)),
    FREE(
            EnumSet.of(CallField.NAMESPACE, CallField.RESOURCE, CallField.TOKENS),
            EnumSet.of(CallField.VERSION, CallField.LEASE)),
    RENEW(EnumSet.of(CallField.LEASE, CallField.SECONDS), Set.of());

    private final Set<CallField> required;
    private final Set<CallField> allowed;
    private final String label = name().toLowerCase(Locale.ROOT);

    CallKind(Set<CallField> required, Set<CallField> optional) {
        this.required = required;
        EnumSet<CallField> all = EnumSet.copyOf(required);
        all.addAll(optional);
        this.allowed = all;
    }

    /** As in JSON and in paths. */
    String label() {
        return label;
    }

    Set<CallField> required() {
        return required;
    }

    boolean allows(CallField field) {
        return allowed.contains(field);
    }

    /** Whether it changes allocations, so that a repetition may have to change nothing. */
    boolean isChange() {
        return this == ALLOC || this == FREE;
    }
}
