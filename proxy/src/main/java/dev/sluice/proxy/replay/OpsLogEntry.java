package dev.sluice.proxy.replay;

import dev.sluice.limits.model.OperationClass;

/**
 * One request of an ops log.
 *
 * @param startNanos when it came, since the epoch
 * @param durationNanos how long it took
 * @param user {@code uid} or {@code tenant$uid}; empty: without credentials
 * @param bucket as limits name it; empty: none
 * @param bytesSent of the response's body
 * @param bytesReceived of the request's body
 */
record OpsLogEntry(
        long startNanos,
        long durationNanos,
        String user,
        String bucket,
        OperationClass operation,
        long bytesSent,
        long bytesReceived) {}
