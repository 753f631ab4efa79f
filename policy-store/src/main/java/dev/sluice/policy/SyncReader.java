package dev.sluice.policy;

import dev.sluice.limits.OnPartition;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the {@code sync} section of a settings file. */
record SyncReader(Section section, CurveReader curve) {
    private static final Pattern CLUSTER = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,63}");
    private static final String SCHEME = "tcp://";
    private static final String EXAMPLE = "tcp://rgw2:7070";

    Optional<Settings.Sync> read() {
        boolean isOff = section.value("listen", Values.any()).orElse("-").isEmpty();
        Optional<SyncTrust> trust = curve.read();
        boolean staysHere =
                trust.filter(SyncTrust.ThisMachine.class::isInstance).isPresent();
        Optional<HostPort> listen = isOff ? Optional.empty() : listen(staysHere);
        if (!section.value("advertise", Values.any()).orElse("").isEmpty()) {
            section.warn(
                    "advertise",
                    "this is not in this release: sidecars find each other by peers and discovery",
                    "write \"\"");
        }
        String cluster = section.value("cluster", Values.name(CLUSTER, "use letters, digits and . _ -, at most 64"))
                .orElse("default");
        Duration interval = section.value(
                        "interval", Values.duration(Settings.Sync.INTERVAL_MIN, Settings.Sync.INTERVAL_MAX, "100ms"))
                .orElse(Duration.ofMillis(100));
        List<HostPort> peers = peers();
        boolean isSearched = section.section("discovery").has("dns")
                || section.section("discovery").has("ceph-service-map");
        Optional<PeerDiscovery> discovery = new DiscoveryReader(section.section("discovery")).read();
        OnPartition onPartition = section.value(
                        "on-partition", Values.word(List.of("auto", "quorum", "static", "open")))
                .flatMap(OnPartition::ofKey)
                .orElse(OnPartition.AUTO);
        if (staysHere && listen.filter(address -> !address.isLoopback()).isPresent()) {
            curve.refuseToLeave("listen", Texts.quote(listen.get().tcpUri()) + " is reached from other machines");
            return Optional.empty();
        }
        Optional<HostPort> remote =
                peers.stream().filter(peer -> !peer.isLoopback()).findFirst();
        if (staysHere && !isOff && remote.isPresent()) {
            curve.refuseToLeave("peers", Texts.quote(remote.get().tcpUri()) + " is on another machine");
            return Optional.empty();
        }
        if (staysHere && !isOff && isSearched) {
            curve.refuseToLeave("discovery", "what it finds is on other machines");
            return Optional.empty();
        }
        if (isOff && isSearched) {
            section.error("discovery", "sync.listen is empty, so there is no bus for peers", "remove one of the two");
        }
        if (isOff && !peers.isEmpty()) {
            section.error("peers", "sync.listen is empty, so there is no bus for them", "remove one of the two");
        }
        boolean isWrong = trust.isEmpty() || (!isOff && listen.isEmpty());
        return isWrong
                ? Optional.empty()
                : Optional.of(new Settings.Sync(listen, cluster, interval, peers, onPartition, trust.get(), discovery));
    }

    private Optional<HostPort> listen(boolean staysHere) {
        return section.has("listen")
                ? section.value("listen", text -> endpoint(text, "tcp://0.0.0.0:7070"))
                : Optional.of(new HostPort(staysHere ? "127.0.0.1" : "0.0.0.0", 7070));
    }

    private List<HostPort> peers() {
        List<HostPort> peers = section.list("peers", SettingsFile.LIST_SIZE_MAX, text -> {
            Parsed<HostPort> endpoint = endpoint(text, EXAMPLE);
            return endpoint instanceof Parsed.Good<HostPort> good
                            && good.value().port() == 0
                    ? Parsed.bad(Texts.quote(text) + ": port 0 can't be connected to", "use 1 to 65535")
                    : endpoint;
        });
        List<HostPort> distinct = List.copyOf(new LinkedHashSet<>(peers));
        if (distinct.size() < peers.size()) {
            section.warn("peers", "a peer is listed twice", "keep one");
        }
        return distinct;
    }

    private static Parsed<HostPort> endpoint(String text, String example) {
        String hint = "write tcp://host:port, such as " + example;
        return text.startsWith(SCHEME)
                ? HostPort.parse(text.substring(SCHEME.length()), hint)
                : Parsed.bad(Texts.quote(text) + " is not an endpoint", hint);
    }
}
