package dev.sluice.proxy.loop;

/** What the kernel knows about one client connection. */
public interface SocketStats {
    /** How many bytes of a response the client may have received before this process can see it. */
    long unseenBytes();

    /** When the kernel last sent data to the client, in milliseconds of a clock of its own. */
    long lastSentMillis();

    /**
     * Whether the client has shut down its output or reset the connection, also behind data that this process hasn't read.
     * False where the kernel can't be asked.
     */
    default boolean hasPeerShutDown() {
        return false;
    }
}
