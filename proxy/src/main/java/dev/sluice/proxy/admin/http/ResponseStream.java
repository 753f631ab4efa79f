package dev.sluice.proxy.admin.http;

/** The open body of a {@link StreamResponse}. Thread-safe. */
public interface ResponseStream {
    /**
     * Writes text, as UTF-8.
     *
     * @return false if the client has left or doesn't read fast enough: the text is not sent
     */
    boolean write(String text);

    /** Ends the response. */
    void end();

    /** Ends the response at once: what the client has not taken is lost. */
    void abort();

    /** Calls the task once, when the client has left or the response has ended; at once if that was before. */
    void onClose(Runnable task);
}
