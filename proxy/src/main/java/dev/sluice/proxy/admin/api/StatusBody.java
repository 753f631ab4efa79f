package dev.sluice.proxy.admin.api;

/**
 * The shape that Ceph's quota services share.
 *
 * @param status {@value #OK_STATUS} or 0
 * @param msg {@code ok}, or what is wrong
 * @param result a record or a text
 */
public record StatusBody<T>(int status, String msg, T result) {
    private static final int OK_STATUS = 1001;

    static <T> StatusBody<T> ok(T result) {
        return new StatusBody<>(OK_STATUS, "ok", result);
    }

    static <T> StatusBody<T> failed(String message, T result) {
        return new StatusBody<>(0, message, result);
    }
}
