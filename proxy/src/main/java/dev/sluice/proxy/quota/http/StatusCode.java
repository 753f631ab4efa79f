package dev.sluice.proxy.quota.http;

/** The {@code status} of a body of the quota port. */
public final class StatusCode {
    /** The call was decided; whether it succeeded is in the result's {@code ok}. */
    public static final int OK = 1001;
    /** There is no quota of that name. */
    public static final int NOT_FOUND = 1002;
    /** The quota has another version. */
    public static final int INVALID_VERSION = 1003;
    /** The request is wrong. It will never succeed as it is. */
    public static final int BAD_REQUEST = 1004;
    /** The answer can't be had now. It may be asked again after a while. */
    public static final int UNAVAILABLE = 1005;
    /** This node fails. */
    public static final int FAILED = 0;

    private StatusCode() {}
}
