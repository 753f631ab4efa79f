package dev.sluice.proxy.quota.http;

import java.nio.charset.StandardCharsets;

/**
 * A whole response. Immutable: nobody changes the bytes of the body.
 *
 * <p>The connection adds {@code Content-Type}, {@code Content-Length} and {@code Connection}.
 */
public final class QuotaResponse implements QuotaReply {
    /** The type of almost every body. */
    public static final String JSON = "application/json";

    private final int status;
    private final String contentType;
    private final String headers;
    private final byte[] body;

    private QuotaResponse(int status, String contentType, String headers, byte[] body) {
        this.status = status;
        this.contentType = contentType;
        this.headers = headers;
        this.body = body;
    }

    /** JSON, in UTF-8; the caller doesn't change the bytes any more. */
    public static QuotaResponse json(int status, byte[] body) {
        return new QuotaResponse(status, JSON, "", body);
    }

    /** Another type; the caller doesn't change the bytes any more. */
    public static QuotaResponse of(int status, String contentType, byte[] body) {
        return new QuotaResponse(status, contentType, "", body);
    }

    /**
     * The same response with one more header.
     *
     * @param value visible ASCII and spaces
     */
    public QuotaResponse withHeader(String name, String value) {
        if (!isVisible(name) || !isVisible(value)) {
            throw new IllegalArgumentException("a header has visible ASCII characters: " + name);
        }
        return new QuotaResponse(status, contentType, headers + name + ": " + value + "\r\n", body);
    }

    private static boolean isVisible(String text) {
        return text.chars().allMatch(c -> c >= ' ' && c < 0x7f);
    }

    /** From 200 to 599. */
    public int status() {
        return status;
    }

    /** The type of the body. */
    public String contentType() {
        return contentType;
    }

    /** Header lines, each with its line end; empty: none. */
    public String headers() {
        return headers;
    }

    /** The bytes of the body, which are not to be changed. */
    public byte[] body() {
        return body;
    }

    @Override
    public String toString() {
        return status + " " + headers + new String(body, StandardCharsets.UTF_8);
    }
}
