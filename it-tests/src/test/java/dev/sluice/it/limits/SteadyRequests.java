package dev.sluice.it.limits;

import dev.sluice.it.harness.net.WireHttpClient;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A client that sends one small request after the other, some hundred a second, and measures the slowest. */
final class SteadyRequests implements AutoCloseable {
    private static final long PAUSE_MILLIS = 2;

    private final URI target;
    private final Thread thread = new Thread(this::run, "steady-requests");
    private volatile boolean isClosing;
    private volatile long count;
    private volatile long slowestNanos;
    private volatile Optional<Exception> failure = Optional.empty();

    SteadyRequests(URI target) {
        this.target = target;
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!isClosing) {
                converse();
            }
        } catch (IOException | RuntimeException e) {
            failure = Optional.of(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Until the sidecar closes the connection, or this client does. */
    private void converse() throws IOException, InterruptedException {
        try (var connection = WireHttpClient.connect(target)) {
            for (boolean isLast = false; !isLast && !isClosing; ) {
                long beganNanos = System.nanoTime();
                connection.send("GET /bucket/key HTTP/1.1\r\nHost: " + target.getAuthority() + "\r\n\r\n");
                var response = connection.readResponse();
                slowestNanos = Math.max(slowestNanos, System.nanoTime() - beganNanos);
                count++;
                isLast = response.header("Connection").equalsIgnoreCase("close");
                Thread.sleep(PAUSE_MILLIS);
            }
        }
    }

    long count() {
        return count;
    }

    long slowestMillis() {
        return TimeUnit.NANOSECONDS.toMillis(slowestNanos);
    }

    /** Why it ended early. */
    Optional<Exception> failure() {
        return failure;
    }

    @Override
    public void close() {
        isClosing = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
