package dev.sluice.proxy.quota.http;

/** A response that goes on. Thread-safe. */
@FunctionalInterface
public interface StreamSink {
    /** Sends bytes, which nobody changes any more. A client that doesn't take what was sent before is cut off instead. */
    void send(byte[] bytes);
}
