package dev.sluice.proxy.admin.metrics;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The metrics of the process, under the names that Prometheus' own clients give them, and the version. */
final class ProcessMetrics {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:";
    private static final double KIBI = 1024;
    private static final double NANOS_PER_SECOND = 1e9;

    private ProcessMetrics() {}

    /** Registers them. Those that the platform doesn't have are {@code NaN}. */
    static void bind(SluiceMetrics to) {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        to.counter(
                "process.cpu.seconds",
                "Processor time that the process has used",
                system,
                s -> s.getProcessCpuTime() / NANOS_PER_SECOND);
        to.gauge(
                "process.resident.memory.bytes", "Memory of the process that is in RAM", STATUS, p -> residentBytes(p));
        if (system instanceof UnixOperatingSystemMXBean unix) {
            to.gauge(
                    "process.open.fds",
                    "Open file descriptors",
                    unix,
                    UnixOperatingSystemMXBean::getOpenFileDescriptorCount);
            to.gauge(
                    "process.max.fds",
                    "File descriptors that the process may open",
                    unix,
                    UnixOperatingSystemMXBean::getMaxFileDescriptorCount);
        }
        MetricSnapshots build = new MetricSnapshots(InfoSnapshot.builder()
                .name("sluice_build")
                .help("The version of the process and of its Java")
                .dataPoint(InfoDataPointSnapshot.builder()
                        .labels(Labels.of(
                                "version",
                                BuildVersion.text(),
                                "java",
                                Runtime.version().toString()))
                        .build())
                .build());
        to.families(() -> build);
    }

    /** {@code NaN} where there is no such file, or no more files can be opened. */
    private static double residentBytes(Path status) {
        try {
            for (String line : Files.readAllLines(status, StandardCharsets.UTF_8)) {
                if (line.startsWith(RESIDENT)) {
                    String[] words = line.substring(RESIDENT.length()).strip().split(" ", 2);
                    return Long.parseLong(words[0]) * KIBI;
                }
            }
        } catch (IOException | NumberFormatException e) {
            return Double.NaN;
        }
        return Double.NaN;
    }
}
