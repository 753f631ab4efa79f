package dev.sluice.benchmarks;

import dev.sluice.benchmarks.bed.SystemCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** Date, machine and Java version, for the head of a report. */
final class MachineFacts {
    private MachineFacts() {}

    /** Lines of Markdown. */
    static List<String> lines() {
        return List.of(
                "Date: "
                        + ZonedDateTime.now(ZoneOffset.UTC)
                                .format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'")),
                "Machine: " + Runtime.getRuntime().availableProcessors() + " processors, " + processor() + ", Linux "
                        + System.getProperty("os.version"),
                "Load of the machine before the run: " + load(),
                "Java " + System.getProperty("java.runtime.version"));
    }

    /** The load averages of 1, 5 and 15 minutes. */
    static String load() {
        try {
            String[] fields = Files.readString(Path.of("/proc/loadavg")).split(" ", -1);
            return String.join(" ", fields[0], fields[1], fields[2]);
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static String processor() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 2))
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }

    /** The first line of a command's version output. */
    static String version(String... command) {
        try {
            return SystemCommand.run(command).lines().findFirst().orElse("");
        } catch (IOException e) {
            return command[0] + " unknown";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return command[0] + " unknown";
        }
    }
}
