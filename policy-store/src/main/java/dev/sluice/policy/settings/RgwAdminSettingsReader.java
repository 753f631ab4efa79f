package dev.sluice.policy.settings;

import dev.sluice.common.HostPort;
import dev.sluice.policy.hocon.ConfigSection;
import dev.sluice.policy.hocon.ParsedValue;
import dev.sluice.policy.hocon.ProblemTexts;
import dev.sluice.policy.hocon.ValueParser;
import dev.sluice.policy.hocon.ValueParsers;
import dev.sluice.policy.identity.SecretKey;
import dev.sluice.policy.keys.GatewayTrust;
import dev.sluice.policy.listen.AddressParser;
import dev.sluice.policy.rgw.client.RgwAdminSettings;
import dev.sluice.policy.rgw.client.RgwLimitsReach;
import dev.sluice.policy.rgw.client.RgwLimitsUse;
import dev.sluice.policy.rgw.client.SecretKeyFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;

/** Reads the {@code rgw-admin} section. */
final class RgwAdminSettingsReader {
    private static final String ENDPOINT = "endpoint";
    private static final String ACCESS_KEY = "access-key";
    private static final String SECRET_KEY_FILE = "secret-key-file";
    private static final String HTTP = "http://";
    private static final String HTTPS = "https://";
    private static final String ENDPOINT_HINT = "write http://host:port or https://host:port; \"\" is the upstream";
    private static final int KEY_CHARS_MAX = 128;
    private static final int RATE_MAX = 10_000;
    private static final ValueParser<Duration> INTERVAL =
            ValueParsers.duration(Duration.ofSeconds(1), Duration.ofHours(24), "30s");

    private final ConfigSection section;
    private final BiFunction<ConfigSection, String, Optional<Path>> paths;

    /**
     * Creates a reader.
     *
     * @param paths resolves the path that a key names, or reports it as bad
     */
    RgwAdminSettingsReader(ConfigSection section, BiFunction<ConfigSection, String, Optional<Path>> paths) {
        this.section = section;
        this.paths = paths;
    }

    /** Where the API is. */
    private record Endpoint(HostPort address, boolean isTls) {}

    /**
     * Reads the section; empty: RGW isn't asked, or something is wrong and was reported.
     *
     * @param domains {@code listen.s3-domains}
     * @param upstream empty: something is wrong with it
     */
    Optional<RgwAdminSettings> read(
            List<String> domains, Optional<Settings.Upstream> upstream, GatewaySettings gateway) {
        Optional<Endpoint> endpoint =
                text(ENDPOINT).isEmpty() ? Optional.empty() : section.value(ENDPOINT, RgwAdminSettingsReader::endpoint);
        Optional<String> accessKey =
                text(ACCESS_KEY).isEmpty() ? Optional.empty() : section.value(ACCESS_KEY, this::accessKey);
        Optional<Path> file =
                text(SECRET_KEY_FILE).isEmpty() ? Optional.empty() : paths.apply(section, SECRET_KEY_FILE);
        Optional<SecretKey> secret = file.flatMap(this::secret);
        Duration refresh = section.value("refresh", INTERVAL).orElse(RgwAdminSettings.REFRESH_DEFAULT);
        int rate = section.value("max-rate", RgwAdminSettingsReader::rate)
                .orElse(RgwAdminSettings.CALLS_PER_SECOND_DEFAULT);
        RgwAdminSettings.RgwLimits limits = limits();
        if (!isWanted() || upstream.isEmpty() || accessKey.isEmpty() || secret.isEmpty()) {
            return Optional.empty();
        }
        boolean isUpstream = endpoint.isEmpty();
        if (!text(ENDPOINT).isEmpty() && isUpstream) {
            return Optional.empty();
        }
        if (isUpstream && !gateway.apis().contains("admin")) {
            section.warn(
                    ACCESS_KEY,
                    "the gateway doesn't serve the Admin API: admin is not in gateway.apis",
                    "set endpoint to a gateway that does, or correct gateway.apis");
        }
        HostPort address =
                isUpstream ? upstream.get().address() : endpoint.get().address();
        return Optional.of(new RgwAdminSettings(
                address,
                isUpstream ? upstream.get().tls() : trust(endpoint.get(), upstream.get()),
                isUpstream && !domains.isEmpty() ? domains.get(0) : address.toString(),
                gateway.adminEntry(),
                accessKey.get(),
                file.orElseThrow(),
                secret.get(),
                refresh,
                rate,
                limits));
    }

    /** Whether any of the keys says so; reports what is missing then. */
    private boolean isWanted() {
        boolean hasKey = !text(ACCESS_KEY).isEmpty();
        boolean hasSecret = !text(SECRET_KEY_FILE).isEmpty();
        boolean hasEndpoint = !text(ENDPOINT).isEmpty();
        String hint = "\"sluice rgw-user\" makes the user and prints what to write here";
        if (!hasKey && (hasSecret || hasEndpoint)) {
            section.error(ACCESS_KEY, (hasSecret ? SECRET_KEY_FILE : ENDPOINT) + " is set and this is not", hint);
        } else if (hasKey && !hasSecret) {
            section.error(SECRET_KEY_FILE, "access-key is set and this is not", hint);
        }
        return hasKey && hasSecret;
    }

    private String text(String key) {
        return section.value(key, ValueParsers.any()).orElse("");
    }

    /** An endpoint of its own is trusted as the upstream is, where that has TLS. */
    private static Optional<GatewayTrust> trust(Endpoint endpoint, Settings.Upstream upstream) {
        return endpoint.isTls() ? Optional.of(upstream.tls().orElseGet(GatewayTrust.Platform::new)) : Optional.empty();
    }

    private Optional<SecretKey> secret(Path file) {
        ParsedValue<SecretKey> read = new SecretKeyFile(file).read();
        if (read instanceof ParsedValue.Bad<SecretKey> bad) {
            section.error(SECRET_KEY_FILE, bad.message(), bad.hint());
            return Optional.empty();
        }
        return Optional.of(((ParsedValue.Good<SecretKey>) read).value());
    }

    private RgwAdminSettings.RgwLimits limits() {
        RgwAdminSettings.RgwLimits usual = RgwAdminSettings.RgwLimits.DEFAULT;
        RgwLimitsUse use = section.value("limits", ValueParsers.word(List.of("off", "shadow", "enforce")))
                .map(word -> RgwLimitsUse.valueOf(word.toUpperCase(Locale.ROOT)))
                .orElse(usual.use());
        RgwLimitsReach reach = section.value("limits-are", ValueParsers.word(List.of("zone", "gateway")))
                .map(word -> RgwLimitsReach.valueOf(word.toUpperCase(Locale.ROOT)))
                .orElse(usual.reach());
        Duration interval = section.value("limits-interval", INTERVAL).orElse(usual.interval());
        return new RgwAdminSettings.RgwLimits(use, reach, interval);
    }

    /** Never shows the value: it may be the secret key, in the wrong place. */
    private ParsedValue<String> accessKey(String text) {
        boolean isKey = text.length() <= KEY_CHARS_MAX && text.chars().allMatch(c -> c > ' ' && c < 0x7f);
        return isKey
                ? ParsedValue.good(text)
                : ParsedValue.bad(
                        "this is not an access key: at most " + KEY_CHARS_MAX + " visible ASCII characters",
                        "write the access_key of the admin user");
    }

    private static ParsedValue<Endpoint> endpoint(String text) {
        boolean isTls = text.startsWith(HTTPS);
        if (!isTls && !text.startsWith(HTTP)) {
            return ParsedValue.bad(ProblemTexts.quote(text) + " is not an endpoint", ENDPOINT_HINT);
        }
        String bare = text.substring(isTls ? HTTPS.length() : HTTP.length());
        String address = bare.endsWith("/") ? bare.substring(0, bare.length() - 1) : bare;
        boolean hasPort = address.matches(".*:\\d+");
        ParsedValue<HostPort> parsed =
                AddressParser.hostPort(hasPort ? address : address + (isTls ? ":443" : ":80"), ENDPOINT_HINT);
        if (parsed instanceof ParsedValue.Bad<HostPort> bad) {
            return ParsedValue.bad(bad.message(), bad.hint());
        }
        HostPort good = ((ParsedValue.Good<HostPort>) parsed).value();
        return good.port() == 0
                ? ParsedValue.bad("port 0 can't be connected to", "use 1 to 65535")
                : ParsedValue.good(new Endpoint(good, isTls));
    }

    private static ParsedValue<Integer> rate(String text) {
        String number =
                text.endsWith("/s") ? text.substring(0, text.length() - 2).strip() : "";
        boolean isRate =
                number.matches("\\d{1,5}") && Integer.parseInt(number) >= 1 && Integer.parseInt(number) <= RATE_MAX;
        return isRate
                ? ParsedValue.good(Integer.parseInt(number))
                : ParsedValue.bad(
                        ProblemTexts.quote(text) + " is not a number of calls per second",
                        "use 1/s to " + RATE_MAX + "/s, such as 50/s");
    }
}
