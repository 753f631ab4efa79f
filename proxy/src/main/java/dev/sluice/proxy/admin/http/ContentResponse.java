package dev.sluice.proxy.admin.http;

import java.nio.charset.StandardCharsets;

/** A response whose body is complete and no JSON: metrics, a file of the dashboard. */
public final class ContentResponse implements AdminResponse {
    private final int status;
    private final String contentType;
    private final byte[] content;

    private ContentResponse(int status, String contentType, byte[] content) {
        this.status = status;
        this.contentType = contentType;
        this.content = content;
    }

    /** A 200 with text, sent as UTF-8. */
    public static ContentResponse text(String contentType, String text) {
        return new ContentResponse(200, contentType, text.getBytes(StandardCharsets.UTF_8));
    }

    /** A 200 with bytes, which the caller doesn't change any more. */
    public static ContentResponse bytes(String contentType, byte[] content) {
        return new ContentResponse(200, contentType, content);
    }

    @Override
    public int status() {
        return status;
    }

    String contentType() {
        return contentType;
    }

    byte[] content() {
        return content;
    }
}
