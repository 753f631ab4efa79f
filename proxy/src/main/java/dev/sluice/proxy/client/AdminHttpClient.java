package dev.sluice.proxy.client;

import dev.sluice.proxy.admin.json.InvalidJsonException;
import dev.sluice.proxy.admin.json.JsonCodec;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Calls the admin port of one sidecar, on a connection of its own each time. On a plain socket, because the JDK's clients of
 * HTTP log headers or URLs where a logger shows all, and with them the token or what a user gave as a name.
 */
final class AdminHttpClient {
    private static final int CONNECT_MILLIS = 5_000;
    private static final int READ_MILLIS = 30_000;
    private static final int RESPONSE_BYTES_MAX = 64 << 20;

    private final URI url;
    private final Optional<String> token;

    AdminHttpClient(URI url, Optional<String> token) {
        this.url = url;
        this.token = token;
    }

    URI url() {
        return url;
    }

    /** A value in a path or a query. */
    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Reads a path that must be there. */
    AdminReply get(String path) throws CommandFailure {
        return checked(call("GET", path, "", ""));
    }

    /** Reads a path; empty: there is nothing. */
    Optional<AdminReply> find(String path) throws CommandFailure {
        AdminReply reply = call("GET", path, "", "");
        return reply.status() == 404 ? Optional.empty() : Optional.of(checked(reply));
    }

    /**
     * Changes what a path holds.
     *
     * @param ifMatch the tag that it must have; empty: any
     */
    AdminReply change(String method, String path, String ifMatch, String body) throws CommandFailure {
        return checked(call(method, path, ifMatch, body));
    }

    private AdminReply checked(AdminReply reply) throws CommandFailure {
        if (reply.status() == 401) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    url + (token.isEmpty() ? " needs a token" : " knows another token")
                            + ": name its file with --token-file, or set " + AdminTarget.TOKEN_VARIABLE);
        }
        if (reply.status() >= 300) {
            int code = reply.status() == 400 ? ExitCode.BAD_USAGE : ExitCode.FAILED;
            throw new CommandFailure(code, reply.message());
        }
        return reply;
    }

    private AdminReply call(String method, String path, String ifMatch, String body) throws CommandFailure {
        // HTTP/1.0: the response ends with the connection, and nobody on the way cuts it into chunks.
        StringBuilder head =
                new StringBuilder(method + " " + url.getRawPath() + path + " HTTP/1.0\r\nHost: " + url.getRawAuthority()
                        + "\r\nContent-Length: " + body.getBytes(StandardCharsets.UTF_8).length + "\r\n");
        token.ifPresent(
                secret -> head.append("Authorization: Bearer ").append(secret).append("\r\n"));
        if (!ifMatch.isEmpty()) {
            head.append("If-Match: ").append(ifMatch).append("\r\n");
        }
        try (Socket socket = connect()) {
            socket.setSoTimeout(READ_MILLIS);
            socket.getOutputStream().write((head + "\r\n" + body).getBytes(StandardCharsets.UTF_8));
            return reply(read(socket.getInputStream()));
        } catch (InvalidJsonException e) {
            throw new CommandFailure(ExitCode.FAILED, url + " is no admin port of a sidecar: " + e.getMessage());
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.FAILED, url + " can't be asked: " + reason(e));
        }
    }

    private Socket connect() throws IOException {
        boolean isTls = "https".equals(url.getScheme());
        int defaultPort = isTls ? 443 : 80;
        String host = url.getHost().replaceAll("[\\[\\]]", "");
        InetSocketAddress address = new InetSocketAddress(host, url.getPort() < 0 ? defaultPort : url.getPort());
        if (address.isUnresolved()) {
            throw new UnknownHostException(host);
        }
        Socket socket = new Socket();
        try {
            socket.connect(address, CONNECT_MILLIS);
            return isTls ? secured(socket, host, address.getPort()) : socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** The certificate must be for the host that the command names. */
    private static Socket secured(Socket plain, String host, int port) throws IOException {
        plain.setSoTimeout(READ_MILLIS);
        SSLSocket socket =
                (SSLSocket) ((SSLSocketFactory) SSLSocketFactory.getDefault()).createSocket(plain, host, port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private static String read(InputStream in) throws IOException {
        return new String(in.readNBytes(RESPONSE_BYTES_MAX), StandardCharsets.UTF_8);
    }

    private static AdminReply reply(String response) throws IOException, InvalidJsonException {
        int headEnd = response.indexOf("\r\n\r\n");
        if (!response.startsWith("HTTP/1.") || headEnd < 0) {
            throw new IOException("what comes back is no response of HTTP");
        }
        String[] lines = response.substring(0, headEnd).split("\r\n", -1);
        String[] start = lines[0].split(" ", 3);
        String text = response.substring(headEnd + 4);
        String length = header(lines, "content-length");
        if (!length.isEmpty() && !length.equals(Integer.toString(text.getBytes(StandardCharsets.UTF_8).length))) {
            throw new IOException("the response is cut");
        }
        try {
            return new AdminReply(Integer.parseInt(start[1]), text, bodyOf(text), header(lines, "etag"));
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new IOException("what comes back is no response of HTTP", e);
        }
    }

    private static String header(String[] lines, String name) {
        return Stream.of(lines)
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElse("");
    }

    private static Map<String, Object> bodyOf(String text) throws InvalidJsonException {
        return text.isBlank() ? Map.of() : JsonCodec.readObject(text);
    }

    private static String reason(IOException e) {
        if (e instanceof ConnectException) {
            return "nothing listens there; name the admin port with --admin";
        }
        if (e instanceof UnknownHostException) {
            return "there is no such host";
        }
        return e instanceof SocketTimeoutException ? "no response in time" : String.valueOf(e.getMessage());
    }
}
