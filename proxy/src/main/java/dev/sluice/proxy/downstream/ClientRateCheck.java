package dev.sluice.proxy.downstream;

import dev.sluice.proxy.loop.SocketStats;

/**
 * Checks that a client keeps up: that it sends its body and takes its responses at the minimum rate, averaged over the
 * time in which nothing but the client was waited for.
 *
 * <p>Only sweeps check, so the cost for a request is a few additions. What happens between two sweeps is judged in the
 * client's favour:
 * <ul>
 *  <li>the time between two sweeps counts as waiting for an upload only if that is so at both ends, and neither the
 *      gateway nor the proxy held the upload back in between ({@link #onUploadHeldBack});
 *  <li>of a response a client must take at most what was pending at the first of two sweeps: a client that took all of
 *      that is not charged for the time that the gateway then needed;
 *  <li>a sweep that comes late, because the process stood still, counts as {@value #SWEEP_NANOS_MAX} ns at most.
 * </ul>
 *
 * <p>Bytes that have left for the kernel count as taken. The kernel buffers, and reports free space only when a good
 * part of its buffer is free. The client may have taken that many bytes unseen; they are granted ({@link SocketStats}).
 * Belongs to one event loop.
 */
final class ClientRateCheck {
    private static final long SWEEP_NANOS_MAX = 1_000_000_000L;
    /** The kernel counts in ticks: what differs by less is the same. */
    private static final long SENT_SLACK_MILLIS = 50;

    private static final double NANOS_PER_SECOND = 1e9;

    /** The result of a sweep. */
    enum Finding {
        FINE,
        SLOW_UPLOAD,
        /** The client takes its responses too slowly, or not at all. */
        SLOW_READER
    }

    private final Average upload = new Average();
    private final Average responses = new Average();
    private long sweptNanos;
    private long uploadedBytes;
    private boolean uploadHeld = true;
    private boolean uploadAwaited;
    private long writtenBytes;
    private long pendingBytes;
    private long takenBytes;
    private long takenNanos;
    private boolean stalled;
    private long sentMillis;

    ClientRateCheck(long nowNanos) {
        sweptNanos = nowNanos;
        takenNanos = nowNanos;
    }

    /** The gateway or the proxy kept the client from sending its body, or there was none to send. */
    void onUploadHeldBack() {
        uploadHeld = true;
    }

    /** So much of a body came. */
    void onUploaded(int bytes) {
        uploadedBytes += bytes;
    }

    /** So much was written to the client's channel. */
    void onWritten(int bytes) {
        writtenBytes += bytes;
    }

    /**
     * Looks at the client.
     *
     * @param awaitsUpload more of a body is awaited, and only the client can see to it
     * @param pending how many bytes the kernel has not taken yet
     */
    Finding sweep(long nowNanos, boolean awaitsUpload, long pending, ProxyOptions options, SocketStats stats) {
        ClientBounds bounds = options.bounds();
        long passedNanos = Math.min(nowNanos - sweptNanos, SWEEP_NANOS_MAX);
        sweptNanos = nowNanos;

        boolean awaitedThroughout = uploadAwaited && awaitsUpload && !uploadHeld;
        uploadAwaited = awaitsUpload;
        uploadHeld = false;
        if (awaitedThroughout && upload.isBelow(passedNanos, Long.MAX_VALUE, uploadedBytes, 0, bounds)) {
            return Finding.SLOW_UPLOAD;
        }

        long lay = pendingBytes;
        long taken = writtenBytes - pending;
        pendingBytes = pending;
        if (lay == 0 || pending == 0 || taken != takenBytes) {
            takenBytes = taken;
            takenNanos = nowNanos;
            stalled = false;
        } else if (!stalled) {
            stalled = true;
            sentMillis = stats.lastSentMillis();
        } else if (nowNanos - takenNanos > options.idleTimeoutNanos()) {
            long lastMillis = stats.lastSentMillis();
            if (lastMillis - sentMillis < SENT_SLACK_MILLIS) {
                return Finding.SLOW_READER;
            }
            sentMillis = lastMillis;
            takenNanos = nowNanos;
        }
        return lay > 0 && responses.isBelow(passedNanos, lay, taken, stats.unseenBytes(), bounds)
                ? Finding.SLOW_READER
                : Finding.FINE;
    }

    /** One direction since its last full period. All that was moved counts, but only the time that was waited. */
    private static final class Average {
        private long waitedNanos;
        private double dueBytes;
        private long movedBefore;

        /**
         * Adds one sweep's time.
         *
         * @param mostBytes what the client could have moved in it
         * @param movedBytes what it has moved ever, as far as can be seen
         * @param unseenBytes what it may have moved beside that
         * @return whether a period is full, and less was moved in it than was due, even with what is unseen
         */
        boolean isBelow(long passedNanos, long mostBytes, long movedBytes, long unseenBytes, ClientBounds bounds) {
            waitedNanos += passedNanos;
            dueBytes += Math.min(bounds.minRateBytesPerSecond() * (passedNanos / NANOS_PER_SECOND), (double) mostBytes);
            if (waitedNanos < bounds.minRatePeriodNanos()) {
                return false;
            }
            double missingBytes = dueBytes - (movedBytes - movedBefore);
            if (missingBytes >= 1 && missingBytes <= unseenBytes) {
                // Not decidable yet: the period is extended.
                return false;
            }
            waitedNanos = 0;
            dueBytes = 0;
            movedBefore = movedBytes;
            return missingBytes >= 1;
        }
    }
}
