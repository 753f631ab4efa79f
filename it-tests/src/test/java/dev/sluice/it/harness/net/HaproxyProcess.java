package dev.sluice.it.harness.net;

import dev.sluice.it.harness.process.LoopbackHosts;
import dev.sluice.it.harness.process.OrphanGuard;
import dev.sluice.it.harness.process.Prerequisite;
import dev.sluice.it.harness.process.ShellCommand;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A real HAProxy with one listener before a server. Skips the calling test where HAProxy is missing. */
public final class HaproxyProcess implements AutoCloseable {
    private final Process process;
    private final Path config;
    private final Path output;
    private final URI endpoint;

    private HaproxyProcess(URI server, String mode, String serverOptions) throws IOException {
        var host = LoopbackHosts.host();
        int port = freePort();
        endpoint = URI.create("http://" + host + ":" + port);
        config = Files.createTempFile("sluice-it-", ".cfg");
        output = Files.createTempFile("sluice-it-", ".out");
        Files.writeString(config, """
                defaults
                    timeout connect 30s
                    timeout client 30s
                    timeout server 30s
                listen door
                    bind %s:%d
                    %s
                    server sidecar %s %s
                """.formatted(host, port, mode, server.getAuthority(), serverOptions));
        process = new ProcessBuilder("haproxy", "-db", "-f", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        OrphanGuard.watch(process);
    }

    /**
     * Starts it and waits until it accepts connections.
     *
     * @param mode lines of the listener
     * @param serverOptions words after the server's address
     */
    public static HaproxyProcess before(URI server, String mode, String serverOptions) throws IOException {
        Prerequisite.require(ShellCommand.of("haproxy", "-v").run().exit() == 0, "no haproxy here");
        var haproxy = new HaproxyProcess(server, mode, serverOptions);
        Awaitility.await().atMost(60, TimeUnit.SECONDS).ignoreExceptions().until(haproxy::accepts);
        return haproxy;
    }

    private boolean accepts() throws IOException {
        if (!process.isAlive()) {
            throw new AssertionError("haproxy ended:\n" + Files.readString(output));
        }
        try (var probe = new Socket(endpoint.getHost(), endpoint.getPort())) {
            return probe.isConnected();
        }
    }

    /** A free port. On a random loopback host no other process takes it meanwhile. */
    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    public URI endpoint() {
        return endpoint;
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        Files.deleteIfExists(config);
        Files.deleteIfExists(output);
    }
}
