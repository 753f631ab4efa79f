package dev.sluice.it.harness.net;

import dev.sluice.it.harness.process.Prerequisite;
import dev.sluice.it.harness.process.ShellCommand;
import dev.sluice.it.harness.process.SourceTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;

/**
 * Network namespaces of one test, joined by a bridge on which this machine has an address too. Packets between them can be
 * dropped. Their names contain the id of this process, so that the next run finds and removes those of a killed one.
 */
public final class NetworkNamespaces implements AutoCloseable {
    private static final Pattern NAMESPACE = Pattern.compile("sluice-it-(\\d+)-\\d+");
    private static final Pattern BRIDGE = Pattern.compile("slb(\\d+)");
    private static final Duration INSTALL_DEADLINE = Duration.ofMinutes(10);
    private static final int HOST = 254;
    /** The folder of files that ip puts in place of the machine's own in a namespace. */
    private static final Path SETTINGS = Path.of("/etc/netns");

    private final long owner = ProcessHandle.current().pid();
    private final String bridge = "slb" + owner;
    private final String network;
    private final int nodes;

    private NetworkNamespaces(int nodes) {
        this.nodes = nodes;
        // Addresses reserved for network benchmarks.
        var random = new Random();
        network = "198." + (18 + random.nextInt(2)) + "." + random.nextInt(256) + ".";
    }

    /** Creates namespaces; skips the calling test where that is not possible. */
    public static NetworkNamespaces require(int nodes) {
        Prerequisite.require("root".equals(System.getProperty("user.name")), "only root can make network namespaces");
        if (!toolsThere() && Files.exists(Path.of("/etc/debian_version"))) {
            ShellCommand.of(SourceTree.path("it-tests/rgw/install.sh").toString())
                    .within(INSTALL_DEADLINE)
                    .run();
        }
        Prerequisite.require(toolsThere(), "no ip (iproute2) or no nft (nftables) here");
        sweep();
        var bed = new NetworkNamespaces(nodes);
        Runtime.getRuntime().addShutdownHook(new Thread(bed::close, "remove-namespaces"));
        var first = ShellCommand.of("ip", "netns", "add", bed.namespace(0)).run();
        Prerequisite.require(first.exit() == 0, "no network namespaces here: " + first.output());
        try {
            bed.build();
        } catch (RuntimeException | AssertionError e) {
            bed.close();
            throw e;
        }
        return bed;
    }

    private static boolean toolsThere() {
        return ShellCommand.of("ip", "-V").run().exit() == 0
                && ShellCommand.of("nft", "--version").run().exit() == 0;
    }

    private void build() {
        ip("link", "add", bridge, "type", "bridge");
        ip("address", "add", host() + "/24", "dev", bridge);
        ip("link", "set", bridge, "up");
        for (int node = 0; node < nodes; node++) {
            if (node > 0) {
                ip("netns", "add", namespace(node));
            }
            askForNamesAt(namespace(node), host());
            var outside = "slv" + owner + "n" + node;
            ip("link", "add", outside, "type", "veth", "peer", "name", "eth0", "netns", namespace(node));
            ip("link", "set", outside, "master", bridge, "up");
            ip("-n", namespace(node), "address", "add", address(node) + "/24", "dev", "eth0");
            ip("-n", namespace(node), "link", "set", "eth0", "up");
            ip("-n", namespace(node), "link", "set", "lo", "up");
        }
    }

    /** Processes started there from now on see this instead of the machine's file of that name. */
    private static void askForNamesAt(String namespace, String server) {
        try {
            var folder = Files.createDirectories(SETTINGS.resolve(namespace));
            Files.writeString(folder.resolve("resolv.conf"), "nameserver " + server + "\n");
        } catch (IOException e) {
            throw new IllegalStateException("cannot write into " + SETTINGS, e);
        }
    }

    /** The address of this machine, as seen from the namespaces. */
    public String host() {
        return network + HOST;
    }

    public String address(int node) {
        return network + (node + 1);
    }

    /** The second address of a node, after {@link #move}. */
    public String newAddress(int node) {
        return network + (node + 101);
    }

    /** Moves a port of the node to its second address; packets to the first one are dropped. */
    public void move(int node, int port) {
        ip("-n", namespace(node), "address", "add", newAddress(node) + "/24", "dev", "eth0");
        filter(node, "ip daddr %s tcp dport %d drop; ".formatted(address(node), port));
    }

    /** The words before a command that runs there. */
    public List<String> runner(int node) {
        return List.of("ip", "netns", "exec", namespace(node));
    }

    /** Runs a command there, which must succeed, and returns its output. */
    public String run(int node, String... words) {
        var command = new ArrayList<>(runner(node));
        command.addAll(List.of(words));
        return ShellCommand.of(command.toArray(String[]::new)).output();
    }

    /** Drops packets from other nodes to a node: all, or a percentage. */
    public void lose(int to, int percent, int... from) {
        var rules = new StringBuilder();
        for (int node : from) {
            rules.append("ip saddr ").append(address(node));
            rules.append(percent < 100 ? " numgen random mod 100 < " + percent : "")
                    .append(" drop; ");
        }
        filter(to, rules.toString());
    }

    /**
     * Redirects what a node sends to a port of others to this machine, to that port plus one for each node. Connections of
     * others to that port of this node are reset.
     */
    public void divert(int from, int port) {
        var rules = new StringBuilder();
        var reset = new StringBuilder();
        for (int node = 0; node < nodes; node++) {
            if (node != from) {
                rules.append("ip daddr %s tcp dport %d dnat ip to %s:%d; "
                        .formatted(address(node), port, host(), port + 1 + node));
                reset.append("ip saddr %s tcp dport %d reject with tcp reset; ".formatted(address(node), port));
            }
        }
        filter(from, reset.toString());
        run(from, "nft", "table inet divert { chain out { type nat hook output priority -100; " + rules + "}; }");
    }

    /** Replaces all rules of that node. */
    private void filter(int node, String rules) {
        run(
                node,
                "nft",
                "flush ruleset; table inet faults { chain in { type filter hook input priority 0; " + rules + "}; }");
    }

    /** Drops no packets any more. */
    public void heal() {
        for (int node = 0; node < nodes; node++) {
            run(node, "nft", "flush ruleset");
        }
    }

    /** Ends processes in the namespaces and removes the namespaces with their rules and links, if they exist. */
    @Override
    public void close() {
        for (int node = 0; node < nodes; node++) {
            remove(namespace(node));
        }
        ShellCommand.of("ip", "link", "del", bridge).run();
    }

    private String namespace(int node) {
        return "sluice-it-" + owner + "-" + node;
    }

    /** Removes the namespaces of killed processes. */
    private static void sweep() {
        ended(NAMESPACE, ShellCommand.of("ip", "netns", "list").run().output()).forEach(NetworkNamespaces::remove);
        ended(
                        BRIDGE,
                        ShellCommand.of("ip", "-o", "link", "show", "type", "bridge")
                                .run()
                                .output())
                .forEach(name -> ShellCommand.of("ip", "link", "del", name).run());
    }

    private static List<String> ended(Pattern names, String text) {
        return names.matcher(text)
                .results()
                .filter(name -> ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty())
                .map(name -> name.group())
                .toList();
    }

    private static void remove(String namespace) {
        var inside = ShellCommand.of("ip", "netns", "pids", namespace).run();
        if (inside.exit() == 0) {
            inside.output()
                    .lines()
                    .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid.strip())).stream())
                    .forEach(ProcessHandle::destroyForcibly);
            ShellCommand.of("ip", "netns", "del", namespace).run();
        }
        try {
            Files.deleteIfExists(SETTINGS.resolve(namespace).resolve("resolv.conf"));
            Files.deleteIfExists(SETTINGS.resolve(namespace));
        } catch (IOException e) {
            // The rule has no effect without the namespace.
        }
    }

    private static void ip(String... words) {
        var command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(words));
        ShellCommand.of(command.toArray(String[]::new)).output();
    }
}
