package dev.sluice.proxy.cli;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.Policy;
import dev.sluice.policy.hocon.ReadResult;
import dev.sluice.policy.settings.ConfigCheck;
import dev.sluice.policy.settings.Configuration;
import dev.sluice.policy.settings.Settings;
import dev.sluice.policy.source.PolicyLayer;
import dev.sluice.proxy.app.Sidecar;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * {@code sluice warm-up}, which the help doesn't list: starts two sidecars and sends them a few requests, so that the JVM
 * can archive the classes that a start loads (class-data sharing). The first one's admin port plays the gateway.
 */
final class ClassArchiveWarmUp {
    private ClassArchiveWarmUp() {}

    static int run(PrintStream err) {
        ClassPreload.start().awaitLog();
        ProxyCommand.load();
        try {
            Path directory = Files.createTempDirectory("sluice-warm-up");
            Path limitsFile = Files.writeString(
                    directory.resolve("limits.conf"),
                    "limits { users { alice { read-ops = 10/s, write-ops = 1/s, meter = bucket, burst = 1s } },"
                            + " access-keys { K = alice } }");
            Settings settings = settings(directory, 1);
            try (Sidecar first = Sidecar.start(settings, PolicyLayer.EMPTY);
                    Sidecar second = Sidecar.start(
                            settings(directory, first.adminAddress().getPort()), limits())) {
                List<String> endpoints = List.of(first.syncEndpoint(), second.syncEndpoint());
                first.setPeers(endpoints);
                second.setPeers(endpoints);
                for (int i = 0; i < 3; i++) {
                    send(second.listenAddress(), "GET /ping HTTP/1.1");
                    send(second.listenAddress(), "PUT /refused HTTP/1.1");
                }
                send(second.adminAddress(), "GET /metrics HTTP/1.1");
                send(second.adminAddress(), "GET /api/v1/usage HTTP/1.1");
                second.drain(1_000);
            } finally {
                Files.deleteIfExists(limitsFile);
                Files.deleteIfExists(directory.resolve("sluice.conf"));
                Files.deleteIfExists(directory);
            }
            return Main.OK;
        } catch (IOException | InterruptedException e) {
            err.println("sluice: warm-up failed: " + e.getMessage());
            return Main.FAILED;
        }
    }

    private static Settings settings(Path directory, int upstreamPort) throws IOException {
        Path file = Files.writeString(
                directory.resolve("sluice.conf"),
                "sluice { node-id = warm-up, listen.address = \"127.0.0.1:0\", upstream.address = \"127.0.0.1:"
                        + upstreamPort + "\", sync { listen = \"tcp://127.0.0.1:0\", cluster = warm-up },"
                        + " admin.address = \"127.0.0.1:0\" }");
        ReadResult<Configuration> result = ConfigCheck.check(file);
        if (result instanceof ReadResult.Usable<Configuration> usable) {
            return usable.content().settings();
        }
        throw new IOException(result.problems().get(0).text());
    }

    private static PolicyLayer limits() {
        LimitSet none = LimitSet.of(Dimension.WRITE_OPS, Limit.perSecond(0, MeterAlgorithm.WINDOW));
        return new PolicyLayer(
                new Policy(
                        LimitSet.UNLIMITED, LimitSet.UNLIMITED, none, LimitSet.UNLIMITED, Map.of(), Map.of(), Map.of()),
                Map.of());
    }

    private static void send(InetSocketAddress address, String request) throws IOException {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream()
                    .write((request + "\r\nHost: warm-up\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().readAllBytes();
        }
    }
}
