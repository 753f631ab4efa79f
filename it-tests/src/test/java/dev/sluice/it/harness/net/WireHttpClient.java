package dev.sluice.it.harness.net;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A raw HTTP/1.1 client on one connection: sends the given bytes and returns responses as received, interim responses
 * included. It waits at most 30 s for a byte.
 */
public final class WireHttpClient implements AutoCloseable {
    /**
     * @param headers by lower-case name; the last value of a repeated one
     * @param body as UTF-8
     */
    public record WireResponse(int status, String reason, Map<String, String> headers, String body) {
        public WireResponse {
            headers = Map.copyOf(headers);
        }

        public String header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
        }
    }

    private static final int TIMEOUT_MILLIS = 30_000;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    private WireHttpClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    public static WireHttpClient connect(URI endpoint) throws IOException {
        return new WireHttpClient(new Socket(endpoint.getHost(), endpoint.getPort()));
    }

    /** Connects from an address of this machine. */
    public static WireHttpClient connect(URI endpoint, String from) throws IOException {
        return new WireHttpClient(new Socket(endpoint.getHost(), endpoint.getPort(), InetAddress.getByName(from), 0));
    }

    /** Sends one request without a body on a new connection. */
    public static WireResponse get(URI uri) throws IOException {
        try (var connection = connect(uri)) {
            connection.send("GET " + target(uri) + " HTTP/1.1\r\nHost: " + uri.getAuthority() + "\r\n\r\n");
            return connection.readResponse();
        }
    }

    public static String target(URI uri) {
        var query = uri.getRawQuery();
        return query == null ? uri.getRawPath() : uri.getRawPath() + "?" + query;
    }

    public void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.UTF_8));
    }

    public void send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    /** Reads the head of the next response, not its body: status line and headers, a line each. */
    public String head() throws IOException {
        var head = new StringBuilder();
        for (var line = line(); !line.isEmpty(); line = line()) {
            head.append(line).append('\n');
        }
        return head.toString();
    }

    /** Reads the next response to a request other than HEAD: an interim one (1xx), or a final one with its body. */
    public WireResponse readResponse() throws IOException {
        return readResponse(false);
    }

    /** Reads the next response. One to HEAD has no body, whatever its Content-Length. */
    public WireResponse readResponse(boolean toHead) throws IOException {
        var statusLine = line().split(" ", 3);
        var headers = new TreeMap<String, String>();
        for (var line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).trim());
        }
        int status = Integer.parseInt(statusLine[1]);
        var bodiless = toHead || status < 200 || status == 204 || status == 304;
        return new WireResponse(
                status, statusLine[2], headers, bodiless ? "" : new String(body(headers), StandardCharsets.UTF_8));
    }

    private byte[] body(Map<String, String> headers) throws IOException {
        if (headers.containsKey("content-length")) {
            int length = Integer.parseInt(headers.get("content-length"));
            var body = in.readNBytes(length);
            if (body.length < length) {
                throw new EOFException("the body ended after " + body.length + " of " + length + " bytes");
            }
            return body;
        }
        if ("chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
            var body = new ByteArrayOutputStream();
            for (int size = chunkSize(); size > 0; size = chunkSize()) {
                body.write(in.readNBytes(size));
                line();
            }
            line();
            return body.toByteArray();
        }
        return in.readAllBytes();
    }

    private int chunkSize() throws IOException {
        return Integer.parseInt(line().split(";", 2)[0].trim(), 16);
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the connection was closed after '" + line + "'");
            }
            line.append((char) b);
        }
        return line.toString().stripTrailing();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
