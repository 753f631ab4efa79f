package dev.sluice.sync.discovery;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds peers by Ceph's service map: each host with a radosgw has a sidecar, on the same port everywhere. A command
 * prints the map; it needs a running ceph-mgr. A stopped gateway stays in the map for half a minute.
 */
public final class ServiceMapDiscovery implements Discovery {
    /** The default command that prints the map. */
    public static final List<String> COMMAND = List.of("ceph", "service", "dump", "--format", "json");

    private static final Logger LOG = LoggerFactory.getLogger(ServiceMapDiscovery.class);

    /** The command is a Python program that takes a third of a second of a processor each time. */
    private static final long INTERVAL_NANOS = 10_000_000_000L;

    private static final long PATIENCE_SECONDS = 20;
    private static final int MAP_BYTES_MAX = 16 << 20;

    private final List<String> command;
    private final ServiceMapHost host;
    private final int port;
    private Set<String> withoutAddress = Set.of();

    /**
     * Makes a discovery that runs the command at each look-up.
     *
     * @param command a program, found by the PATH, and its arguments
     * @param port of all sidecars
     */
    public ServiceMapDiscovery(List<String> command, ServiceMapHost host, int port) {
        this.command = List.copyOf(command);
        this.host = host;
        this.port = port;
    }

    @Override
    public String source() {
        return "ceph-service-map";
    }

    @Override
    public long intervalNanos() {
        return INTERVAL_NANOS;
    }

    @Override
    public List<String> find() throws IOException, InterruptedException {
        ServiceMap map = ServiceMap.parse(run(), host);
        Set<String> withoutAddressNow = new HashSet<>(map.withoutAddress());
        if (!withoutAddress.containsAll(withoutAddressNow)) {
            LOG.warn("radosgw daemons without an address in the service map: {}", map.withoutAddress());
        }
        withoutAddress = withoutAddressNow;
        return map.hosts().stream().map(found -> "tcp://" + found + ":" + port).toList();
    }

    private String run() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            process.getOutputStream().close();
            AtomicReference<byte[]> printed = new AtomicReference<>(new byte[0]);
            // A command that hangs must not block this thread: its output is read by another one.
            Thread reader = new Thread(() -> printed.set(read(process.getInputStream())), "sluice-service-map");
            reader.setDaemon(true);
            reader.start();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException(command.get(0) + " did not end within " + PATIENCE_SECONDS + " s");
            }
            reader.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
            if (process.exitValue() != 0) {
                throw new IOException(command.get(0) + " ended with " + process.exitValue());
            }
            byte[] map = Objects.requireNonNull(printed.get());
            if (map.length > MAP_BYTES_MAX) {
                throw new IOException("the service map is larger than " + MAP_BYTES_MAX + " bytes");
            }
            return new String(map, StandardCharsets.UTF_8);
        } finally {
            process.destroyForcibly();
        }
    }

    private static byte[] read(InputStream from) {
        try {
            return from.readNBytes(MAP_BYTES_MAX + 1);
        } catch (IOException e) {
            // The process was killed; its exit code shows that.
            return new byte[0];
        }
    }
}
