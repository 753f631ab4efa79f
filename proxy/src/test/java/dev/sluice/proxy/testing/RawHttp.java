package dev.sluice.proxy.testing;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Sends bytes as they are given and reads what comes back. */
public final class RawHttp {
    private RawHttp() {}

    /** Sends a text, a byte a character, and reads until the server closes. */
    public static String exchange(InetSocketAddress server, String request) throws IOException {
        try (Socket socket = new Socket(server.getAddress(), server.getPort())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    /** One request without a body, on a connection of its own; headers end in CRLF each. */
    public static String request(InetSocketAddress server, String method, String target, String headers)
            throws IOException {
        return exchange(
                server,
                method + " " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers + "\r\n");
    }

    /** The body of a response to {@link #request}. */
    public static String get(InetSocketAddress server, String target) throws IOException {
        return bodyOf(request(server, "GET", target, ""));
    }

    public static String bodyOf(String answer) {
        return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }
}
