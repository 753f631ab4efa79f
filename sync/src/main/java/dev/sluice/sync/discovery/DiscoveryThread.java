package dev.sluice.sync.discovery;

import dev.sluice.sync.config.SyncConfig;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a {@link Discovery} periodically, on a thread of its own. A look-up may take as long as a DNS server or a
 * Ceph monitor does, and must delay neither the configured peers nor their names.
 */
public final class DiscoveryThread implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(DiscoveryThread.class);

    private final Discovery discovery;
    private final Consumer<List<String>> found;
    private final LongSupplier nanos;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile DiscoveryStatus status;

    /**
     * Creates the thread; it is not started.
     *
     * @param found receives the endpoints after each successful look-up, on the thread that runs this
     */
    public DiscoveryThread(Discovery discovery, Consumer<List<String>> found, LongSupplier nanos) {
        this.discovery = discovery;
        this.found = found;
        this.nanos = nanos;
        this.status = new DiscoveryStatus(discovery.source(), 0, "no look-up has ended yet", nanos.getAsLong());
    }

    /** The current status; any thread. */
    public DiscoveryStatus status() {
        return status;
    }

    public void stop() {
        stopped.countDown();
    }

    @Override
    public void run() {
        try {
            do {
                lookUp();
            } while (!stopped.await(discovery.intervalNanos(), TimeUnit.NANOSECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Looks up once. A problem is logged if it differs from the one before. */
    void lookUp() throws InterruptedException {
        try {
            List<String> endpoints = discovery.find().stream()
                    .distinct()
                    .limit(SyncConfig.PEERS_MAX)
                    .toList();
            if (!status.problem().isEmpty() || status.found() != endpoints.size()) {
                LOG.info("{} finds {} peers: {}", discovery.source(), endpoints.size(), endpoints);
            }
            status = new DiscoveryStatus(discovery.source(), endpoints.size(), "", nanos.getAsLong());
            found.accept(endpoints);
        } catch (IOException | RuntimeException e) {
            String problem = e instanceof IOException ? String.valueOf(e.getMessage()) : e.toString();
            if (!problem.equals(status.problem())) {
                LOG.warn("the look-up of peers by {} failed: {}", discovery.source(), problem);
            }
            status = new DiscoveryStatus(discovery.source(), status.found(), problem, status.lastFoundNanos());
        }
    }
}
