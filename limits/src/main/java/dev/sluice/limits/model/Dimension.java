package dev.sluice.limits.model;

import java.util.Optional;

/** What a limit counts. The order is the wire order of {@code sync}: append only. */
public enum Dimension {
    READ_OPS("read-ops", Unit.OPERATIONS),
    WRITE_OPS("write-ops", Unit.OPERATIONS),
    LIST_OPS("list-ops", Unit.OPERATIONS),
    DELETE_OPS("delete-ops", Unit.OPERATIONS),
    READ_BYTES("read-bytes", Unit.BYTES),
    WRITE_BYTES("write-bytes", Unit.BYTES),
    CONCURRENT_REQUESTS("concurrent-requests", Unit.REQUESTS),
    /** Of rate quotas, and of nothing else. */
    TOKENS("tokens", Unit.OPERATIONS);

    /** What one step of a dimension is. */
    public enum Unit {
        /** Operations per period. */
        OPERATIONS,
        /** Bytes per period. */
        BYTES,
        /** Requests in flight: a gauge, not a rate. */
        REQUESTS
    }

    private static final Dimension[] ALL = values();

    private final String key;
    private final Unit unit;

    Dimension(String key, Unit unit) {
        this.key = key;
        this.unit = unit;
    }

    /** How many dimensions there are; the length of arrays indexed by {@link #ordinal()}. */
    public static int count() {
        return ALL.length;
    }

    /** The dimension of an ordinal. */
    public static Dimension at(int ordinal) {
        return ALL[ordinal];
    }

    /** The dimension of a configuration key such as {@code read-ops}. */
    public static Optional<Dimension> ofKey(String key) {
        for (Dimension dimension : ALL) {
            if (dimension.key.equals(key)) {
                return Optional.of(dimension);
            }
        }
        return Optional.empty();
    }

    /** The key in the limits file, the label in metrics. */
    public String key() {
        return key;
    }

    /** What it counts. */
    public Unit unit() {
        return unit;
    }

    /** Whether requests to the gateway are limited by it; else only rate quotas are. */
    public boolean isOfRequests() {
        return this != TOKENS;
    }

    /** Whether a subject of that scope can have a limit of this dimension. */
    public boolean isOf(Scope scope) {
        return isOfRequests() == (scope != Scope.QUOTA);
    }

    /** A gauge goes up and down; every other dimension only ever grows. */
    public boolean isGauge() {
        return unit == Unit.REQUESTS;
    }
}
