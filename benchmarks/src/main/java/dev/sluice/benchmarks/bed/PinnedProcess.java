package dev.sluice.benchmarks.bed;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process that runs on the given processors until it is closed. Its output goes to a file. */
final class PinnedProcess implements AutoCloseable {
    private static final int STOP_SECONDS = 40;

    private final Process process;
    private final File log;

    private PinnedProcess(Process process, File log) {
        this.process = process;
        this.log = log;
    }

    /**
     * Starts a command.
     *
     * @param cpus as taskset lists them: {@code 1}, {@code 0-3}
     * @param environment added to the environment of this process
     */
    static PinnedProcess start(
            Path folder, String name, String cpus, List<String> command, Map<String, String> environment)
            throws IOException {
        File log = folder.resolve(name + ".log").toFile();
        List<String> pinned = new ArrayList<>(List.of("taskset", "-c", cpus));
        pinned.addAll(command);
        ProcessBuilder builder =
                new ProcessBuilder(pinned).redirectErrorStream(true).redirectOutput(log);
        builder.environment().putAll(environment);
        Process process = builder.start();
        // taskset and the script exec their command, so there is one process with a known id.
        process.getOutputStream().close();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> destroyTree(process)));
        return new PinnedProcess(process, log);
    }

    private static void destroyTree(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** Its id and those of all its descendants. */
    List<Long> pids() {
        return Stream.concat(Stream.of(process.pid()), process.descendants().map(ProcessHandle::pid))
                .toList();
    }

    /** Its output so far. */
    String output() {
        try {
            return Files.readString(log.toPath());
        } catch (IOException e) {
            return "(no " + log + ")";
        }
    }

    /** Sends SIGTERM and waits for the end. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                destroyTree(process);
            }
        } catch (InterruptedException e) {
            destroyTree(process);
            Thread.currentThread().interrupt();
        }
    }
}
