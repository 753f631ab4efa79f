package dev.sluice.benchmarks.bed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Resident memory of processes, from {@code /proc/PID/status}.
 *
 * @param residentKib now, KiB
 * @param peakKib the maximum so far, KiB
 */
public record ProcessMemory(long residentKib, long peakKib) {
    /** Returns the sum over processes; shared pages count for each. */
    static ProcessMemory of(List<Long> pids) throws IOException {
        long resident = 0;
        long peak = 0;
        for (long pid : pids) {
            for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
                if (line.startsWith("VmRSS:")) {
                    resident += kib(line);
                } else if (line.startsWith("VmHWM:")) {
                    peak += kib(line);
                }
            }
        }
        return new ProcessMemory(resident, peak);
    }

    private static long kib(String line) {
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
    }
}
