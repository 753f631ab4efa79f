package dev.sluice.proxy.client;

import dev.sluice.proxy.admin.json.InvalidJsonException;
import dev.sluice.proxy.admin.json.JsonCodec;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Calls the admin port of one sidecar. The JDK's plainest client: a command that ends at once needs no other. */
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
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(url + path).toURL().openConnection();
            connection.setConnectTimeout(CONNECT_MILLIS);
            connection.setReadTimeout(READ_MILLIS);
            connection.setInstanceFollowRedirects(false);
            connection.setRequestMethod(method);
            token.ifPresent(secret -> connection.setRequestProperty("Authorization", "Bearer " + secret));
            if (!ifMatch.isEmpty()) {
                connection.setRequestProperty("If-Match", ifMatch);
            }
            if (!body.isEmpty()) {
                connection.setDoOutput(true);
                try (OutputStream out = connection.getOutputStream()) {
                    out.write(body.getBytes(StandardCharsets.UTF_8));
                }
            }
            int status = connection.getResponseCode();
            String text = text(status < 400 ? connection.getInputStream() : connection.getErrorStream());
            String etag = Optional.ofNullable(connection.getHeaderField("ETag")).orElse("");
            return new AdminReply(status, text, bodyOf(text), etag);
        } catch (InvalidJsonException e) {
            throw new CommandFailure(ExitCode.FAILED, url + " is no admin port of a sidecar: " + e.getMessage());
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.FAILED, url + " can't be asked: " + reason(e));
        }
    }

    private static Map<String, Object> bodyOf(String text) throws InvalidJsonException {
        return text.isBlank() ? Map.of() : JsonCodec.readObject(text);
    }

    private static String text(@Nullable InputStream in) throws IOException {
        if (in == null) {
            return "";
        }
        try (in) {
            return new String(in.readNBytes(RESPONSE_BYTES_MAX), StandardCharsets.UTF_8);
        }
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
