package dev.sluice.limits.model;

/**
 * What an S3 operation is charged as. A list is also a read and a delete also a write: where there is no limit
 * for {@link #LIST} or {@link #DELETE} they are charged to the operations that they also are, as RGW does.
 */
public enum OperationClass {
    READ(Dimension.READ_OPS, Dimension.READ_OPS),
    WRITE(Dimension.WRITE_OPS, Dimension.WRITE_OPS),
    LIST(Dimension.LIST_OPS, Dimension.READ_OPS),
    DELETE(Dimension.DELETE_OPS, Dimension.WRITE_OPS);

    private final Dimension own;
    private final Dimension fallback;

    OperationClass(Dimension own, Dimension fallback) {
        this.own = own;
        this.fallback = fallback;
    }

    /** The dimension that counts this class where a limit for it is set. */
    public Dimension own() {
        return own;
    }

    /** The dimension that counts this class otherwise. */
    public Dimension fallback() {
        return fallback;
    }
}
