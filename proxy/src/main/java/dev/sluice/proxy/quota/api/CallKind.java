package dev.sluice.proxy.quota.api;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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

    private final int requiredBits;
    private final int allowedBits;
    private final String label = name().toLowerCase(Locale.ROOT);

    CallKind(Set<CallField> required, Set<CallField> optional) {
        int anywhere = CallField.OP.bit() | (takesSomething() ? CallField.IDEMPOTENCY_KEY.bit() : 0);
        this.requiredBits = bits(required);
        this.allowedBits = bits(required) | bits(optional) | anywhere;
    }

    private static int bits(Set<CallField> fields) {
        return fields.stream().mapToInt(CallField::bit).sum();
    }

    /** As in JSON and in paths. */
    String label() {
        return label;
    }

    boolean requires(CallField field) {
        return (requiredBits & field.bit()) != 0;
    }

    boolean allows(CallField field) {
        return (allowedBits & field.bit()) != 0;
    }

    /** Of those fields, by their bits, one that it doesn't have; null: it has all of them. */
    @Nullable
    CallField strange(int given) {
        int others = given & ~allowedBits;
        return others == 0 ? null : CallField.ofBit(Integer.numberOfTrailingZeros(others));
    }

    /** Of the fields that it needs one that is not among those; null: all are there. */
    @Nullable
    CallField missing(int given) {
        int wanted = requiredBits & ~given;
        return wanted == 0 ? null : CallField.ofBit(Integer.numberOfTrailingZeros(wanted));
    }

    /** Whether it takes or gives back tokens, so that a repetition may have to change nothing. */
    boolean takesSomething() {
        // by name: the constants are not there yet when this is first asked
        return name().equals("ALLOW") || name().equals("ALLOC") || name().equals("FREE");
    }
}
