package dev.sluice.benchmarks.bed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One sidecar without peers, as a process on all processors of this machine, with the JVM options that it ships with. */
public final class LoneSidecar implements AutoCloseable {
    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(120);
    private static final String NAME = "sidecar";

    private final Path folder;
    private final String address;
    private final String adminAddress;
    private final ProxyUnderTest process;

    private LoneSidecar(Path folder, String address, String adminAddress, ProxyUnderTest process) {
        this.folder = folder;
        this.address = address;
        this.adminAddress = adminAddress;
        this.process = process;
    }

    /**
     * Starts it, and waits until it answers.
     *
     * @param home the folder of the {@code sluice} script
     * @param upstream {@code host:port}
     * @param limits the text of the limits file
     * @param settings more of {@code sluice { }}
     * @param javaOptions added to those of the script
     */
    public static LoneSidecar start(Path home, String upstream, String limits, String settings, String javaOptions)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("sluice-bench-");
        RunPlacement place = RunPlacement.random();
        String address = place.address(0);
        String admin = place.address(1);
        Files.writeString(folder.resolve("limits.conf"), limits);
        Path conf = Files.writeString(folder.resolve("sluice.conf"), """
                sluice {
                  listen.address = "%s"
                  upstream.address = "%s"
                  sync.listen = ""
                  admin.address = "%s"
                  %s
                }
                """.formatted(address, upstream, admin, settings));
        SidecarLaunch.Variant variant = new SidecarLaunch.Variant(NAME, home, javaOptions);
        List<String> command = List.of(home.resolve("sluice").toString(), "proxy", "-c", conf.toString());
        ProxyUnderTest process = ProxyUnderTest.start(
                folder,
                RunPlacement.allCpus(),
                new ProxyUnderTest.Launch(NAME, command, variant.environment(), address, address));
        LoneSidecar sidecar = new LoneSidecar(folder, address, admin, process);
        try {
            HttpProbe.await(
                    address,
                    "/" + S3RequestHeaders.BUCKET + "/probe",
                    S3RequestHeaders.headers(S3RequestHeaders.ADMITTED_KEY),
                    START_NANOS,
                    50);
            return sidecar;
        } catch (IOException e) {
            String output = process.output();
            sidecar.close();
            throw new IOException("the sidecar does not answer:\n" + output, e);
        }
    }

    /** {@code host:port} for S3 clients. */
    public String address() {
        return address;
    }

    /** {@code host:port} of the admin port. */
    public String adminAddress() {
        return adminAddress;
    }

    /** Replaces the limits file as an editor does. */
    public void writeLimits(byte[] text) throws IOException {
        Path draft = Files.write(folder.resolve("draft.conf"), text);
        Files.move(draft, folder.resolve("limits.conf"), StandardCopyOption.ATOMIC_MOVE);
    }

    public ProcessMemory memory() throws IOException {
        return process.memory();
    }

    /** What it has logged so far. */
    public String output() {
        return process.output();
    }

    @Override
    public void close() {
        process.close();
        RunFolder.remove(folder);
    }
}
