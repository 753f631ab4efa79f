package dev.sluice.proxy.admin.http;

/**
 * A response that goes on until its source or its client ends it, such as server-sent events.
 *
 * @param contentType such as {@code text/event-stream}
 * @param source begins to write when the head of the response is sent
 */
public record StreamResponse(String contentType, StreamSource source) implements AdminResponse {
    @Override
    public int status() {
        return 200;
    }
}
