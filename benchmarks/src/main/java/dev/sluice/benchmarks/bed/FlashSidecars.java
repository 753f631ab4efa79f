package dev.sluice.benchmarks.bed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Sidecars that share the limit of one user, as processes on all processors of this machine. */
public final class FlashSidecars implements AutoCloseable {
    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final int PORTS = 3;
    /** Until all of them have received each other for long enough to divide the limit. */
    private static final long SETTLE_MILLIS = 3_000;

    private final Path folder;
    private final RunPlacement place;
    private final Deque<ProxyUnderTest> running = new ArrayDeque<>();
    private final List<String> addresses = new ArrayList<>();

    private FlashSidecars(Path folder, RunPlacement place) {
        this.folder = folder;
        this.place = place;
    }

    /**
     * Starts them, and waits until they answer.
     *
     * @param home the folder of the {@code sluice} script
     * @param upstream {@code host:port}
     * @param limitPerSecond on the read operations of the user with {@link S3RequestHeaders#ADMITTED_KEY}
     */
    public static FlashSidecars start(Path home, int sidecars, String upstream, int limitPerSecond)
            throws IOException, InterruptedException {
        FlashSidecars cluster = new FlashSidecars(Files.createTempDirectory("sluice-bench-"), RunPlacement.random());
        try {
            for (int i = 0; i < sidecars; i++) {
                cluster.start(home, i, sidecars, upstream, limitPerSecond);
            }
            for (ProxyUnderTest sidecar : cluster.running) {
                cluster.await(sidecar);
            }
            Thread.sleep(SETTLE_MILLIS);
            return cluster;
        } catch (IOException | InterruptedException | RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    private void start(Path home, int index, int sidecars, String upstream, int limitPerSecond) throws IOException {
        Path own = Files.createDirectories(folder.resolve("sidecar" + index));
        Files.writeString(own.resolve("limits.conf"), """
                limits {
                  users { flash { read-ops = %d/s } }
                  access-keys { %s = flash }
                }
                """.formatted(limitPerSecond, S3RequestHeaders.ADMITTED_KEY));
        String peers = IntStream.range(0, sidecars)
                .filter(other -> other != index)
                .mapToObj(other -> "\"tcp://" + place.address(PORTS * other + 1) + "\"")
                .collect(Collectors.joining(", "));
        String listen = place.address(PORTS * index);
        Path conf = Files.writeString(own.resolve("sluice.conf"), """
                sluice {
                  node-id = "sidecar%d"
                  listen.address = "%s"
                  upstream.address = "%s"
                  sync { listen = "tcp://%s", peers = [%s], cluster = bench }
                  admin.address = "%s"
                }
                """.formatted(
                index, listen, upstream, place.address(PORTS * index + 1), peers, place.address(PORTS * index + 2)));
        String script = home.resolve("sluice").toString();
        SidecarLaunch.Variant variant = new SidecarLaunch.Variant("sidecar" + index, home, "");
        running.push(ProxyUnderTest.start(
                folder,
                RunPlacement.allCpus(),
                new ProxyUnderTest.Launch(
                        variant.name(),
                        List.of(script, "proxy", "-c", conf.toString()),
                        variant.environment(),
                        listen,
                        listen)));
        addresses.add(listen);
    }

    private void await(ProxyUnderTest sidecar) throws IOException, InterruptedException {
        try {
            HttpProbe.await(
                    sidecar.openAddress(),
                    "/" + S3RequestHeaders.BUCKET + "/probe",
                    S3RequestHeaders.headers(S3RequestHeaders.ADMITTED_KEY),
                    START_NANOS,
                    50);
        } catch (IOException e) {
            throw new IOException(sidecar.name() + " does not answer:\n" + sidecar.output(), e);
        }
    }

    /** {@code host:port} of each. */
    public List<String> addresses() {
        return List.copyOf(addresses);
    }

    @Override
    public void close() {
        while (!running.isEmpty()) {
            running.pop().close();
        }
        RunFolder.remove(folder);
    }
}
