package dev.sluice.policy.settings;

import dev.sluice.common.HostPort;
import dev.sluice.common.QuotaRole;
import dev.sluice.policy.hocon.ConfigSection;
import dev.sluice.policy.hocon.ParsedValue;
import dev.sluice.policy.hocon.ProblemTexts;
import dev.sluice.policy.hocon.ValueParser;
import dev.sluice.policy.hocon.ValueParsers;
import dev.sluice.policy.keys.GatewayTrust;
import dev.sluice.policy.listen.AddressParser;
import dev.sluice.policy.listen.ListenBoundsReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Reads the {@code quota} section of a settings file. What this release can't do yet is an error: nobody shall rely on it. */
final class QuotaSettingsReader {
    private static final String LISTEN = "listen";
    private static final String QUOTAS_FILE = "quotas-file";
    private static final String OVERLAY = "quotas-overlay";
    private static final String TOKEN_FILE = "token-file";
    private static final String LISTEN_HINT = "write host:port, such as 127.0.0.1:6789";

    private static final List<String> ROLES = List.of("proxy", "rate", "alloc");
    private static final String ROLES_KEY = "roles";
    private static final int BATCH_MAX = 100_000;
    private static final int KEYS_MAX = 100_000_000;
    private static final ValueParser<Duration> KEEP =
            ValueParsers.duration(Duration.ofSeconds(1), Duration.ofDays(7), "15m");

    private final ConfigSection section;
    private final BiFunction<ConfigSection, String, Optional<Path>> paths;
    private final Function<String, Path> defaults;
    private final TlsSettingsReader tls;
    private final BiFunction<ConfigSection, Path, Optional<AdminToken>> tokens;
    private final boolean isOn;

    /**
     * Reads nothing yet.
     *
     * @param paths resolves the path that a key names, or reports it as bad
     * @param defaults resolves the default of a path
     * @param tokens reads the token of the file that {@code token-file} names, or reports it as bad
     */
    QuotaSettingsReader(
            ConfigSection section,
            BiFunction<ConfigSection, String, Optional<Path>> paths,
            Function<String, Path> defaults,
            TlsSettingsReader tls,
            BiFunction<ConfigSection, Path, Optional<AdminToken>> tokens) {
        this.section = section;
        this.paths = paths;
        this.defaults = defaults;
        this.tls = tls;
        this.tokens = tokens;
        this.isOn = !section.value(LISTEN, ValueParsers.any()).orElse("").isEmpty();
    }

    /** Whether there is to be a quota service. */
    boolean isOn() {
        return isOn;
    }

    /** Where its quotas are; empty: the path is wrong and was reported. To be called once. */
    Optional<Path> quotasFile() {
        return path(QUOTAS_FILE, "quotas.conf");
    }

    /**
     * The settings; empty: there is no quota service, or something is wrong and was reported.
     *
     * @param quotasFile as {@link #quotasFile} gave it
     */
    Optional<Settings.Quota> read(Optional<Path> quotasFile) {
        Optional<HostPort> listen =
                isOn ? section.value(LISTEN, text -> AddressParser.hostPort(text, LISTEN_HINT)) : Optional.empty();
        Optional<AdminToken> token = token(listen);
        Optional<Settings.ListenTls> identity = tls.listen(section.section("tls"));
        Optional<GatewayTrust> nodeTrust = tls.upstream(section.section("tls"));
        Set<QuotaRole> roles = roles(identity.isPresent() && nodeTrust.isEmpty());
        Optional<Path> overlay = quotasFile.flatMap(this::overlay);
        OptionalInt maxConnections = section.value("max-connections", ListenBoundsReader::connections)
                .orElse(OptionalInt.empty());
        int maxBody = section.value(
                        "max-body", ValueParsers.bytes(1 << 10, 16 << 20, "1 KiB to 16 MiB, such as 64 KiB"))
                .orElse(64 << 10);
        int maxBatch = section.value("max-batch", whole(1, BATCH_MAX, "1000")).orElse(1000);
        Optional<Settings.Envoy> envoy = envoy(section.section("envoy"), token);
        if (envoy.isPresent() && !roles.contains(QuotaRole.RATE)) {
            section.error(
                    ROLES_KEY,
                    "quota.envoy.listen needs the role rate",
                    "add it, or serve Envoy at a node that has it");
        }
        Optional<Settings.Alloc> alloc = alloc(section.section("alloc"));
        boolean isOpen = listen.isPresent() && !listen.get().isLoopback() && token.isEmpty();
        if (listen.isEmpty() || isOpen || quotasFile.isEmpty() || alloc.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Settings.Quota(
                listen.get(),
                token,
                identity,
                nodeTrust,
                roles,
                quotasFile.get(),
                overlay,
                maxConnections,
                maxBody,
                maxBatch,
                envoy,
                alloc.get()));
    }

    private static Optional<Settings.Envoy> envoy(ConfigSection envoy, Optional<AdminToken> token) {
        boolean isShadow = envoy.value("shadow", ValueParsers.onOff()).orElse(false);
        if (envoy.value(LISTEN, ValueParsers.any()).orElse("").isEmpty()) {
            return Optional.empty();
        }
        Optional<HostPort> listen =
                envoy.value(LISTEN, text -> AddressParser.hostPort(text, "write host:port, such as 127.0.0.1:8081"));
        if (token.isEmpty() && listen.filter(address -> !address.isLoopback()).isPresent()) {
            envoy.error(
                    LISTEN,
                    "an address that isn't loopback needs a token",
                    "set quota.token-file, or listen on 127.0.0.1:8081");
            return Optional.empty();
        }
        return listen.map(address -> new Settings.Envoy(address, isShadow));
    }

    private Optional<AdminToken> token(Optional<HostPort> listen) {
        boolean isNamed =
                !section.value(TOKEN_FILE, ValueParsers.any()).orElse("").isEmpty();
        if (!isNamed && listen.filter(address -> !address.isLoopback()).isPresent()) {
            section.error(
                    TOKEN_FILE,
                    "a quota address that isn't loopback needs a token",
                    "name a file that holds one, or listen on 127.0.0.1:6789");
        }
        return isNamed
                ? paths.apply(section, TOKEN_FILE).flatMap(file -> tokens.apply(section, file))
                : Optional.empty();
    }

    /** @param cannotForward whether nodes have TLS, and nobody says how their certificates are checked */
    private Set<QuotaRole> roles(boolean cannotForward) {
        if (!section.has(ROLES_KEY)) {
            return QuotaRole.ALL;
        }
        Set<QuotaRole> roles = new HashSet<>();
        section.list(ROLES_KEY, ROLES.size(), ValueParsers.word(ROLES))
                .forEach(word -> QuotaRole.ofKey(word).ifPresent(roles::add));
        if (roles.isEmpty()) {
            section.error(ROLES_KEY, "a role at least is needed", "use some of proxy, rate and alloc, or leave it out");
            return QuotaRole.ALL;
        }
        if (cannotForward && !roles.containsAll(Set.of(QuotaRole.RATE, QuotaRole.ALLOC))) {
            section.error(
                    ROLES_KEY,
                    "roles apart with quota.tls need quota.tls.ca-file: calls go to other nodes, whose certificates it checks",
                    "name the PEM file with the authority of the nodes' certificates, or system");
        }
        return roles;
    }

    /** Reports roles apart without the sync by which nodes find each other. */
    void check(Optional<Settings.Quota> quota, Optional<Settings.Sync> sync) {
        boolean isApart = quota.filter(read -> !read.roles().containsAll(Set.of(QuotaRole.RATE, QuotaRole.ALLOC)))
                .isPresent();
        if (isApart && sync.filter(read -> read.listen().isEmpty()).isPresent()) {
            section.error(
                    ROLES_KEY,
                    "nodes with roles apart find each other by sync, which is off",
                    "set sync.listen and sync.peers, or use [proxy, rate, alloc]");
        }
    }

    private Optional<Path> path(String key, String fallback) {
        return section.has(key) ? paths.apply(section, key) : Optional.of(defaults.apply(fallback));
    }

    /** A file beside the quotas file, if none is named; "": quotas can't be set through the API. */
    private Optional<Path> overlay(Path quotasFile) {
        if (!section.has(OVERLAY)) {
            return Optional.of(quotasFile.resolveSibling("quotas-overlay.conf"));
        }
        if (section.value(OVERLAY, ValueParsers.any()).orElse("").isEmpty()) {
            return Optional.empty();
        }
        Optional<Path> file = paths.apply(section, OVERLAY);
        if (file.filter(quotasFile::equals).isPresent()) {
            section.error(OVERLAY, "this is the quotas file", "name another file, or leave the key out");
            return Optional.empty();
        }
        return file;
    }

    private Optional<Settings.Alloc> alloc(ConfigSection alloc) {
        Optional<String> backend = alloc.has("backend")
                ? alloc.value("backend", ValueParsers.word(List.of("memory", "local", "raft")))
                : Optional.of("memory");
        if (backend.filter("raft"::equals).isPresent()) {
            alloc.error("backend", "raft is not available in this release", "use memory or local");
        }
        Optional<Path> directory = alloc.has("dir") ? paths.apply(alloc, "dir") : Optional.of(defaults.apply("data"));
        boolean isLocal = backend.filter("local"::equals).isPresent();
        if (isLocal && directory.filter(Files::isRegularFile).isPresent()) {
            alloc.error("dir", ProblemTexts.quote(directory.get().toString()) + " is a file", "name a directory");
        }
        ConfigSection idempotency = alloc.section("idempotency");
        Duration keep = idempotency.value("keep", KEEP).orElse(Duration.ofMinutes(15));
        int keysMax = idempotency.value("most", whole(1, KEYS_MAX, "1000000")).orElse(1_000_000);
        if (backend.isEmpty() || directory.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Settings.Alloc(isLocal ? directory : Optional.empty(), keep, keysMax));
    }

    private static ValueParser<Integer> whole(int min, int max, String example) {
        String hint = "use " + min + " to " + max + ", such as " + example;
        return text -> {
            if (!text.matches("\\d{1,9}")) {
                return ParsedValue.bad(ProblemTexts.quote(text) + " is not a whole number in range", hint);
            }
            int number = Integer.parseInt(text);
            return number < min || number > max
                    ? ParsedValue.bad(ProblemTexts.quote(text) + " is out of range", hint)
                    : ParsedValue.good(number);
        };
    }
}
