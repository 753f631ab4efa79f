package dev.sluice.it.harness.sidecar;

import dev.sluice.it.harness.process.LoopbackHosts;
import dev.sluice.it.harness.s3.S3Backend;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * The configuration of a sidecar. It listens on ports that the system chooses, except for sync: peers must know that address
 * before the start and after a restart, so it is a random loopback host with the usual port.
 *
 * @param limits the content of {@code limits { }}
 * @param config more HOCON; overrides the rest
 * @param jvmFlags before {@code -jar}
 * @param peers sync endpoints of others
 * @param runner words before the java command, such as {@code ip netns exec NAME}
 */
public record SidecarSetup(
        URI upstream,
        String sync,
        String limits,
        String config,
        List<String> jvmFlags,
        List<String> peers,
        List<String> runner) {
    private static final int SYNC_PORT = 7070;

    public SidecarSetup {
        jvmFlags = List.copyOf(jvmFlags);
        peers = List.copyOf(peers);
        runner = List.copyOf(runner);
    }

    /** No limits and no peers. */
    public static SidecarSetup before(URI upstream) {
        return new SidecarSetup(
                upstream,
                "tcp://" + LoopbackHosts.host() + ":" + SYNC_PORT,
                "",
                "",
                List.of("-Xmx128m"),
                List.of(),
                List.of());
    }

    public SidecarSetup limits(String newLimits) {
        return new SidecarSetup(upstream, sync, newLimits, config, jvmFlags, peers, runner);
    }

    public SidecarSetup config(String moreConfig) {
        return new SidecarSetup(upstream, sync, limits, config + "\n" + moreConfig, jvmFlags, peers, runner);
    }

    public SidecarSetup jvmFlags(String... moreFlags) {
        var flags = new ArrayList<>(jvmFlags);
        flags.addAll(List.of(moreFlags));
        return new SidecarSetup(upstream, sync, limits, config, flags, peers, runner);
    }

    public SidecarSetup peers(String... newPeers) {
        return new SidecarSetup(upstream, sync, limits, config, jvmFlags, List.of(newPeers), runner);
    }

    /** Runs it in another network namespace: the words before the command, and its address there. */
    public SidecarSetup remote(List<String> newRunner, String newSync) {
        return new SidecarSetup(upstream, newSync, limits, config, jvmFlags, peers, newRunner);
    }

    public SidecarProcess start() {
        return SidecarProcess.start(this);
    }

    /** The text of sluice.conf. */
    String conf(String limitsFile) {
        return """
                sluice {
                  listen { address = "127.0.0.1:0", s3-domains = ["%s"] }
                  upstream { address = "%s" }
                  limits-file = "%s"
                  sync { listen = "%s", peers = [%s] }
                  admin { address = "127.0.0.1:0" }
                }
                %s
                """.formatted(
                        S3Backend.DOMAIN,
                        upstream.getAuthority(),
                        limitsFile,
                        sync,
                        String.join(", ", peers.stream().map(p -> '"' + p + '"').toList()),
                        config);
    }
}
