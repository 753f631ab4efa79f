package dev.sluice.proxy.loop;

/** What the kernel knows about sending on one client connection. */
public interface SocketStats {
    /** How many bytes of a response the client may have received before this process can see it. */
    long unseenBytes();

    /** When the kernel last sent data to the client, in milliseconds of a clock of its own. */
    long lastSentMillis();
}
