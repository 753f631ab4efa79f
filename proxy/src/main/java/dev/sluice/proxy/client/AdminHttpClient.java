package dev.sluice.proxy.client;

import dev.sluice.proxy.admin.json.InvalidJsonException;
import dev.sluice.proxy.admin.json.JsonCodec;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Calls the admin port of one sidecar. Not by HttpURLConnection: that logs each request's headers, the token among them, where
 * a logger shows all.
 */
final class AdminHttpClient {
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(30);
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

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
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path))
                    .timeout(READ_TIMEOUT)
                    .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
            token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
            if (!ifMatch.isEmpty()) {
                request.header("If-Match", ifMatch);
            }
            HttpResponse<InputStream> response = CLIENT.send(request.build(), BodyHandlers.ofInputStream());
            String text = text(response.body());
            String etag = response.headers().firstValue("ETag").orElse("");
            return new AdminReply(response.statusCode(), text, bodyOf(text), etag);
        } catch (InvalidJsonException e) {
            throw new CommandFailure(ExitCode.FAILED, url + " is no admin port of a sidecar: " + e.getMessage());
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.FAILED, url + " can't be asked: " + reason(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.FAILED, url + " can't be asked: interrupted");
        }
    }

    private static Map<String, Object> bodyOf(String text) throws InvalidJsonException {
        return text.isBlank() ? Map.of() : JsonCodec.readObject(text);
    }

    private static String text(InputStream in) throws IOException {
        try (in) {
            return new String(in.readNBytes(RESPONSE_BYTES_MAX), StandardCharsets.UTF_8);
        }
    }

    private static String reason(IOException e) {
        if (e instanceof HttpTimeoutException) {
            return "no response in time";
        }
        if (e instanceof ConnectException) {
            return hasCause(e, UnresolvedAddressException.class)
                    ? "there is no such host"
                    : "nothing listens there; name the admin port with --admin";
        }
        return String.valueOf(e.getMessage());
    }

    private static boolean hasCause(Throwable e, Class<? extends Throwable> type) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }
}
