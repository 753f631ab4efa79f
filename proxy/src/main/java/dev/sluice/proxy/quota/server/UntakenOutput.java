package dev.sluice.proxy.quota.server;

import dev.sluice.proxy.loop.PendingWrites;
import io.netty.channel.Channel;

/** How long a client has taken nothing of what waits for it. Belongs to one event loop. */
final class UntakenOutput {
    private long seenBytes;
    private long sinceNanos;

    /** What the kernel has not taken. */
    long bytes(Channel channel) {
        return PendingWrites.bytes(channel);
    }

    /** For how long it has not become less, as far as calls of this have seen it; 0: nothing waits. */
    long stuckNanos(Channel channel, long nowNanos) {
        long bytes = bytes(channel);
        if (bytes == 0 || bytes != seenBytes) {
            seenBytes = bytes;
            sinceNanos = nowNanos;
        }
        return bytes == 0 ? 0 : nowNanos - sinceNanos;
    }
}
