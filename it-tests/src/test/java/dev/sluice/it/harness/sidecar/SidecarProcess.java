package dev.sluice.it.harness.sidecar;

import dev.sluice.it.harness.process.OrphanGuard;
import dev.sluice.it.harness.process.Prerequisite;
import dev.sluice.it.harness.process.ProcessOutput;
import dev.sluice.it.harness.process.ReadyLine;
import dev.sluice.it.harness.process.SourceTree;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;

/**
 * The application jar as a process, as operators run it, with its configuration in a temporary folder. The last lines of its
 * output are shown on a failure. A buffer leak that Netty reports fails the test that closes the process.
 */
public final class SidecarProcess implements AutoCloseable {
    private static final Duration START_DEADLINE = Duration.ofSeconds(60);
    private static final Duration STOP_DEADLINE = Duration.ofSeconds(60);

    private final SidecarSetup setup;
    private final Path folder;
    private Process process;
    private ProcessOutput output;
    private ReadyLine ready;

    private SidecarProcess(SidecarSetup setup) throws IOException {
        this.setup = setup;
        jar(); // without a jar, skips before a folder is created
        folder = Files.createTempDirectory("sluice-it-");
        Files.writeString(folder.resolve("sluice.conf"), setup.conf(limitsFile().toString()));
        writeLimits(setup.limits());
        launch();
    }

    static SidecarProcess start(SidecarSetup setup) {
        try {
            return new SidecarProcess(setup);
        } catch (IOException e) {
            throw new IllegalStateException("cannot start the sidecar", e);
        }
    }

    /** The jar under test. */
    public static Path jar() {
        Prerequisite.require(!"off".equals(System.getProperty("sluice.sidecar")), "sluice.sidecar=off");
        var named = System.getProperty("sluice.jar");
        var jar = named == null ? SourceTree.path("proxy/target/sluice.jar") : Path.of(named);
        if (!Files.exists(jar)) {
            throw new IllegalStateException("no " + jar + ": build it with mvn -pl proxy -am package");
        }
        return jar;
    }

    /** The java command of this JVM. */
    public static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private void launch() throws IOException {
        var command = new ArrayList<>(setup.runner());
        command.add(java());
        command.add("-Dio.netty.leakDetection.level=paranoid");
        command.addAll(setup.jvmFlags());
        command.addAll(List.of(
                "-jar",
                jar().toString(),
                "proxy",
                "-c",
                folder.resolve("sluice.conf").toString()));
        process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        OrphanGuard.watch(process);
        output = new ProcessOutput(process);
        try {
            ready = output.awaitReady(START_DEADLINE);
        } catch (AssertionError e) {
            process.destroyForcibly();
            deleteFolder();
            throw e;
        }
    }

    /** The endpoint for S3 clients; changes with a restart. */
    public URI s3() {
        return URI.create("http://" + ready.listen());
    }

    /** The endpoint of the admin port; changes with a restart. */
    public URI admin() {
        return URI.create("http://" + ready.admin());
    }

    /** The endpoint for peers; stays the same over restarts. */
    public String sync() {
        return setup.sync();
    }

    public long pid() {
        return process.pid();
    }

    public boolean alive() {
        return process.isAlive();
    }

    /** The last lines of its output. */
    public String log() {
        return output.text();
    }

    /** Replaces the limits file atomically, as an editor does. */
    public void writeLimits(String limits) {
        try {
            var draft = Files.writeString(folder.resolve("limits.new"), "limits {\n" + limits + "\n}\n");
            Files.move(draft, limitsFile(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new IllegalStateException("cannot write " + limitsFile(), e);
        }
    }

    /** The limits file that it follows, to be written as a test wants it. */
    public Path limitsFile() {
        return folder.resolve("limits.conf");
    }

    /** Kills it without a shutdown, as a power failure would. */
    public void kill9() {
        process.destroyForcibly();
        awaitExit();
    }

    /** Sends SIGTERM and waits for the end of the drain. */
    public int terminate() {
        process.destroy();
        return awaitExit();
    }

    /** Starts again with the same configuration, after {@link #kill9} or {@link #terminate}. */
    public void restart() {
        if (alive()) {
            throw new IllegalStateException("it is still running");
        }
        try {
            launch();
        } catch (IOException e) {
            throw new IllegalStateException("cannot start the sidecar again", e);
        }
    }

    /** Waits until it ends by itself; returns its exit code. */
    public int awaitExit() {
        try {
            if (!process.waitFor(STOP_DEADLINE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                Assertions.fail("the sidecar did not end within " + STOP_DEADLINE + ":\n" + log());
            }
            output.awaitEnd(STOP_DEADLINE);
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the sidecar ends", e);
        }
    }

    /** Ends it if it runs, and removes its folder. */
    @Override
    public void close() {
        if (alive()) {
            terminate();
        }
        deleteFolder();
        if (output.leakReported()) {
            Assertions.fail("a buffer leaked:\n" + log());
        }
    }

    private void deleteFolder() {
        try (var files = Files.list(folder)) {
            for (var file : files.toList()) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            // Files beyond its configuration stay in the temporary folder.
        }
    }
}
