package dev.sluice.it.harness.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Reads the output of a sidecar, so that it never blocks, and keeps the last lines. Thread-safe. */
public final class ProcessOutput {
    private static final int MAX_LINES = 400;

    private final ArrayDeque<String> lines = new ArrayDeque<>();
    private final CompletableFuture<ReadyLine> ready = new CompletableFuture<>();
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private volatile boolean leakReported;

    public ProcessOutput(Process process) {
        var reader = new Thread(() -> read(process), "output-of-" + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    private void read(Process process) {
        try (var in = process.inputReader()) {
            in.lines().forEach(this::add);
        } catch (IOException | UncheckedIOException e) {
            add("(its output broke off: " + e.getMessage() + ")");
        } finally {
            ready.completeExceptionally(new IllegalStateException("it ended before it was ready"));
            end.complete(null);
        }
    }

    private void add(String line) {
        synchronized (lines) {
            if (lines.size() == MAX_LINES) {
                lines.removeFirst();
            }
            lines.addLast(line);
        }
        if (line.contains("LEAK:")) {
            leakReported = true;
        }
        ReadyLine.parse(line).ifPresent(ready::complete);
    }

    public ReadyLine awaitReady(Duration deadline) {
        try {
            return ready.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("the sidecar is not ready (" + e + "); it printed:\n" + text(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the sidecar starts", e);
        }
    }

    /** Waits until the process closed its output and all of it was read. */
    public void awaitEnd(Duration deadline) throws InterruptedException {
        try {
            end.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("its output does not end; it printed:\n" + text(), e);
        }
    }

    public boolean leakReported() {
        return leakReported;
    }

    public String text() {
        synchronized (lines) {
            return String.join("\n", lines);
        }
    }
}
