package dev.sluice.proxy.admin.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** A response whose body is complete and no JSON: metrics, a file of the dashboard. */
public final class ContentResponse implements AdminResponse {
    private static final int GZIP_BYTES_MIN = 1_024;

    private final int status;
    private final String contentType;
    private final byte[] content;
    private final Map<String, String> headers;

    private ContentResponse(int status, String contentType, byte[] content, Map<String, String> headers) {
        this.status = status;
        this.contentType = contentType;
        this.content = content;
        this.headers = Map.copyOf(headers);
    }

    /** A 200 with text, sent as UTF-8. */
    public static ContentResponse text(String contentType, String text) {
        return bytes(contentType, text.getBytes(StandardCharsets.UTF_8));
    }

    /** A 200 with bytes, which the caller doesn't change any more. */
    public static ContentResponse bytes(String contentType, byte[] content) {
        return new ContentResponse(200, contentType, content, Map.of());
    }

    /** A 304: what the client has is still right. */
    public static ContentResponse notModified(String contentType) {
        return new ContentResponse(304, contentType, new byte[0], Map.of());
    }

    /** The same response with one more header, or another value of one that every response has. */
    public ContentResponse withHeader(String name, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(name, value);
        return new ContentResponse(status, contentType, content, more);
    }

    /** The same response with more headers. */
    public ContentResponse withHeaders(Map<String, String> added) {
        Map<String, String> more = new HashMap<>(headers);
        more.putAll(added);
        return new ContentResponse(status, contentType, content, more);
    }

    /** The same response in gzip, if it is large enough for that to pay. */
    public ContentResponse gzipped() {
        if (content.length < GZIP_BYTES_MIN) {
            return this;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(content.length / 4);
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException("memory can be written to", e);
        }
        return new ContentResponse(status, contentType, out.toByteArray(), headers)
                .withHeaders(Map.of("Content-Encoding", "gzip", "Vary", "Accept-Encoding"));
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

    Map<String, String> headers() {
        return headers;
    }
}
