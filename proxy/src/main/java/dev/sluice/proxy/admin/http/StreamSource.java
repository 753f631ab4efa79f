package dev.sluice.proxy.admin.http;

/** Writes a {@link StreamResponse}. */
@FunctionalInterface
public interface StreamSource {
    /** Called once, on the admin thread; must not block. The source keeps the stream and writes to it when it wants to. */
    void open(ResponseStream stream);
}
