package dev.sluice.benchmarks.bed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Processor time that processes have used, from {@code /proc/PID/stat}: with all their threads, also those that ended.
 * Its grain is a clock tick, 10 ms: intervals must be long enough for that not to matter.
 *
 * @param userMicros in user mode, microseconds
 * @param systemMicros in the kernel, microseconds
 */
public record CpuTime(double userMicros, double systemMicros) {
    /** The kernel tells user space hundredths of a second, whatever its own clock. */
    private static final double MICROS_PER_TICK = 10_000;

    private static final int USER_FIELD = 11;
    private static final int SYSTEM_FIELD = 12;

    /** The sum over processes. */
    static CpuTime of(List<Long> pids) throws IOException {
        CpuTime sum = new CpuTime(0, 0);
        for (long pid : pids) {
            sum = sum.plus(parse(Files.readString(Path.of("/proc", Long.toString(pid), "stat"))));
        }
        return sum;
    }

    /** Reads the line of a process; the name in it stands in parentheses and may hold anything. */
    static CpuTime parse(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return new CpuTime(
                Long.parseLong(fields[USER_FIELD]) * MICROS_PER_TICK,
                Long.parseLong(fields[SYSTEM_FIELD]) * MICROS_PER_TICK);
    }

    CpuTime plus(CpuTime other) {
        return new CpuTime(userMicros + other.userMicros, systemMicros + other.systemMicros);
    }

    /** What was used between then and now. */
    public CpuTime since(CpuTime before) {
        return new CpuTime(userMicros - before.userMicros, systemMicros - before.systemMicros);
    }

    public double totalMicros() {
        return userMicros + systemMicros;
    }
}
