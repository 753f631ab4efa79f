package dev.sluice.benchmarks.bed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Runs commands of the system. */
public final class SystemCommand {
    private SystemCommand() {}

    /**
     * Runs a command to its end and returns its output.
     *
     * @throws IOException if it can't be started or fails
     */
    public static String run(List<String> command, Map<String, String> environment)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + " failed:\n" + output);
        }
        return output;
    }

    public static String run(String... command) throws IOException, InterruptedException {
        return run(List.of(command), Map.of());
    }

    /** Returns the commands that are not on the path. */
    public static List<String> missing(String... commands) {
        String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/sbin";
        return Arrays.stream(commands)
                .filter(command -> Arrays.stream(path.split(":"))
                        .noneMatch(folder -> Files.isExecutable(Path.of(folder, command))))
                .toList();
    }
}
