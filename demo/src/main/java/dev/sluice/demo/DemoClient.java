package dev.sluice.demo;

import dev.sluice.demo.OutcomeCounters.Outcome;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A client that reads objects through one sidecar at a steady rate. It does not retry and does not back off. It sends
 * presigned requests.
 */
final class DemoClient implements AutoCloseable {
    private static final int IN_FLIGHT_MAX = 200;
    private static final int TICKS_A_SECOND = 100;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ScheduledExecutorService pacer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "client");
        thread.setDaemon(true);
        return thread;
    });
    private final Semaphore inFlight = new Semaphore(IN_FLIGHT_MAX);
    private final List<URI> objects;
    private final OutcomeCounters tally;
    private final double perTick;
    private double due;
    private int next;

    DemoClient(List<URI> objects, double perSecond, OutcomeCounters tally) {
        this.objects = List.copyOf(objects);
        this.tally = tally;
        this.perTick = perSecond / TICKS_A_SECOND;
    }

    void start() {
        var unused = pacer.scheduleAtFixedRate(this::tick, 0, 1000 / TICKS_A_SECOND, TimeUnit.MILLISECONDS);
    }

    private void tick() {
        for (due += perTick; due >= 1; due--) {
            if (inFlight.tryAcquire()) {
                send(objects.get(next++ % objects.size()));
            }
        }
    }

    private void send(URI object) {
        tally.count(Outcome.OFFERED);
        HttpRequest request = HttpRequest.newBuilder(object).timeout(TIMEOUT).build();
        var unused = client.sendAsync(request, HttpResponse.BodyHandlers.discarding())
                .whenComplete((response, error) -> {
                    inFlight.release();
                    if (error == null && response.statusCode() == 200) {
                        tally.count(Outcome.ADMITTED);
                    } else if (error == null && response.statusCode() == 503) {
                        tally.count(Outcome.REJECTED);
                    } else {
                        tally.count(Outcome.FAILED);
                    }
                });
    }

    @Override
    public void close() {
        pacer.shutdownNow();
    }
}
