package dev.sluice.benchmarks.bed;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A measured proxy: its process and its addresses.
 *
 * <p>It has two addresses. At the open one, limits are checked and never reached; at the closed one, almost all requests
 * are rejected. For Sluice both are the same, and the access key makes the difference.
 */
public final class ProxyUnderTest implements AutoCloseable {
    private final String name;
    private final PinnedProcess process;
    private final String openAddress;
    private final String closedAddress;
    private final String adminAddress;

    private ProxyUnderTest(Launch launch, PinnedProcess process) {
        this.name = launch.name;
        this.process = process;
        this.openAddress = launch.openAddress;
        this.closedAddress = launch.closedAddress;
        this.adminAddress = launch.adminAddress;
    }

    /**
     * The command that starts it, and its addresses.
     *
     * @param adminAddress of Sluice's admin port; empty: it has none
     */
    public record Launch(
            String name,
            List<String> command,
            Map<String, String> environment,
            String openAddress,
            String closedAddress,
            String adminAddress) {
        /** Of a proxy without an admin port. */
        public Launch(
                String name,
                List<String> command,
                Map<String, String> environment,
                String openAddress,
                String closedAddress) {
            this(name, command, environment, openAddress, closedAddress, "");
        }
    }

    /** Starts it on those processors. */
    public static ProxyUnderTest start(Path folder, String cpus, Launch launch) throws IOException {
        PinnedProcess process = PinnedProcess.start(folder, launch.name, cpus, launch.command, launch.environment);
        return new ProxyUnderTest(launch, process);
    }

    public String name() {
        return name;
    }

    /** {@code host:port} where requests are admitted. */
    public String openAddress() {
        return openAddress;
    }

    /** {@code host:port} where the key of {@link S3RequestHeaders#REJECTED_KEY} is rejected. */
    public String closedAddress() {
        return closedAddress;
    }

    /** The value of one of Sluice's metrics, with its labels as they are shown. */
    public double metric(String nameAndLabels) throws IOException {
        String line = nameAndLabels + " ";
        try (InputStream in =
                URI.create("http://" + adminAddress + "/metrics").toURL().openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(shown -> shown.startsWith(line))
                    .mapToDouble(shown -> Double.parseDouble(shown.substring(line.length())))
                    .findFirst()
                    .orElseThrow(() -> new IOException(name + " has no metric " + nameAndLabels));
        }
    }

    /** Processor time since its start. */
    public CpuTime cpu() throws IOException {
        return CpuTime.of(process.pids());
    }

    public ProcessMemory memory() throws IOException {
        return ProcessMemory.of(process.pids());
    }

    long pid() {
        return process.pid();
    }

    /** Whether it runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Its output so far. */
    public String output() {
        return process.output();
    }

    @Override
    public void close() {
        process.close();
    }
}
