package dev.sluice.benchmarks.bed;

import java.io.IOException;
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

    private ProxyUnderTest(String name, PinnedProcess process, String openAddress, String closedAddress) {
        this.name = name;
        this.process = process;
        this.openAddress = openAddress;
        this.closedAddress = closedAddress;
    }

    /** The command that starts it, and its addresses. */
    record Launch(
            String name,
            List<String> command,
            Map<String, String> environment,
            String openAddress,
            String closedAddress) {}

    static ProxyUnderTest start(Path folder, String cpus, Launch launch) throws IOException {
        PinnedProcess process = PinnedProcess.start(folder, launch.name, cpus, launch.command, launch.environment);
        return new ProxyUnderTest(launch.name, process, launch.openAddress, launch.closedAddress);
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

    boolean isAlive() {
        return process.isAlive();
    }

    String output() {
        return process.output();
    }

    @Override
    public void close() {
        process.close();
    }
}
