package dev.sluice.it;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Reads one object at a steady rate through several clients, whatever the answers, and counts what became of each
 * request. A machine that is too slow for the rate offers less; how much was offered is counted too.
 */
final class ReadLoad implements AutoCloseable {
    /** An offer that is later than this is not made up for: that would be a burst of the test's own making. */
    private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    final LongAdder offered = new LongAdder();
    final LongAdder admitted = new LongAdder();
    final LongAdder rejected = new LongAdder();
    /** Neither: what must not happen. */
    final List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());

    private final List<S3Client> clients;
    private final String bucket;
    private final String key;
    private final long gapNanos;
    private final AtomicLong nextNanos = new AtomicLong(System.nanoTime());
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean running = true;

    ReadLoad(List<S3Client> clients, String bucket, String key, int perSecond) {
        this.clients = List.copyOf(clients);
        this.bucket = bucket;
        this.key = key;
        this.gapNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
    }

    ReadLoad start(int threadCount) {
        for (int i = 0; i < threadCount; i++) {
            var client = clients.get(i % clients.size());
            var thread = new Thread(() -> run(client), "load-" + i);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
        return this;
    }

    private void run(S3Client client) {
        while (running) {
            long mine = nextNanos.getAndAdd(gapNanos);
            long now = System.nanoTime();
            if (now - mine > LATE_NANOS) {
                nextNanos.accumulateAndGet(now, Math::max);
            } else if (mine > now) {
                java.util.concurrent.locks.LockSupport.parkNanos(mine - now);
            }
            if (running) {
                read(client);
            }
        }
    }

    private void read(S3Client client) {
        offered.increment();
        try {
            client.getObjectAsBytes(b -> b.bucket(bucket).key(key));
            admitted.increment();
        } catch (S3Exception e) {
            if (e.statusCode() == 503
                    && e.isThrottlingException()
                    && e.awsErrorDetails().errorCode().equals("SlowDown")) {
                rejected.increment();
            } else {
                failures.add(e);
            }
        } catch (SdkException e) {
            failures.add(e);
        }
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
