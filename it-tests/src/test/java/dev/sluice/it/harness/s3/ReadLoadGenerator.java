package dev.sluice.it.harness.s3;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Reads one object at a steady rate, by SDK clients or raw requests, and counts the outcomes. A slow machine offers less
 * than the rate, so offered requests are counted too.
 */
public final class ReadLoadGenerator implements AutoCloseable {
    /** Requests later than this are skipped, because catching up would be a burst. */
    private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    public final LongAdder offered = new LongAdder();
    public final LongAdder admitted = new LongAdder();
    /** The times of responses other than rejections. */
    public final Queue<Long> admittedNanos = new ConcurrentLinkedQueue<>();

    public final LongAdder rejected = new LongAdder();
    /** Neither admitted nor rejected: errors. */
    public final List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());

    /** One read of the object. */
    private interface Read {
        /** Whether it was admitted; false: rejected by a limit. Throws for any other outcome. */
        boolean isAdmitted() throws IOException, InterruptedException;
    }

    private final List<Read> reads;
    private final long gapNanos;
    private final AtomicLong nextNanos = new AtomicLong(System.nanoTime());
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean running = true;

    public ReadLoadGenerator(List<S3Client> clients, String bucket, String key, int perSecond) {
        this(
                clients.stream()
                        .<Read>map(client -> () -> isAdmitted(client, bucket, key))
                        .toList(),
                perSecond);
    }

    /** Raw requests, which need less CPU than an SDK. */
    public ReadLoadGenerator(URI presigned, int perSecond) {
        this(List.of(() -> isAdmitted(HTTP, HttpRequest.newBuilder(presigned).build())), perSecond);
    }

    private ReadLoadGenerator(List<Read> reads, int perSecond) {
        this.reads = List.copyOf(reads);
        this.gapNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
    }

    public ReadLoadGenerator start(int threadCount) {
        for (int i = 0; i < threadCount; i++) {
            var read = reads.get(i % reads.size());
            var thread = new Thread(() -> run(read), "load-" + i);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
        return this;
    }

    private void run(Read read) {
        while (running) {
            long mine = nextNanos.getAndAdd(gapNanos);
            long now = System.nanoTime();
            if (now - mine > LATE_NANOS) {
                nextNanos.accumulateAndGet(now, Math::max);
            } else if (mine > now) {
                java.util.concurrent.locks.LockSupport.parkNanos(mine - now);
            }
            if (running) {
                count(read);
            }
        }
    }

    private void count(Read read) {
        offered.increment();
        try {
            if (read.isAdmitted()) {
                admitted.increment();
                admittedNanos.add(System.nanoTime());
            } else {
                rejected.increment();
            }
        } catch (SdkException | IOException e) {
            failures.add(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isAdmitted(S3Client client, String bucket, String key) {
        try {
            client.getObjectAsBytes(b -> b.bucket(bucket).key(key));
            return true;
        } catch (S3Exception e) {
            if (e.statusCode() == 503
                    && e.isThrottlingException()
                    && e.awsErrorDetails().errorCode().equals("SlowDown")) {
                return false;
            }
            throw e;
        }
    }

    private static boolean isAdmitted(HttpClient http, HttpRequest request) throws IOException, InterruptedException {
        var response = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200
                && !(response.statusCode() == 503
                        && response.headers().firstValue("x-sluice-limit").isPresent()
                        && response.body().contains("SlowDown"))) {
            throw new IOException(response.statusCode() + " " + response.body());
        }
        return response.statusCode() == 200;
    }

    @Override
    public void close() {
        running = false;
        for (var thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
