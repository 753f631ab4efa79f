package dev.sluice.policy.settings;

import dev.sluice.policy.hocon.ConfigSection;
import dev.sluice.policy.hocon.ParsedValue;
import dev.sluice.policy.hocon.ProblemTexts;
import dev.sluice.policy.hocon.ValueParsers;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads {@code sync.discovery}. */
record DiscoverySettingsReader(ConfigSection discovery) {
    private static final String DNS = "dns";
    private static final String SERVICE_MAP = "ceph-service-map";
    private static final String PORT = "port";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_.])?");
    private static final int WORDS_MAX = 64;

    /** Empty: there is none, or something is wrong and was reported. */
    Optional<PeerDiscovery> read() {
        boolean byDns = discovery.has(DNS);
        boolean byMap = discovery.has(SERVICE_MAP);
        Optional<PeerDiscovery> dns = byDns ? dns(discovery.section(DNS)) : Optional.empty();
        Optional<PeerDiscovery> map = byMap ? serviceMap(discovery.section(SERVICE_MAP)) : Optional.empty();
        if (byDns && byMap) {
            discovery.error(SERVICE_MAP, "there is also " + DNS, "keep one; peers may be listed besides");
            return Optional.empty();
        }
        return byDns ? dns : map;
    }

    private static Optional<PeerDiscovery> dns(ConfigSection dns) {
        Optional<String> name =
                dns.value("name", ValueParsers.name(NAME, "write a name such as rgw.example or _sluice._tcp.rgw"));
        if (!dns.has("name")) {
            dns.error("name", "this has no default", "write the name that all sidecars have in the DNS");
        }
        boolean services = name.filter(text -> text.startsWith("_")).isPresent();
        Optional<Integer> port = services && !dns.has(PORT) ? Optional.of(0) : port(dns);
        return name.isPresent() && port.isPresent()
                ? Optional.of(new PeerDiscovery.Dns(name.get(), port.get()))
                : Optional.empty();
    }

    private static Optional<PeerDiscovery> serviceMap(ConfigSection map) {
        Optional<Integer> port = port(map);
        String host = map.value("host", ValueParsers.word(List.of("address", "hostname")))
                .orElse("address");
        List<String> command = map.list("command", WORDS_MAX, ValueParsers.any());
        if (command.stream().anyMatch(String::isEmpty)) {
            map.error("command", "a word of it is empty", "write the program and its arguments, a word each");
            return Optional.empty();
        }
        return port.map(number -> new PeerDiscovery.CephServiceMap(number, host, command));
    }

    private static Optional<Integer> port(ConfigSection section) {
        if (!section.has(PORT)) {
            section.error(PORT, "this has no default", "write the port of all sidecars, such as 7070");
        }
        return section.value(PORT, text -> {
            int port = text.matches("\\d{1,5}") ? Integer.parseInt(text) : 0;
            return port > 0 && port <= 65_535
                    ? ParsedValue.good(port)
                    : ParsedValue.bad(ProblemTexts.quote(text) + " is not a port", "use 1 to 65535");
        });
    }
}
