package dev.sluice.policy.settings;

import dev.sluice.common.HostPort;
import dev.sluice.policy.hocon.ConfigFile;
import dev.sluice.policy.hocon.ConfigSection;
import dev.sluice.policy.hocon.ParsedValue;
import dev.sluice.policy.hocon.ProblemCollector;
import dev.sluice.policy.hocon.ProblemTexts;
import dev.sluice.policy.hocon.ReadResult;
import dev.sluice.policy.hocon.ValueParser;
import dev.sluice.policy.hocon.ValueParsers;
import dev.sluice.policy.identity.VerifyMode;
import dev.sluice.policy.keys.GatewayTrust;
import dev.sluice.policy.listen.AddressParser;
import dev.sluice.policy.listen.ListenBounds;
import dev.sluice.policy.listen.ListenBoundsReader;
import dev.sluice.policy.listen.TrustedProxies;
import dev.sluice.policy.listen.TrustedProxiesReader;
import dev.sluice.policy.rgw.client.RgwAdminSettings;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the settings files of sidecars (config/sluice.conf) and relays (config/relay.conf). */
public final class SettingsFile {
    private static final String HOST_PORT = "write host:port, such as ";
    private static final Pattern DOMAIN = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?");
    private static final List<String> SIDECAR_KEYS = List.of(
            "listen", "upstream", "gateway", "identity", "rgw-admin", "limits-file", "limits-overlay", "access-log");
    private static final ValueParser<Duration> TIMEOUT = timeout("60s");
    private static final ValueParser<Duration> SHORT_TIMEOUT = timeout("10s");

    private final Path file;
    private final ProblemCollector problems;
    private final TlsSettingsReader tls;

    private SettingsFile(Path file, ProblemCollector problems, long nowWallMillis) {
        this.file = file;
        this.problems = problems;
        this.tls = new TlsSettingsReader((section, key) -> path(section, key, ""), nowWallMillis);
    }

    /** Reads the settings of a sidecar. Whatever is wrong becomes a problem, never an exception. */
    static SettingsReading read(Path file, long nowWallMillis) {
        ConfigFile source = ConfigFile.read(file);
        if (source.root().isEmpty()) {
            return new SettingsReading(
                    new ReadResult.Unusable<>(source.problems().sorted()), Optional.empty(), Optional.empty());
        }
        return new SettingsFile(file, source.problems(), nowWallMillis)
                .root(source.root().get());
    }

    /** Reads the settings of a quota service without a gateway. Keys that only a sidecar acts on are warnings. */
    static ReadResult<Settings.QuotaAlone> readQuotaAlone(Path file, long nowWallMillis) {
        ConfigFile source = ConfigFile.read(file);
        if (source.root().isEmpty()) {
            return new ReadResult.Unusable<>(source.problems().sorted());
        }
        return new SettingsFile(file, source.problems(), nowWallMillis)
                .quotaAlone(source.root().get());
    }

    /** Whether a file is for a quota service without a gateway: it has the one, and says nothing of the other. */
    static boolean isQuotaAlone(Path file) {
        Optional<ConfigSection> top = ConfigFile.read(file).root().map(root -> root.section("sluice"));
        return top.isPresent()
                && !top.get().has("upstream")
                && !top.get()
                        .section("quota")
                        .value("listen", ValueParsers.any())
                        .orElse("")
                        .isEmpty();
    }

    private ReadResult<Settings.QuotaAlone> quotaAlone(ConfigSection root) {
        ConfigSection top = top(root, "config/quota-service.conf");
        Optional<String> nodeId = nodeId(top);
        ConfigSection bus = top.section("sync");
        Optional<Settings.Sync> sync = syncReader(bus).read();
        Optional<Settings.Admin> admin = admin(top.section("admin"));
        Optional<Path> stateFile = stateFile(top);
        QuotaSettingsReader reader = quotaReader(top);
        Optional<Settings.Quota> quota = reader.read(reader.quotasFile());
        reader.check(quota, sync);
        if (root.has("sluice") && !reader.isOn()) {
            top.section("quota")
                    .error("listen", "this has no default here", "write an address, such as 127.0.0.1:6789");
        }
        if (admin.isPresent()) {
            new PortClashes(top, Optional.empty(), sync.flatMap(Settings.Sync::listen), admin.get())
                    .report(Optional.empty(), quota);
        }
        for (String key : SIDECAR_KEYS) {
            if (top.has(key)) {
                top.warn(
                        key,
                        "a quota service without a gateway doesn't act on this",
                        "run it by sluice proxy, or remove it");
            }
        }
        root.finish();
        boolean isComplete = sync.isPresent() && admin.isPresent() && quota.isPresent();
        return ReadResult.of(
                isComplete
                        ? Optional.of(new Settings.QuotaAlone(
                                nodeId.orElseGet(NodeNames::ofThisMachine),
                                stateFile,
                                sync.get(),
                                admin.get(),
                                quota.get()))
                        : Optional.empty(),
                problems.sorted());
    }

    private QuotaSettingsReader quotaReader(ConfigSection top) {
        return new QuotaSettingsReader(
                top.section("quota"),
                (section, key) -> path(section, key, ""),
                fallback -> file.resolveSibling(fallback),
                tls,
                AdminSettingsReader::token);
    }

    /** Reads the settings of a relay. Keys that only a sidecar acts on are unknown keys here. */
    static ReadResult<RelaySettings> readRelay(Path file) {
        ConfigFile source = ConfigFile.read(file);
        if (source.root().isEmpty()) {
            return new ReadResult.Unusable<>(source.problems().sorted());
        }
        return new SettingsFile(file, source.problems(), 0).relay(source.root().get());
    }

    private ReadResult<RelaySettings> relay(ConfigSection root) {
        ConfigSection top = top(root, "config/relay.conf");
        Optional<String> nodeId = nodeId(top);
        ConfigSection bus = top.section("sync");
        Optional<Settings.Sync> sync = syncReader(bus).read();
        Optional<Settings.Admin> admin = admin(top.section("admin"));
        if (sync.isPresent() && sync.get().listen().isEmpty()) {
            bus.error(
                    "listen",
                    "a relay needs an address that sidecars connect to",
                    "write one, such as tcp://0.0.0.0:7070");
        }
        if (sync.isPresent() && !sync.get().reach().relays().isEmpty()) {
            bus.error(
                    "relays",
                    "a relay connects to sidecars, not to other relays",
                    "list the sidecars in peers, or find them");
        }
        root.finish();
        return ReadResult.of(
                sync.flatMap(s -> admin.map(a -> new RelaySettings(nodeId.orElseGet(NodeNames::ofThisMachine), s, a))),
                problems.sorted());
    }

    private ConfigSection top(ConfigSection root, String example) {
        if (!root.has("sluice")) {
            problems.error(
                    List.of(), 1, "there is no sluice { ... } in this file", "see " + example + " for an example");
        }
        return root.section("sluice");
    }

    private static Optional<String> nodeId(ConfigSection top) {
        return top.value(
                        "node-id",
                        ValueParsers.name(NodeNames.ALLOWED, "use letters, digits and . _ : @ -, at most 253"))
                .filter(id -> !id.isEmpty());
    }

    private SettingsReading root(ConfigSection root) {
        ConfigSection top = top(root, "config/sluice.conf");
        Optional<String> nodeId = nodeId(top);
        Optional<Settings.Listen> listen = listen(top.section("listen"));
        // a file without sluice { } has one problem, not two
        Optional<Settings.Upstream> upstream =
                root.has("sluice") ? upstream(top.section("upstream")) : Optional.empty();
        GatewaySettings gateway = new GatewaySettingsReader(top.section("gateway")).read();
        Optional<Path> limitsFile = path(top, "limits-file", "limits.conf");
        Optional<Path> limitsOverlay = limitsFile.flatMap(beside -> limitsOverlay(top, beside));
        Optional<Path> stateFile = stateFile(top);
        VerifyMode verify = identity(top.section("identity"));
        Optional<RgwAdminSettings> rgwAdmin = new RgwAdminSettingsReader(
                        top.section("rgw-admin"), (section, key) -> path(section, key, ""))
                .read(listen.map(Settings.Listen::s3Domains).orElse(List.of()), upstream, gateway);
        Optional<Settings.Sync> sync = syncReader(top.section("sync")).read();
        Optional<Settings.Admin> admin = admin(top.section("admin"));
        QuotaSettingsReader quotaReader = quotaReader(top);
        Optional<Path> quotasFile = quotaReader.quotasFile();
        Optional<Settings.Quota> quota = quotaReader.read(quotasFile);
        quotaReader.check(quota, sync);
        Optional<AccessLogSettings> accessLog =
                new AccessLogSettingsReader(top.section("access-log"), (section, key) -> path(section, key, "")).read();
        if (listen.isPresent() && admin.isPresent()) {
            new PortClashes(top, Optional.of(listen.get().address()), sync.flatMap(Settings.Sync::listen), admin.get())
                    .report(upstream, quota);
        }
        root.finish();

        boolean isComplete = listen.isPresent()
                && upstream.isPresent()
                && limitsFile.isPresent()
                && sync.isPresent()
                && admin.isPresent()
                && (quota.isPresent() || !quotaReader.isOn());
        Optional<Settings> settings = isComplete
                ? Optional.of(new Settings(
                        nodeId.orElseGet(NodeNames::ofThisMachine),
                        listen.orElseThrow(),
                        upstream.orElseThrow(),
                        limitsFile.orElseThrow(),
                        limitsOverlay,
                        stateFile,
                        sync.orElseThrow(),
                        admin.orElseThrow(),
                        gateway,
                        rgwAdmin,
                        verify,
                        quota,
                        accessLog))
                : Optional.empty();
        return new SettingsReading(
                ReadResult.of(settings, problems.sorted()), limitsFile, quotasFile.filter(path -> quotaReader.isOn()));
    }

    private Optional<Settings.Listen> listen(ConfigSection listen) {
        Optional<HostPort> address = address(listen, new HostPort("0.0.0.0", 8080));
        Optional<Settings.ListenTls> identity = tls.listen(listen.section("tls"));
        TrustedProxies trusted = new TrustedProxiesReader(listen).read();
        List<String> domains = listen.list("s3-domains", ConfigSection.LIST_SIZE_MAX, SettingsFile::domain);
        int maxHeadBytes = listen.value(
                        "max-head", ValueParsers.bytes(1 << 10, 1 << 20, "1 KiB to 1 MiB, such as 32 KiB"))
                .orElse(32 << 10);
        Duration idle = listen.value("idle-timeout", TIMEOUT).orElse(Duration.ofSeconds(60));
        Duration head = listen.value("head-timeout", SHORT_TIMEOUT).orElse(Duration.ofSeconds(10));
        ListenBounds bounds = ListenBoundsReader.read(listen);
        return address.map(a -> new Settings.Listen(a, domains, maxHeadBytes, idle, head, trusted, bounds, identity));
    }

    private Optional<Settings.Upstream> upstream(ConfigSection upstream) {
        String example = "127.0.0.1:7480";
        if (!upstream.has("address")) {
            upstream.error("address", "this has no default", "write where the gateway is, such as " + example);
        }
        Optional<HostPort> address = upstream.value("address", text -> fixedPort(text, example));
        Optional<GatewayTrust> trust = tls.upstream(upstream.section("tls"));
        Duration connect = upstream.value("connect-timeout", SHORT_TIMEOUT).orElse(Duration.ofSeconds(2));
        Duration response = upstream.value("response-timeout", TIMEOUT).orElse(Duration.ofSeconds(60));
        Duration idle = upstream.value("idle-timeout", TIMEOUT).orElse(Duration.ofSeconds(30));
        return address.map(a -> new Settings.Upstream(a, connect, response, idle, trust));
    }

    private static VerifyMode identity(ConfigSection identity) {
        List<String> words =
                Arrays.stream(VerifyMode.values()).map(VerifyMode::key).toList();
        String word = identity.value("verify", ValueParsers.word(words)).orElse(VerifyMode.AUTO.key());
        return VerifyMode.valueOf(word.toUpperCase(Locale.ROOT));
    }

    private Optional<Settings.Admin> admin(ConfigSection admin) {
        return new AdminSettingsReader(admin, (section, key) -> path(section, key, ""))
                .read(address(admin, new HostPort("127.0.0.1", 9090)));
    }

    /** A file beside the limits file, if none is named; "": limits can't be set by command. */
    private Optional<Path> limitsOverlay(ConfigSection top, Path limitsFile) {
        if (!top.has("limits-overlay")) {
            return Optional.of(limitsFile.resolveSibling("limits-overlay.conf"));
        }
        if (top.value("limits-overlay", ValueParsers.any()).orElse("").isEmpty()) {
            return Optional.empty();
        }
        Optional<Path> file = path(top, "limits-overlay", "");
        if (file.filter(limitsFile::equals).isPresent()) {
            top.error("limits-overlay", "this is the limits file", "name another file, or leave the key out");
            return Optional.empty();
        }
        return file;
    }

    /** A directory that is missing may be mounted later: the sidecar starts, and tries again and again. */
    private Optional<Path> stateFile(ConfigSection top) {
        if (top.value("state-file", ValueParsers.any()).orElse("").isEmpty()) {
            return Optional.empty();
        }
        Optional<Path> file = path(top, "state-file", "");
        Optional<Path> directory = file.map(path -> path.toAbsolutePath().getParent());
        if (directory.isPresent() && !Files.isDirectory(directory.get())) {
            top.warn(
                    "state-file",
                    ProblemTexts.quote(directory.get().toString()) + " is not a directory",
                    "make it, writable for the sidecar");
        } else if (file.filter(Files::isDirectory).isPresent()) {
            top.warn("state-file", ProblemTexts.quote(file.get().toString()) + " is a directory", "name a file");
        }
        return file;
    }

    private SyncSettingsReader syncReader(ConfigSection sync) {
        return new SyncSettingsReader(sync, new CurveSettingsReader(sync, (section, key) -> path(section, key, "")));
    }

    private Optional<Path> path(ConfigSection section, String key, String fallback) {
        return section.value(
                        key, text -> text.isEmpty() ? ParsedValue.bad("this is empty", "name a file") : resolve(text))
                .or(() -> section.has(key) || fallback.isEmpty()
                        ? Optional.empty()
                        : Optional.of(file.resolveSibling(fallback)));
    }

    private ParsedValue<Path> resolve(String text) {
        try {
            return ParsedValue.good(file.resolveSibling(text));
        } catch (InvalidPathException e) {
            return ParsedValue.bad(ProblemTexts.quote(text) + " is not a path", "name a file");
        }
    }

    private static Optional<HostPort> address(ConfigSection section, HostPort fallback) {
        return section.has("address")
                ? section.value("address", text -> AddressParser.hostPort(text, HOST_PORT + fallback))
                : Optional.of(fallback);
    }

    /** Parses an address to connect to, which needs a port. */
    private static ParsedValue<HostPort> fixedPort(String text, String example) {
        if (text.isEmpty()) {
            return ParsedValue.bad("this is empty", HOST_PORT + example);
        }
        ParsedValue<HostPort> parsed = AddressParser.hostPort(text, HOST_PORT + example);
        return parsed instanceof ParsedValue.Good<HostPort> good && good.value().port() == 0
                ? ParsedValue.bad("port 0 can't be connected to", "use 1 to 65535")
                : parsed;
    }

    private static ParsedValue<String> domain(String text) {
        String domain = text.toLowerCase(Locale.ROOT);
        return DOMAIN.matcher(domain).matches() && !domain.contains("..")
                ? ParsedValue.good(domain)
                : ParsedValue.bad(
                        ProblemTexts.quote(text) + " is not a domain",
                        "write a name without *, scheme and port, such as s3.example.com");
    }

    private static ValueParser<Duration> timeout(String example) {
        return ValueParsers.duration(Duration.ofMillis(10), Duration.ofHours(24), example);
    }
}
