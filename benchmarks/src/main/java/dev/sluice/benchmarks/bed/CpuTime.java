package dev.sluice.benchmarks.bed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Processor time of processes, from {@code /proc/PID/stat}, with all threads, also ended ones. Its resolution is 10 ms, so
 * measured intervals must be much longer.
 *
 * @param userMicros in user mode, microseconds
 * @param systemMicros in the kernel, microseconds
 */
public record CpuTime(double userMicros, double systemMicros) {
    /** The kernel reports hundredths of a second, whatever its own clock rate. */
    private static final double MICROS_PER_TICK = 10_000;

    private static final int USER_FIELD = 11;
    private static final int SYSTEM_FIELD = 12;

    /** Returns the sum over processes. */
    public static CpuTime of(List<Long> pids) throws IOException {
        CpuTime sum = new CpuTime(0, 0);
        for (long pid : pids) {
            sum = sum.plus(parse(Files.readString(Path.of("/proc", Long.toString(pid), "stat"))));
        }
        return sum;
    }

    /** Parses the line of a process. The name in parentheses may contain any character. */
    static CpuTime parse(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return new CpuTime(
                Long.parseLong(fields[USER_FIELD]) * MICROS_PER_TICK,
                Long.parseLong(fields[SYSTEM_FIELD]) * MICROS_PER_TICK);
    }

    CpuTime plus(CpuTime other) {
        return new CpuTime(userMicros + other.userMicros, systemMicros + other.systemMicros);
    }

    /** The difference to an earlier value. */
    public CpuTime since(CpuTime before) {
        return new CpuTime(userMicros - before.userMicros, systemMicros - before.systemMicros);
    }

    public double totalMicros() {
        return userMicros + systemMicros;
    }
}
