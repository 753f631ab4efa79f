package dev.sluice.sync.trust;

/**
 * How much is read of one link: bytes and messages, each a token bucket of a second. What is above it stays unread, so that
 * TCP holds its sender back, and other links are read meanwhile. Several times of what a node may send, so that only a flood
 * meets it. Time is an argument. Owned by the thread that receives.
 */
public final class LinkBudget {
    /** Several times the rate of this node. */
    private static final double RATES = 4;

    private static final double BYTES_PER_SECOND_MIN = 4e6;
    /** A node sends some 300 urgent reports a second at most. */
    private static final double MESSAGES_PER_SECOND = 2_000;

    private static final double SECOND_NANOS = 1e9;

    private final double bytesPerSecond;
    private final double messagesPerSecond;
    private double bytes;
    private double messages;
    private long nanos;

    /**
     * Makes a budget that is full.
     *
     * @param bytesPerSecondMax that this node sends to each peer
     * @param nodes whose reports come by the link, at least 1
     */
    public LinkBudget(long bytesPerSecondMax, int nodes, long nowNanos) {
        this.bytesPerSecond = nodes * Math.max(RATES * bytesPerSecondMax, BYTES_PER_SECOND_MIN);
        this.messagesPerSecond = nodes * MESSAGES_PER_SECOND;
        this.bytes = bytesPerSecond;
        this.messages = messagesPerSecond;
        this.nanos = nowNanos;
    }

    /** Whether the next message may be read. */
    public boolean hasRoom(long nowNanos) {
        double seconds = Math.max(0, nowNanos - nanos) / SECOND_NANOS;
        nanos = nowNanos;
        bytes = Math.min(bytesPerSecond, bytes + seconds * bytesPerSecond);
        messages = Math.min(messagesPerSecond, messages + seconds * messagesPerSecond);
        return bytes > 0 && messages > 0;
    }

    /** A message was read. */
    public void read(int size) {
        bytes -= size;
        messages--;
    }
}
