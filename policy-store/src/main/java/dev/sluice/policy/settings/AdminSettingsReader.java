package dev.sluice.policy.settings;

import dev.sluice.common.HostPort;
import dev.sluice.policy.hocon.ConfigSection;
import dev.sluice.policy.hocon.FileContent;
import dev.sluice.policy.hocon.ParsedValue;
import dev.sluice.policy.hocon.ProblemTexts;
import dev.sluice.policy.hocon.ValueParsers;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Reads the {@code admin} section of a settings file, and the token of any section.
 *
 * @param paths resolves the path that a key names, or reports it as bad
 */
record AdminSettingsReader(ConfigSection section, BiFunction<ConfigSection, String, Optional<Path>> paths) {
    private static final String TOKEN_FILE = "token-file";
    private static final int TOKEN_BYTES_MAX = 4096;

    /**
     * Reads the section.
     *
     * @param address where the port listens; empty: what is written is bad
     */
    Optional<Settings.Admin> read(Optional<HostPort> address) {
        Optional<Path> tokenFile =
                section.value(TOKEN_FILE, ValueParsers.any()).orElse("").isEmpty()
                        ? Optional.empty()
                        : paths.apply(section, TOKEN_FILE);
        Optional<AdminToken> token = tokenFile.flatMap(path -> token(section, path));
        List<String> hosts = section.list("hosts", ConfigSection.LIST_SIZE_MAX, AdminSettingsReader::host);
        Optional<Integer> series = section.value("limit-series", AdminSettingsReader::series);
        if (address.isPresent() && !address.get().isLoopback() && token.isEmpty()) {
            if (tokenFile.isEmpty()) {
                section.error(
                        TOKEN_FILE,
                        "an admin address that isn't loopback needs a token",
                        "name a file that holds one, or listen on 127.0.0.1:9090");
            }
            return Optional.empty();
        }
        int limitSeries = series.orElse(Settings.Admin.LIMIT_SERIES_DEFAULT);
        return address.map(a -> new Settings.Admin(a, token, hosts, limitSeries));
    }

    private static ParsedValue<Integer> series(String text) {
        boolean isNumber = text.matches("\\d{1,4}") && Integer.parseInt(text) <= Settings.Admin.LIMIT_SERIES_MAX;
        return isNumber
                ? ParsedValue.good(Integer.parseInt(text))
                : ParsedValue.bad(
                        ProblemTexts.quote(text) + " is not a number from 0 to " + Settings.Admin.LIMIT_SERIES_MAX,
                        "write how many limits have metrics of their own, such as 20");
    }

    private static ParsedValue<String> host(String text) {
        String host = text.toLowerCase(Locale.ROOT);
        return HostPort.isHost(host)
                ? ParsedValue.good(host)
                : ParsedValue.bad(
                        ProblemTexts.quote(text) + " is not the name of a host",
                        "write a name without *, scheme and port, such as sluice.example.com");
    }

    /** The token in a file; empty: there is none, which is reported. */
    static Optional<AdminToken> token(ConfigSection section, Path path) {
        FileContent content = FileContent.read(path, TOKEN_BYTES_MAX);
        if (content instanceof FileContent.Unreadable unreadable) {
            section.error(
                    TOKEN_FILE, ProblemTexts.quote(path.toString()) + ": " + unreadable.message(), unreadable.hint());
            return Optional.empty();
        }
        String token = ((FileContent.Bytes) content).text().strip();
        if (!AdminToken.isGood(token)) {
            section.error(
                    TOKEN_FILE,
                    ProblemTexts.quote(path.toString()) + " doesn't hold a token: one line of " + AdminToken.CHARS_MIN
                            + " or more visible ASCII characters",
                    "make one with: openssl rand -hex 32");
            return Optional.empty();
        }
        return Optional.of(new AdminToken(token));
    }
}
