package dev.sluice.proxy.admin.page;

import dev.sluice.proxy.admin.http.AdminRequest;
import dev.sluice.proxy.admin.http.AdminResponse;
import dev.sluice.proxy.admin.http.ContentResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/**
 * One file of the page, in memory as it is sent: read and compressed once. Immutable, and its responses share its bytes.
 *
 * <p>A browser keeps it and asks with its tag whether it is still right. So a new release is seen at once, and else nothing
 * is sent again.
 */
final class PageFile {
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "mjs", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml",
            "json", "application/json",
            "txt", "text/plain; charset=utf-8");

    /** Hexadecimal digits of the hash. */
    private static final int TAG_CHARS = 32;

    private final String contentType;
    private final byte[] plain;
    private final byte[] gzip;
    private final String tag;

    private PageFile(String contentType, byte[] plain) {
        this.contentType = contentType;
        this.plain = plain;
        this.gzip = compressed(plain);
        this.tag = hash(plain).substring(0, TAG_CHARS);
    }

    /**
     * Reads a file of the resources.
     *
     * @param name as {@code vendor/htm.mjs}
     * @throws IllegalStateException if this release lacks it, or it has a type that no browser is sent
     */
    static PageFile read(String name) {
        String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
        if (type == null) {
            throw new IllegalStateException("a file of an unknown type: " + name);
        }
        try (InputStream in = PageFile.class.getResourceAsStream("/dashboard/" + name)) {
            if (in == null) {
                throw new IllegalStateException("a file of the dashboard is missing: " + name);
            }
            return new PageFile(type, in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a client gets: the file, or that the one it has is still right. */
    AdminResponse respond(AdminRequest request) {
        boolean isGzip = request.acceptsGzip() && gzip.length < plain.length;
        // Each encoding has a tag of its own, and a cache between may hold both.
        String etag = '"' + tag + (isGzip ? "-gzip" : "") + '"';
        boolean isKnown = isNamed(etag, request.header("if-none-match"));
        ContentResponse response = isKnown
                ? ContentResponse.notModified(contentType)
                : ContentResponse.bytes(contentType, isGzip ? gzip : plain);
        response = response.withHeaders(PageRoutes.HEADERS).withHeader("ETag", etag);
        return isGzip && !isKnown ? response.withHeader("Content-Encoding", "gzip") : response;
    }

    /** Whether a list of tags has one; a proxy may have made it weak. */
    private static boolean isNamed(String etag, String ifNoneMatch) {
        return ifNoneMatch.contains(etag) || ifNoneMatch.strip().equals("*");
    }

    /** As a browser that reads gzip gets it. */
    int sentBytes() {
        return Math.min(gzip.length, plain.length);
    }

    private static byte[] compressed(byte[] plain) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(plain.length / 2 + 64);
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static String hash(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
