package dev.sluice.proxy.client;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which sidecars a command talks to, and the token that it presents.
 *
 * @param urls of admin ports
 * @param token may be empty: none
 */
public record AdminTarget(List<URI> urls, Optional<String> token) {
    /** Names the admin port, where the command line doesn't. */
    public static final String URL_VARIABLE = "SLUICE_ADMIN";
    /** Holds the token, where no file is named. */
    public static final String TOKEN_VARIABLE = "SLUICE_ADMIN_TOKEN";
    /** Names a file with the token, where the command line doesn't. */
    public static final String TOKEN_FILE_VARIABLE = "SLUICE_ADMIN_TOKEN_FILE";

    private static final String DEFAULT_URL = "http://127.0.0.1:9090";

    public AdminTarget {
        urls = List.copyOf(urls);
    }

    /**
     * Reads what was given.
     *
     * @param urls one, or several with commas; empty: by the environment, else the local one
     * @param tokenFile empty: by the environment
     */
    static AdminTarget of(String urls, String tokenFile, Map<String, String> environment) throws CommandFailure {
        String given = urls.isEmpty() ? environment.getOrDefault(URL_VARIABLE, DEFAULT_URL) : urls;
        List<URI> parsed = new ArrayList<>();
        for (String url : given.split(",", -1)) {
            parsed.add(parse(url.strip()));
        }
        return new AdminTarget(parsed, token(tokenFile, environment));
    }

    private static URI parse(String text) throws CommandFailure {
        String url = text.contains("://") ? text : "http://" + text;
        try {
            URI uri = new URI(url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
            boolean isHttp = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (isHttp && uri.getHost() != null && uri.getRawQuery() == null && uri.getRawUserInfo() == null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // the same message says what would be right
        }
        // A token in the wrong place is not to be shown.
        boolean mayHoldToken = text.indexOf('@') >= 0 || text.indexOf('?') >= 0;
        throw new CommandFailure(
                ExitCode.BAD_USAGE,
                (mayHoldToken ? "what is given" : "\"" + text + "\"") + " is no address of an admin port, such as "
                        + DEFAULT_URL + "; a token is read from a file");
    }

    private static Optional<String> token(String tokenFile, Map<String, String> environment) throws CommandFailure {
        String file = tokenFile.isEmpty() ? environment.getOrDefault(TOKEN_FILE_VARIABLE, "") : tokenFile;
        if (file.isEmpty()) {
            Optional<String> token = Optional.ofNullable(environment.get(TOKEN_VARIABLE))
                    .map(String::strip)
                    .filter(given -> !given.isEmpty());
            return token.isPresent() ? Optional.of(checked(token.get(), TOKEN_VARIABLE)) : token;
        }
        try {
            return Optional.of(checked(Files.readString(Path.of(file)).strip(), "the token file " + file));
        } catch (IOException | InvalidPathException e) {
            throw new CommandFailure(ExitCode.BAD_USAGE, "the token file " + file + " can't be read");
        }
    }

    /** The client of the JDK would quote a header that it can't send. */
    private static String checked(String token, String source) throws CommandFailure {
        if (token.isEmpty() || !token.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new CommandFailure(
                    ExitCode.BAD_USAGE, source + " doesn't hold a token: one line of visible ASCII characters");
        }
        return token;
    }

    /** Without the token. */
    @Override
    public String toString() {
        return urls.toString();
    }
}
