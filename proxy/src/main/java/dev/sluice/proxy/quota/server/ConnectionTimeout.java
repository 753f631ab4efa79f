package dev.sluice.proxy.quota.server;

/** What came too late. */
enum ConnectionTimeout {
    NONE,
    /** The next request, a handshake, or the client's end: there is nobody to respond to. */
    SILENT,
    HEAD,
    BODY,
    /** A response that was to come later. */
    ANSWER;

    /** For the client to close after its last response. */
    private static final long LINGER_NANOS = 2_000_000_000L;

    /**
     * Returns the timeout that has expired.
     *
     * @param waitedNanos since the phase began; in a head since its first byte
     * @param isEmpty nothing was read that is not taken
     * @param isUntaken the client has not taken all of its responses: it is not waited for
     */
    static ConnectionTimeout check(
            ConnectionPhase phase, long waitedNanos, boolean isEmpty, boolean isUntaken, QuotaServerOptions options) {
        return switch (phase) {
            case HANDSHAKE, DROPPING -> waitedNanos > options.headTimeoutNanos() ? SILENT : NONE;
            case HEAD -> {
                if (isUntaken) {
                    yield NONE;
                }
                if (isEmpty) {
                    yield waitedNanos > options.idleTimeoutNanos() ? SILENT : NONE;
                }
                yield waitedNanos > options.headTimeoutNanos() ? HEAD : NONE;
            }
            case BODY -> waitedNanos > options.headTimeoutNanos() ? BODY : NONE;
            case ANSWER -> waitedNanos > options.answerNanosMax() ? ANSWER : NONE;
            case LINGERING -> waitedNanos > LINGER_NANOS && !isUntaken ? SILENT : NONE;
            case STREAMING, CLOSED -> NONE;
        };
    }
}
