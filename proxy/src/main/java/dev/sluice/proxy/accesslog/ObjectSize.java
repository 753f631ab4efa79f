package dev.sluice.proxy.accesslog;

/** The size of the object that a request reads or writes, as far as its heads state it. */
final class ObjectSize {
    private static final int SUCCESS_MIN = 200;
    private static final int SUCCESS_MAX = 299;

    private ObjectSize() {}

    /** In bytes; 0: there is none, or it isn't known. */
    static long of(AccessEntry entry, LoggedTarget target) {
        boolean isServed = entry.status() >= SUCCESS_MIN && entry.status() <= SUCCESS_MAX;
        if (!isServed || !target.hasKey()) {
            return 0;
        }
        return switch (target.method()) {
            case "GET", "HEAD" -> Math.max(0, entry.objectBytes());
            case "PUT" -> Math.max(0, entry.requestBytes());
            default -> 0;
        };
    }
}
