package dev.sluice.it.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.it.harness.net.NameServer;
import dev.sluice.it.harness.net.NetworkNamespaces;
import dev.sluice.it.harness.net.TcpForwarder;
import dev.sluice.it.harness.process.ShellCommand;
import dev.sluice.it.harness.s3.S3Backend;
import dev.sluice.it.harness.sidecar.SidecarProcess;
import dev.sluice.it.harness.sidecar.SidecarSetup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Sidecars in network namespaces, one in each, with keys and discovery by name, each before its own gateway. Its methods
 * inject faults from outside.
 */
final class FaultCluster implements AutoCloseable {
    private static final int SYNC_PORT = 7070;
    private static final Duration TOGETHER = Duration.ofSeconds(60);
    private static final Pattern LIVE = Pattern.compile("\"state\":\"live\"");

    final NetworkNamespaces net;
    private final int nodes;
    private final Path keys;
    private final NameServer names;
    private final List<TcpForwarder> gateways = new ArrayList<>();
    private final List<TcpForwarder> longLines = new ArrayList<>();
    private final List<SidecarProcess> sidecars = new ArrayList<>();

    private FaultCluster(NetworkNamespaces net, int nodes, Path keys) {
        this.net = net;
        this.nodes = nodes;
        this.keys = keys;
        this.names = NameServer.start(
                net.host(), IntStream.range(0, nodes).mapToObj(net::address).toList());
    }

    /** Starts sidecars and waits until each has all others as live peers. */
    static FaultCluster start(NetworkNamespaces net, int nodes, S3Backend backend, String limits) throws IOException {
        var cluster = new FaultCluster(net, nodes, Files.createTempDirectory("sluice-it-keys-"));
        try {
            Files.createDirectory(cluster.peers());
            for (int node = 0; node < nodes; node++) {
                cluster.makeKey(node + ".key");
                cluster.list(node + ".pub");
            }
            for (int node = 0; node < nodes; node++) {
                cluster.startOne(node, backend, limits);
            }
            cluster.awaitTogether();
        } catch (IOException | RuntimeException | AssertionError e) {
            cluster.close();
            throw e;
        }
        return cluster;
    }

    private void startOne(int node, S3Backend backend, String limits) {
        var endpoints = backend.endpoints();
        // The gateways listen on loopback addresses, which namespaces cannot reach.
        var gateway = TcpForwarder.start(net.host(), 0, TcpForwarder.target(endpoints.get(node % endpoints.size())), 0);
        gateways.add(gateway);
        sidecars.add(SidecarSetup.before(gateway.http())
                .remote(net.runner(node), "tcp://0.0.0.0:" + SYNC_PORT)
                .limits(limits)
                .config("""
                        sluice.listen.address = "%s:8080"
                        sluice.node-id = "node-%d"
                        sluice.sync.discovery.dns { name = "sidecars.example", port = %d }
                        sluice.sync.curve { secret-key-file = "%s", allowed-keys-dir = "%s" }
                        """.formatted(net.address(node), node, SYNC_PORT, keys.resolve(node + ".key"), peers()))
                .start());
    }

    SidecarProcess get(int node) {
        return sidecars.get(node);
    }

    /** Waits until each sidecar has all others as live peers. */
    void awaitTogether() {
        await().atMost(TOGETHER)
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(() -> assertThat(IntStream.range(0, nodes))
                        .allSatisfy(node -> assertThat(livePeers(node)).isEqualTo(nodes - 1)));
    }

    /** The admin port listens only inside the namespace. */
    private long livePeers(int node) {
        int port = get(node).admin().getPort();
        var ask = "exec 3<>/dev/tcp/127.0.0.1/" + port
                + " && printf 'GET /api/v1/peers HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3"
                + " && cat <&3";
        return LIVE.matcher(net.run(node, "bash", "-c", ask)).results().count();
    }

    /** Delays what sidecars send each other, on new connections. */
    void lengthenLines(long delayMillis) {
        for (int node = 0; node < nodes; node++) {
            var target = new InetSocketAddress(net.address(node), SYNC_PORT);
            longLines.add(TcpForwarder.start(net.host(), SYNC_PORT + 1 + node, target, delayMillis));
        }
        for (int node = 0; node < nodes; node++) {
            net.divert(node, SYNC_PORT);
        }
    }

    void shortenLines() {
        net.heal();
        longLines.forEach(TcpForwarder::close);
        longLines.clear();
    }

    /** Moves the node's sync port to another address and updates the name. */
    void move(int node) {
        net.move(node, SYNC_PORT);
        names.setAddresses(IntStream.range(0, nodes)
                .mapToObj(each -> each == node ? net.newAddress(each) : net.address(each))
                .toList());
    }

    /** Sends SIGSTOP or SIGCONT. */
    void signal(int node, String name) {
        ShellCommand.of("kill", "-" + name, Long.toString(get(node).pid())).output();
    }

    /** Creates a new pair of keys for a node; no node trusts it yet. */
    void makeKey(String file) {
        ShellCommand.of(
                        SidecarProcess.java(),
                        "-jar",
                        SidecarProcess.jar().toString(),
                        "keygen",
                        keys.resolve(file).toString())
                .output();
    }

    /** Makes all nodes trust this key. */
    void list(String file) throws IOException {
        Files.copy(keys.resolve(file), peers().resolve(file));
    }

    /** Makes all nodes stop trusting a key. */
    void unlist(String file) throws IOException {
        Files.delete(peers().resolve(file));
    }

    /** Gives the node another secret key. */
    void take(int node, String file) throws IOException {
        Files.move(keys.resolve(file), keys.resolve(node + ".key"), StandardCopyOption.ATOMIC_MOVE);
    }

    private Path peers() {
        return keys.resolve("peers");
    }

    @Override
    public void close() {
        for (var sidecar : sidecars) {
            if (sidecar.alive()) {
                // A stopped process does not receive SIGTERM.
                ShellCommand.of("kill", "-CONT", Long.toString(sidecar.pid())).run();
            }
        }
        sidecars.forEach(SidecarProcess::close);
        longLines.forEach(TcpForwarder::close);
        gateways.forEach(TcpForwarder::close);
        names.close();
        try (var files = Files.walk(keys)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            // Leftover files stay in the temporary folder.
        }
    }
}
