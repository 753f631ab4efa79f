package dev.sluice.limits.model;

/**
 * A limit on operations per period.
 *
 * @param listedObjects what a request counts that lists objects to delete
 */
public record OperationRateLimit(LimitRate rate, OnExceed onExceed, ListedObjects listedObjects) implements RateLimit {
    /** What a request counts that lists objects to delete. */
    public enum ListedObjects {
        /** Each of them is an operation. */
        EACH_COUNTS,
        /** The request is one operation, as in RGW's own limits. */
        REQUEST_COUNTS
    }

    /** A limit that each listed object counts for. */
    public OperationRateLimit(LimitRate rate, OnExceed onExceed) {
        this(rate, onExceed, ListedObjects.EACH_COUNTS);
    }

    @Override
    public Dimension.Unit unit() {
        return Dimension.Unit.OPERATIONS;
    }

    /** Whether a request counts once, however many objects it lists. */
    public boolean countsRequests() {
        return listedObjects == ListedObjects.REQUEST_COUNTS;
    }

    /** Whether each node is held to a share of it, request by request. */
    public boolean isPaced() {
        return rate.sharing() == Sharing.PACED && rate.amount() > 0;
    }

    @Override
    public OperationRateLimit with(OnExceed newOnExceed) {
        return new OperationRateLimit(rate, newOnExceed, listedObjects);
    }

    @Override
    public OperationRateLimit with(Sharing newSharing) {
        return new OperationRateLimit(rate.with(newSharing), onExceed, listedObjects);
    }

    @Override
    public OperationRateLimit part(double fraction) {
        return new OperationRateLimit(rate.part(fraction), onExceed, listedObjects);
    }
}
