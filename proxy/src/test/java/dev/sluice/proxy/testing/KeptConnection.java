package dev.sluice.proxy.testing;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A client's connection that sends bytes as they are given, and reads one response after the other. */
public final class KeptConnection implements Closeable {
    private final Socket socket;
    private final InputStream in;

    public KeptConnection(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
        socket.setSoTimeout(60_000);
        socket.setTcpNoDelay(true);
    }

    public KeptConnection(InetSocketAddress server) throws IOException {
        this(new Socket(server.getAddress(), server.getPort()));
    }

    /**
     * A response.
     *
     * @param headers by their names in lower case
     */
    public record ReceivedResponse(int status, Map<String, String> headers, String body) {
        public Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name));
        }
    }

    public static String request(String method, String target, String headers, String body) {
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        return method + " " + target + " HTTP/1.1\r\nHost: test\r\n" + headers + "Content-Length: " + length
                + "\r\n\r\n" + body;
    }

    public KeptConnection send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    public KeptConnection send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    public ReceivedResponse exchange(String method, String target, String headers, String body) throws IOException {
        return send(request(method, target, headers, body)).receive();
    }

    public ReceivedResponse post(String target, String body) throws IOException {
        return exchange("POST", target, "", body);
    }

    public ReceivedResponse get(String target) throws IOException {
        return send("GET " + target + " HTTP/1.1\r\nHost: test\r\n\r\n").receive();
    }

    /** Reads a response that has a {@code Content-Length}. */
    public ReceivedResponse receive() throws IOException {
        return receive(false);
    }

    /** Reads a response to a HEAD: its length is of nothing. */
    public ReceivedResponse receiveHead() throws IOException {
        return receive(true);
    }

    private ReceivedResponse receive(boolean isHeadOnly) throws IOException {
        String statusLine = line();
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        int status = Integer.parseInt(statusLine.split(" ")[1]);
        int length = isHeadOnly || status == 100 ? 0 : Integer.parseInt(headers.get("content-length"));
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException("the response ends early");
        }
        return new ReceivedResponse(status, headers, new String(body, StandardCharsets.UTF_8));
    }

    /** Reads a line, without its end. */
    public String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) {
                throw new EOFException("closed after: " + line);
            }
            if (octet != '\r') {
                line.write(octet);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    /** Whether the server ends the connection, and nothing comes before. */
    public boolean isClosed() throws IOException {
        return in.read() < 0;
    }

    public Socket socket() {
        return socket;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
