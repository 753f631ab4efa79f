package dev.sluice.policy.settings;

import dev.sluice.common.HostPort;
import dev.sluice.limits.model.OnPartition;
import dev.sluice.policy.hocon.ConfigSection;
import dev.sluice.policy.hocon.ParsedValue;
import dev.sluice.policy.hocon.ProblemTexts;
import dev.sluice.policy.hocon.ValueParsers;
import dev.sluice.policy.listen.AddressParser;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the {@code sync} section of a settings file. */
record SyncSettingsReader(ConfigSection section, CurveSettingsReader curve) {
    private static final Pattern CLUSTER = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,63}");
    private static final String SCHEME = "tcp://";
    private static final String PER_SECOND = "/s";
    private static final int RATE_MIN = 10_000;
    private static final int RATE_MAX = 1_000_000_000;
    private static final String EXAMPLE = "tcp://rgw2:7070";

    Optional<Settings.Sync> read() {
        boolean isOff = section.value("listen", ValueParsers.any()).orElse("-").isEmpty();
        Optional<SyncTrust> trust = curve.read();
        boolean isLoopbackOnly =
                trust.filter(SyncTrust.LoopbackOnly.class::isInstance).isPresent();
        Optional<HostPort> listen = isOff ? Optional.empty() : listen(isLoopbackOnly);
        Settings.Reach reach = reach();
        int rate = section.value("max-rate", SyncSettingsReader::rate).orElse(Settings.Sync.RATE_DEFAULT);
        String cluster = section.value(
                        "cluster", ValueParsers.name(CLUSTER, "use letters, digits and . _ -, at most 64"))
                .orElse("default");
        Duration interval = section.value(
                        "interval",
                        ValueParsers.duration(Settings.Sync.INTERVAL_MIN, Settings.Sync.INTERVAL_MAX, "100ms"))
                .orElse(Duration.ofMillis(100));
        List<HostPort> peers = endpoints("peers", "peer");
        boolean hasDiscovery = section.section("discovery").has("dns")
                || section.section("discovery").has("ceph-service-map");
        Optional<PeerDiscovery> discovery = new DiscoverySettingsReader(section.section("discovery")).read();
        OnPartition onPartition = section.value(
                        "on-partition", ValueParsers.word(List.of("auto", "quorum", "static", "open")))
                .flatMap(OnPartition::ofKey)
                .orElse(OnPartition.AUTO);
        if (isLoopbackOnly && listen.filter(address -> !address.isLoopback()).isPresent()) {
            curve.requireKeys("listen", ProblemTexts.quote(listen.get().tcpUri()) + " is reached from other machines");
            return Optional.empty();
        }
        if (isLoopbackOnly && !isOff && reach.relays().stream().anyMatch(relay -> !relay.isLoopback())) {
            curve.requireKeys("relays", "one of them is on another machine");
            return Optional.empty();
        }
        Optional<HostPort> remote =
                peers.stream().filter(peer -> !peer.isLoopback()).findFirst();
        if (isLoopbackOnly && !isOff && remote.isPresent()) {
            curve.requireKeys("peers", ProblemTexts.quote(remote.get().tcpUri()) + " is on another machine");
            return Optional.empty();
        }
        if (isLoopbackOnly && !isOff && hasDiscovery) {
            curve.requireKeys("discovery", "what it finds is on other machines");
            return Optional.empty();
        }
        if (isOff && hasDiscovery) {
            section.error("discovery", "sync.listen is empty, so there is no bus for peers", "remove one of the two");
        }
        if (isOff && !peers.isEmpty()) {
            section.error("peers", "sync.listen is empty, so there is no bus for them", "remove one of the two");
        }
        if (isOff && !reach.relays().isEmpty()) {
            section.error("relays", "sync.listen is empty, so there is no bus for them", "remove one of the two");
        }
        boolean isWrong = trust.isEmpty() || (!isOff && listen.isEmpty());
        return isWrong
                ? Optional.empty()
                : Optional.of(new Settings.Sync(
                        listen, cluster, interval, peers, onPartition, trust.get(), discovery, rate, reach));
    }

    private Optional<HostPort> listen(boolean isLoopbackOnly) {
        return section.has("listen")
                ? section.value("listen", text -> endpoint(text, "tcp://0.0.0.0:7070"))
                : Optional.of(new HostPort(isLoopbackOnly ? "127.0.0.1" : "0.0.0.0", 7070));
    }

    private Settings.Reach reach() {
        Optional<HostPort> advertise = section.value("advertise", ValueParsers.any())
                .filter(text -> !text.isEmpty())
                .flatMap(text -> section.value("advertise", SyncSettingsReader::advertised));
        int nodes = section.value("nodes", SyncSettingsReader::nodes).orElse(0);
        return new Settings.Reach(advertise, endpoints("relays", "relay"), nodes);
    }

    private List<HostPort> endpoints(String key, String word) {
        List<HostPort> all = section.list(key, ConfigSection.LIST_SIZE_MAX, SyncSettingsReader::connectable);
        List<HostPort> distinct = List.copyOf(new LinkedHashSet<>(all));
        if (distinct.size() < all.size()) {
            section.warn(key, "a " + word + " is listed twice", "keep one");
        }
        return distinct;
    }

    private static ParsedValue<HostPort> connectable(String text) {
        ParsedValue<HostPort> endpoint = endpoint(text, EXAMPLE);
        return endpoint instanceof ParsedValue.Good<HostPort> good
                        && good.value().port() == 0
                ? ParsedValue.bad(ProblemTexts.quote(text) + ": port 0 can't be connected to", "use 1 to 65535")
                : endpoint;
    }

    private static ParsedValue<HostPort> advertised(String text) {
        ParsedValue<HostPort> endpoint = connectable(text);
        return endpoint instanceof ParsedValue.Good<HostPort> good
                        && good.value().isWildcard()
                ? ParsedValue.bad(
                        ProblemTexts.quote(text) + " stands for all addresses", "write the one that others connect to")
                : endpoint;
    }

    private static ParsedValue<Integer> nodes(String text) {
        boolean isNumber = text.matches("\\d{1,4}") && Integer.parseInt(text) <= ConfigSection.LIST_SIZE_MAX;
        return isNumber
                ? ParsedValue.good(Integer.parseInt(text))
                : ParsedValue.bad(
                        ProblemTexts.quote(text) + " is not a number of sidecars",
                        "use 0 to " + ConfigSection.LIST_SIZE_MAX + "; 0: as many as are listed or have been seen");
    }

    private static ParsedValue<Integer> rate(String text) {
        String hint = "use 10 kB/s to 1 GB/s, such as 2.5 MB/s";
        String amount = text.endsWith(PER_SECOND)
                ? text.substring(0, text.length() - PER_SECOND.length()).strip()
                : "";
        ParsedValue<Integer> bytes = ValueParsers.bytes(RATE_MIN, RATE_MAX, "").parse(amount);
        return bytes instanceof ParsedValue.Good<Integer>
                ? bytes
                : ParsedValue.bad(ProblemTexts.quote(text) + " is not a rate in range", hint);
    }

    private static ParsedValue<HostPort> endpoint(String text, String example) {
        String hint = "write tcp://host:port, such as " + example;
        return text.startsWith(SCHEME)
                ? AddressParser.hostPort(text.substring(SCHEME.length()), hint)
                : ParsedValue.bad(ProblemTexts.quote(text) + " is not an endpoint", hint);
    }
}
