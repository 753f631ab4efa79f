package dev.sluice.policy.rgw.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads one response of HTTP/1.1: a head of at most {@value #HEAD_BYTES_MAX} bytes, and a body of at most {@value
 * #BODY_BYTES_MAX}. Anything else is an {@link IOException}, and the connection is of no use then.
 */
final class RgwResponseReader {
    /** Larger than any head that RGW writes to an Admin API request. */
    static final int HEAD_BYTES_MAX = 16 << 10;
    /** A user with some 8,000 keys. */
    static final int BODY_BYTES_MAX = 1 << 20;

    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] (\\d{3})( .*)?");
    private static final Pattern LENGTH = Pattern.compile("\\d{1,9}");
    private static final Pattern CHUNK_SIZE = Pattern.compile("([0-9A-Fa-f]{1,7})[ \\t]*(;.*)?");
    private static final int HEX = 16;
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;
    private static final int INTERIM_MAX = 199;

    private final InputStream in;
    private int headBytes;
    private boolean isReusable;

    RgwResponseReader(InputStream in) {
        this.in = in;
    }

    /** Whether the connection can carry another request. */
    boolean isReusable() {
        return isReusable;
    }

    RgwResponse read() throws IOException {
        int status = INTERIM_MAX;
        boolean isChunked = false;
        boolean isKept = false;
        int length = -1;
        while (status <= INTERIM_MAX) {
            String statusLine = line();
            Matcher matcher = STATUS_LINE.matcher(statusLine);
            if (!matcher.matches()) {
                throw new IOException("this is not a response of HTTP/1.1");
            }
            status = Integer.parseInt(matcher.group(1));
            isKept = statusLine.startsWith("HTTP/1.1");
            for (String field = line(); !field.isEmpty(); field = line()) {
                String value = valueOf(field);
                switch (nameOf(field)) {
                    case "content-length" -> length = length(value);
                    case "transfer-encoding" -> isChunked = true;
                    case "connection" -> isKept = isKept && !value.equalsIgnoreCase("close");
                    default -> {}
                }
            }
        }
        boolean isBodiless = status == NO_CONTENT || status == NOT_MODIFIED;
        isReusable = isKept && (isBodiless || isChunked || length >= 0);
        return new RgwResponse(status, isBodiless ? new byte[0] : body(isChunked, length));
    }

    private byte[] body(boolean isChunked, int length) throws IOException {
        if (isChunked) {
            return chunks();
        }
        return length >= 0 ? exactly(length) : rest();
    }

    private static String nameOf(String field) {
        int colon = field.indexOf(':');
        return colon < 0 ? "" : field.substring(0, colon).toLowerCase(Locale.ROOT);
    }

    private static String valueOf(String field) {
        return field.substring(field.indexOf(':') + 1).strip();
    }

    private static int length(String text) throws IOException {
        if (!LENGTH.matcher(text).matches()) {
            throw new IOException("the Content-Length is no number");
        }
        return bounded(Integer.parseInt(text));
    }

    private static int bounded(long bytes) throws IOException {
        if (bytes > BODY_BYTES_MAX) {
            throw new IOException("the response is larger than " + BODY_BYTES_MAX + " bytes");
        }
        return (int) bytes;
    }

    /** Without its end; both LF and CRLF end a line. */
    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new IOException("the connection ended within a response");
            }
            if (++headBytes > HEAD_BYTES_MAX) {
                throw new IOException("the head of the response is larger than " + HEAD_BYTES_MAX + " bytes");
            }
            line.write(b);
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    private byte[] exactly(int length) throws IOException {
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new IOException("the connection ended within a response");
        }
        return body;
    }

    private byte[] rest() throws IOException {
        byte[] body = in.readNBytes(BODY_BYTES_MAX + 1);
        bounded(body.length);
        return body;
    }

    private byte[] chunks() throws IOException {
        byte[] body = new byte[0];
        while (true) {
            Matcher size = CHUNK_SIZE.matcher(line());
            if (!size.matches()) {
                throw new IOException("the response's body is no valid chunked body");
            }
            int length = bounded((long) body.length + Integer.parseInt(size.group(1), HEX)) - body.length;
            if (length == 0) {
                break;
            }
            byte[] chunk = exactly(length);
            byte[] longer = Arrays.copyOf(body, body.length + length);
            System.arraycopy(chunk, 0, longer, body.length, length);
            Arrays.fill(body, (byte) 0);
            Arrays.fill(chunk, (byte) 0);
            body = longer;
            if (!line().isEmpty()) {
                throw new IOException("the response's body is no valid chunked body");
            }
        }
        while (!line().isEmpty()) {
            // trailers mean nothing here
        }
        return body;
    }
}
