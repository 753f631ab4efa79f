package dev.sluice.policy.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.policy.hocon.ConfigProblem;
import dev.sluice.policy.hocon.ReadResult;
import dev.sluice.policy.testing.BrokenConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of mistake in a settings file is reported with its place, its key and what would be right. */
class BrokenSettingsTest {
    private static final String UPSTREAM = " upstream.address = \"127.0.0.1:7480\"\n";

    @TempDir
    Path dir;

    private static BrokenConfig broken(String what, String keys, String... problems) {
        return BrokenConfig.of(what, "sluice {\n" + UPSTREAM + keys + "\n}", problems);
    }

    static Stream<BrokenConfig> addresses() {
        return Stream.of(
                BrokenConfig.of(
                        "no upstream",
                        "sluice { }",
                        "1:1: sluice.upstream.address: this has no default;"
                                + " write where the gateway is, such as 127.0.0.1:7480"),
                BrokenConfig.of(
                        "an empty upstream",
                        "sluice {\n upstream { address = \"\" } }",
                        "2:13: sluice.upstream.address: this is empty; write host:port, such as 127.0.0.1:7480"),
                BrokenConfig.of(
                        "an upstream with a scheme",
                        "sluice {\n upstream { address = \"http://rgw:80\" } }",
                        "2:13: sluice.upstream.address: \"http://rgw:80\" is not a host and port;"
                                + " leave http:// away: write host:port, such as 127.0.0.1:7480"),
                BrokenConfig.of(
                        "an upstream without a port",
                        "sluice {\n upstream { address = rgw } }",
                        "2:13: sluice.upstream.address: \"rgw\" has no port; write host:port, such as 127.0.0.1:7480"),
                BrokenConfig.of(
                        "an upstream at port 0",
                        "sluice {\n upstream { address = \"rgw:0\" } }",
                        "2:13: sluice.upstream.address: port 0 can't be connected to; use 1 to 65535"),
                broken(
                        "a port that is none",
                        " listen.address = \"0.0.0.0:99999\"",
                        "3:2: sluice.listen.address: \"99999\" is not a port; use 1 to 65535"),
                broken(
                        "a host that is none",
                        " listen.address = \"300.0.0.1:80\"",
                        "3:2: sluice.listen.address: \"300.0.0.1\" is not a host name or address;"
                                + " write host:port, such as 0.0.0.0:8080"),
                broken(
                        "no host",
                        " listen.address = \":8081\"",
                        "3:2: sluice.listen.address: \":8081\" has no host; write 0.0.0.0:8081 for all addresses"),
                broken(
                        "IPv6 without brackets",
                        " listen.address = \"::1:8081\"",
                        "3:2: sluice.listen.address: \"::1:8081\" is not a host and port;"
                                + " an IPv6 address needs brackets, such as [::1]:8080"),
                broken(
                        "the same port for clients and admin",
                        " listen.address = \"0.0.0.0:9090\"",
                        "1:1: sluice.admin.address: sluice.listen.address has the same port;"
                                + " give each a port of its own"),
                broken(
                        "the same port for the bus and clients",
                        " sync.listen = \"tcp://127.0.0.1:8080\"",
                        "3:2: sluice.sync.listen: sluice.listen or sluice.admin has the same port;"
                                + " give each a port of its own"),
                broken(
                        "a sidecar before itself",
                        " listen.address = \"0.0.0.0:7480\"",
                        "2:2: sluice.upstream.address: this is where the sidecar itself listens;"
                                + " write where the gateway is"),
                broken(
                        "bad endpoints of the bus",
                        " sync { listen = \"0.0.0.0:7070\"\n peers = [\"rgw2:7070\", \"tcp://rgw3\", \"tcp://rgw4:0\"] }",
                        "3:9: sluice.sync.listen: \"0.0.0.0:7070\" is not an endpoint;"
                                + " write tcp://host:port, such as tcp://0.0.0.0:7070",
                        "4:2: sluice.sync.peers: \"rgw2:7070\" is not an endpoint;"
                                + " write tcp://host:port, such as tcp://rgw2:7070",
                        "4:2: sluice.sync.peers: \"rgw3\" has no port;"
                                + " write tcp://host:port, such as tcp://rgw2:7070",
                        "4:2: sluice.sync.peers: \"tcp://rgw4:0\": port 0 can't be connected to; use 1 to 65535"),
                broken(
                        "peers without a bus",
                        " sync { listen = \"\", peers = [\"tcp://rgw2:7070\"] }",
                        "3:22: sluice.sync.peers: sync.listen is empty, so there is no bus for them;"
                                + " remove one of the two"));
    }

    static Stream<BrokenConfig> values() {
        return Stream.of(
                broken(
                        "an unknown rule for partitions",
                        " sync.on-partition = majority",
                        "3:2: sluice.sync.on-partition: \"majority\" is not known here; one of auto, quorum, static, open"),
                broken(
                        "intervals out of range",
                        " sync { interval = 5ms }",
                        "3:9: sluice.sync.interval: \"5ms\" is out of range; use 10ms to 10s, such as 100ms"),
                broken(
                        "a longer interval",
                        " sync { interval = 1m }",
                        "3:9: sluice.sync.interval: \"1m\" is out of range; use 10ms to 10s, such as 100ms"),
                broken(
                        "bad durations",
                        " listen { idle-timeout = 60\n head-timeout = soon }",
                        "3:11: sluice.listen.idle-timeout: \"60\" has no unit; write 60s or 60ms",
                        "4:2: sluice.listen.head-timeout: \"soon\" is not a duration; use 10ms to 24h, such as 10s"),
                broken(
                        "a duration beyond all numbers",
                        " listen.idle-timeout = 99999999999999999999d",
                        "3:2: sluice.listen.idle-timeout: \"99999999999999999999d\" is not a duration;"
                                + " use 10ms to 24h, such as 60s"),
                broken(
                        "bad sizes",
                        " listen.max-head = 10 MiB",
                        "3:2: sluice.listen.max-head: \"10 MiB\" is out of range; use 1 KiB to 1 MiB, such as 32 KiB"),
                broken(
                        "bad numbers of headers and connections",
                        " listen { max-headers = 8\n max-connections = many }",
                        "3:11: sluice.listen.max-headers: \"8\" is out of range; use 16 to 1024, such as 1024",
                        "4:2: sluice.listen.max-connections: \"many\" is not a whole number in range;"
                                + " use auto, or 1 to 1000000"),
                broken(
                        "no connections at all",
                        " listen.max-connections = 0",
                        "3:2: sluice.listen.max-connections: \"0\" is out of range; use auto, or 1 to 1000000"),
                broken(
                        "a least rate without a period",
                        " listen.min-rate = 1 KiB",
                        "3:2: sluice.listen.min-rate: \"1 KiB\" is not a rate;"
                                + " use 0/s to 1 GiB/s, such as 1 KiB/s; 0/s turns it off"),
                broken(
                        "a minimum rate out of range",
                        " listen.min-rate = 2 GiB/s",
                        "3:2: sluice.listen.min-rate: \"2 GiB/s\" is not a rate in range;"
                                + " use 0/s to 1 GiB/s, such as 1 KiB/s; 0/s turns it off"),
                broken(
                        "bad times of a drain",
                        " listen { drain-lead = 2h\n drain-timeout = 30 }",
                        "3:11: sluice.listen.drain-lead: \"2h\" is out of range; use 0ms to 1h, such as 10s",
                        "4:2: sluice.listen.drain-timeout: \"30\" has no unit; write 30s or 30ms"),
                broken(
                        "a domain with a star",
                        " listen.s3-domains = [\"*.example.com\"]",
                        "3:2: sluice.listen.s3-domains: \"*.example.com\" is not a domain;"
                                + " write a name without *, scheme and port, such as s3.example.com"),
                broken(
                        "an API that no gateway has",
                        " gateway.apis = [s3, ftp]",
                        "3:2: sluice.gateway.apis: \"ftp\" is not known here; one of s3, s3website, swift, swift_auth,"
                                + " admin, sts, iam, pubsub, notifications"),
                broken(
                        "a gateway that serves nothing",
                        " gateway.apis = []",
                        "3:2: sluice.gateway.apis: the gateway serves nothing;"
                                + " write what its rgw_enable_apis says, such as [s3, admin]"),
                broken(
                        "two APIs at the root",
                        " gateway.swift-prefix = \"/\"",
                        "3:2: sluice.gateway.swift-prefix: S3 and Swift can't both be served at the root;"
                                + " write RGW's rgw_swift_url_prefix, or take s3 out of apis"),
                broken(
                        "an entry with a slash before it",
                        " gateway.admin-entry = /admin",
                        "3:2: sluice.gateway.admin-entry: \"/admin\" is not the beginning of a path;"
                                + " write it without slashes around it, such as admin"),
                broken(
                        "a probe without a method",
                        " gateway.probes = [/health]",
                        "3:2: sluice.gateway.probes: \"/health\" is not a probe; write method, target and perhaps how"
                                + " its User-Agent begins, such as \"GET /health\""),
                broken(
                        "a text where a list is needed",
                        " listen.s3-domains = s3.example.com",
                        "3:2: sluice.listen.s3-domains: this is a text, where a list [ ... ] is needed;"
                                + " put [ ] around it"),
                broken(
                        "a cluster without a name",
                        " sync.cluster = \"\"",
                        "3:2: sluice.sync.cluster: this is empty; use letters, digits and . _ -, at most 64"),
                broken(
                        "an unknown verification",
                        " identity.verify = yes",
                        "3:2: sluice.identity.verify: \"yes\" is not known here; one of auto, signature, feedback, off"),
                broken(
                        "neither on nor off",
                        " listen.proxy-protocol = v2",
                        "3:2: sluice.listen.proxy-protocol: \"v2\" is neither on nor off; write on or off"),
                broken(
                        "an unknown key",
                        " limts-file = x",
                        "3:2: sluice.limts-file: unknown key; did you mean limits-file?"),
                broken(
                        "an unset environment variable",
                        " node-id = ${SLUICE_TEST_UNSET}",
                        "3:2: sluice.node-id: ${SLUICE_TEST_UNSET} is set nowhere;"
                                + " set it here or in the environment, or write ${?...} if it may be missing"),
                broken(
                        "an admin port for all without a token",
                        " admin { address = \"0.0.0.0:9090\" }",
                        "3:2: sluice.admin.token-file: an admin address that isn't loopback needs a token;"
                                + " name a file that holds one, or listen on 127.0.0.1:9090"));
    }

    static Stream<BrokenConfig> trustedProxies() {
        String example = "; write an address or a range, such as 10.1.2.3, 10.0.0.0/8 or 2001:db8::/32";
        return Stream.of(
                broken(
                        "addresses that are none",
                        " listen { trusted-proxies = [\"10.0.0.1\", balancer, \"\",\n \"010.0.0.1\", \"[::1]\"] }",
                        "3:11: sluice.listen.trusted-proxies: \"balancer\" is not an address or a range of addresses"
                                + example,
                        "3:11: sluice.listen.trusted-proxies: \"\" is not an address or a range of addresses" + example,
                        "3:11: sluice.listen.trusted-proxies: \"010.0.0.1\" is not an address or a range of addresses"
                                + example,
                        "3:11: sluice.listen.trusted-proxies: \"[::1]\" is not an address or a range of addresses"
                                + example),
                broken(
                        "prefixes that are none",
                        " listen.trusted-proxies = [\"10.0.0.0/33\", \"10.0.0.0/\", \"10.0.0.0/08\", \"::/129\"]",
                        "3:2: sluice.listen.trusted-proxies: \"10.0.0.0/33\" has no prefix length behind the /;"
                                + " use 0 to 32, or leave the / away for one address",
                        "3:2: sluice.listen.trusted-proxies: \"10.0.0.0/\" has no prefix length behind the /;"
                                + " use 0 to 32, or leave the / away for one address",
                        "3:2: sluice.listen.trusted-proxies: \"10.0.0.0/08\" has no prefix length behind the /;"
                                + " use 0 to 32, or leave the / away for one address",
                        "3:2: sluice.listen.trusted-proxies: \"::/129\" has no prefix length behind the /;"
                                + " use 0 to 128, or leave the / away for one address"),
                broken(
                        "one address with the prefix of its network",
                        " listen.trusted-proxies = [\"10.1.2.3/8\", \"2001:db8::1/64\"]",
                        "3:2: sluice.listen.trusted-proxies: \"10.1.2.3/8\" has bits set behind its prefix;"
                                + " write 10.0.0.0/8 for the range, or 10.1.2.3 for that address alone",
                        "3:2: sluice.listen.trusted-proxies: \"2001:db8::1/64\" has bits set behind its prefix;"
                                + " write 2001:db8::/64 for the range, or 2001:db8::1 for that address alone"),
                broken(
                        "an address without its list",
                        " listen.trusted-proxies = \"10.1.2.3\"",
                        "3:2: sluice.listen.trusted-proxies: this is a text, where a list [ ... ] is needed;"
                                + " put [ ] around it"),
                broken(
                        "a PROXY protocol without proxies",
                        " listen.proxy-protocol = on",
                        "3:2: sluice.listen.proxy-protocol: no proxy may send it: trusted-proxies is empty;"
                                + " list there the addresses of the balancers that send it"),
                broken(
                        "a PROXY protocol whose proxies are misspelt",
                        " listen { proxy-protocol = on, trusted-proxies = [balancer] }",
                        "3:32: sluice.listen.trusted-proxies: \"balancer\" is not an address or a range of addresses"
                                + example));
    }

    static Stream<BrokenConfig> discovery() {
        return Stream.of(
                broken(
                        "two kinds of discovery",
                        " sync.insecure = true\n sync.discovery { dns { name = rgw, port = 7070 }\n ceph-service-map { port = 7070 } }",
                        "5:2: sluice.sync.discovery.ceph-service-map: there is also dns;"
                                + " keep one; peers may be listed besides"),
                broken(
                        "a discovery of nothing",
                        " sync.insecure = true\n sync.discovery.dns { }",
                        "4:2: sluice.sync.discovery.dns.name: this has no default;"
                                + " write the name that all sidecars have in the DNS",
                        "4:2: sluice.sync.discovery.dns.port: this has no default;"
                                + " write the port of all sidecars, such as 7070"),
                broken(
                        "bad values of a discovery",
                        " sync.insecure = true\n sync.discovery.ceph-service-map { port = 0, host = ip, command = [ceph, \"\"] }",
                        "4:36: sluice.sync.discovery.ceph-service-map.port: \"0\" is not a port; use 1 to 65535",
                        "4:46: sluice.sync.discovery.ceph-service-map.host: \"ip\" is not known here;"
                                + " one of address, hostname",
                        "4:57: sluice.sync.discovery.ceph-service-map.command: a word of it is empty;"
                                + " write the program and its arguments, a word each"),
                broken(
                        "a discovery without a bus",
                        " sync { listen = \"\", discovery.dns { name = rgw, port = 7070 } }",
                        "3:22: sluice.sync.discovery: sync.listen is empty, so there is no bus for peers;"
                                + " remove one of the two"),
                broken(
                        "a discovery without keys",
                        " sync { discovery.dns { name = rgw, port = 7070 } }",
                        "3:9: sluice.sync.discovery: what it finds is on other machines,"
                                + " and there are no keys to know other sidecars by;"
                                + " set sync.curve.secret-key-file and allowed-keys-dir (sluice keygen makes keys),"
                                + " or sync.insecure = true where no untrusted host reaches that network"));
    }

    @ParameterizedTest
    @MethodSource({"addresses", "values", "trustedProxies", "discovery"})
    void mistake_isReportedWithPlaceKeyAndHint(BrokenConfig broken) throws IOException {
        ReadResult<Configuration> result = check(broken.text());

        assertThat(BrokenConfig.withoutFile(result.problems())).isEqualTo(broken.problems());
        assertThat(result).isInstanceOf(ReadResult.Unusable.class);
    }

    static Stream<BrokenConfig> featuresThatAreMissed() {
        return Stream.of(
                broken(
                        "all addresses as proxies",
                        " listen.trusted-proxies = [\"0.0.0.0/0\", \"::/0\"]",
                        "3:2: warning: sluice.listen.trusted-proxies: \"0.0.0.0/0\" covers all addresses:"
                                + " any client can claim to be another; list the addresses of your proxies",
                        "3:2: warning: sluice.listen.trusted-proxies: \"::/0\" covers all addresses:"
                                + " any client can claim to be another; list the addresses of your proxies"),
                broken(
                        "a peer that is listed twice",
                        " sync { insecure = true, peers = [\"tcp://a:1\", \"tcp://a:1\"] }",
                        "3:26: warning: sluice.sync.peers: a peer is listed twice; keep one"));
    }

    @ParameterizedTest
    @MethodSource("featuresThatAreMissed")
    void settingThatOnlyLosesAFeature_isAWarning(BrokenConfig broken) throws IOException {
        ReadResult<Configuration> result = check(broken.text());

        assertThat(BrokenConfig.withoutFile(result.problems())).isEqualTo(broken.problems());
        assertThat(result).isInstanceOf(ReadResult.Usable.class);
    }

    @Test
    void problemsOfAFile_areAllReportedInLineOrder() throws IOException {
        ReadResult<Configuration> result = check("""
                sluice {
                  sync.interval = 1h
                  listen.max-head = 0
                  colour = red
                }
                """);

        assertThat(result.problems()).extracting(ConfigProblem::line).containsExactly(1, 2, 3, 4);
    }

    @Test
    void badToken_isNotPrinted() throws IOException {
        Files.writeString(dir.resolve("token"), "opensesame");

        ReadResult<Configuration> result = check("sluice {\n" + UPSTREAM + " admin.token-file = token }");

        assertThat(BrokenConfig.withoutFile(result.problems()))
                .singleElement()
                .asString()
                .startsWith("3:2: sluice.admin.token-file: ")
                .contains("doesn't hold a token")
                .endsWith("make one with: openssl rand -hex 32")
                .doesNotContain("opensesame");
    }

    @Test
    void tokenFileThatIsMissing_isReported() throws IOException {
        ReadResult<Configuration> result =
                check("sluice {\n" + UPSTREAM + " admin { address = \"0.0.0.0:9090\", token-file = none } }");

        assertThat(BrokenConfig.withoutFile(result.problems()))
                .singleElement()
                .asString()
                .startsWith("3:36: sluice.admin.token-file: ")
                .contains("the file doesn't exist");
    }

    private ReadResult<Configuration> check(String settings) throws IOException {
        Files.writeString(dir.resolve("limits.conf"), "limits { }");
        return ConfigCheck.check(Files.writeString(dir.resolve("sluice.conf"), settings));
    }
}
