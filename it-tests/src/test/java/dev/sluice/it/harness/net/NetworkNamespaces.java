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
 * Network namespaces of a test's own, joined by a bridge on which this machine has an address too; what passes between
 * them can be lost. They bear the id of this process in their names, so that the next run finds and removes what a
 * killed one left.
 */
public final class NetworkNamespaces implements AutoCloseable {
    private static final Pattern NAMESPACE = Pattern.compile("sluice-it-(\\d+)-\\d+");
    private static final Pattern BRIDGE = Pattern.compile("slb(\\d+)");
    private static final Duration INSTALL_DEADLINE = Duration.ofMinutes(10);
    private static final int HOST = 254;
    /** Where ip looks for files that a namespace has of its own. */
    private static final Path SETTINGS = Path.of("/etc/netns");

    private final long owner = ProcessHandle.current().pid();
    private final String bridge = "slb" + owner;
    private final String network;
    private final int nodes;

    private NetworkNamespaces(int nodes) {
        this.nodes = nodes;
        // From the addresses that are set aside for measuring networks.
        var random = new Random();
        network = "198." + (18 + random.nextInt(2)) + "." + random.nextInt(256) + ".";
    }

    /** So many namespaces; skips the calling test where there can be none. */
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

    /** What runs there from now on sees this instead of the machine's own file of that name. */
    private static void askForNamesAt(String namespace, String server) {
        try {
            var folder = Files.createDirectories(SETTINGS.resolve(namespace));
            Files.writeString(folder.resolve("resolv.conf"), "nameserver " + server + "\n");
        } catch (IOException e) {
            throw new IllegalStateException("cannot write into " + SETTINGS, e);
        }
    }

    /** Of this machine, as seen from the namespaces. */
    public String host() {
        return network + HOST;
    }

    public String address(int node) {
        return network + (node + 1);
    }

    /** A second address of that node, once it has {@linkplain #move moved}. */
    public String newAddress(int node) {
        return network + (node + 101);
    }

    /** From now on the node has that port at its second address; who still talks to it at the first gets no answer. */
    public void move(int node, int port) {
        ip("-n", namespace(node), "address", "add", newAddress(node) + "/24", "dev", "eth0");
        filter(node, "ip daddr %s tcp dport %d drop; ".formatted(address(node), port));
    }

    /** What stands before a command that is to run there. */
    public List<String> runner(int node) {
        return List.of("ip", "netns", "exec", namespace(node));
    }

    /** The output of a command that must succeed there. */
    public String run(int node, String... words) {
        var command = new ArrayList<>(runner(node));
        command.addAll(List.of(words));
        return ShellCommand.of(command.toArray(String[]::new)).output();
    }

    /** What comes to a node from others is lost: all of it or, in per cent, some of it. */
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
     * What a node sends to a port of others goes to the same port of this machine plus one for each node; connections
     * that others have to that port of this node are reset.
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

    /** Nothing is lost any more. */
    public void heal() {
        for (int node = 0; node < nodes; node++) {
            run(node, "nft", "flush ruleset");
        }
    }

    /** Ends what still runs in the namespaces, and removes them with their rules and links. Not an error if gone. */
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

    /** What processes left that were killed and could not clean up. */
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
            // It has no effect without the namespace.
        }
    }

    private static void ip(String... words) {
        var command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(words));
        ShellCommand.of(command.toArray(String[]::new)).output();
    }
}
