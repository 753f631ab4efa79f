package dev.sluice.proxy.quota.api;

import dev.sluice.limits.model.QuotaName;
import dev.sluice.proxy.quota.http.QuotaErrors;
import dev.sluice.proxy.quota.http.QuotaReply;
import dev.sluice.proxy.quota.http.StreamSink;
import dev.sluice.quota.alloc.QuotaView;
import dev.sluice.quota.journal.AllocObserver;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Quotas that become 80 % full, full, or less again: a line in the log, a count, and an event for each client that listens.
 * Called by the store's thread; clients come and go on event loops. Never blocks.
 */
final class ThresholdEvents implements AllocObserver {
    private static final Logger LOG = LoggerFactory.getLogger(ThresholdEvents.class);
    private static final int CLIENTS_MAX = 64;
    private static final int EVENT_BYTES = 256;
    /** A quota that goes up and down around its threshold must not fill the log. */
    private static final int LINES_MAX = 10;

    private static final long LINES_NANOS = 1_000_000_000L;

    private final LongSupplier nanoClock;
    private final Set<StreamSink> clients = ConcurrentHashMap.newKeySet();
    private final CallCounters counters;
    // of the store's thread
    private long linesSinceNanos;
    private int lines;

    /**
     * Without clients.
     *
     * @param counters what thresholds count
     * @param nanoClock monotonic
     */
    ThresholdEvents(CallCounters counters, LongSupplier nanoClock) {
        this.counters = counters;
        this.nanoClock = nanoClock;
        this.linesSinceNanos = nanoClock.getAsLong();
    }

    @Override
    public void onChange(QuotaName quota, QuotaView before, QuotaView after) {
        ThresholdLevel from = ThresholdLevel.of(before);
        ThresholdLevel to = ThresholdLevel.of(after);
        if (from == to) {
            return;
        }
        if (to == ThresholdLevel.FULL) {
            counters.becameFull.increment();
        } else if (from == ThresholdLevel.BELOW) {
            counters.becameHigh.increment();
        }
        log(quota, after, to);
        byte[] event = event(quota, after, to);
        clients.forEach(client -> client.send(event));
    }

    private void log(QuotaName quota, QuotaView view, ThresholdLevel to) {
        long nowNanos = nanoClock.getAsLong();
        if (nowNanos - linesSinceNanos > LINES_NANOS) {
            linesSinceNanos = nowNanos;
            lines = 0;
        }
        if (lines++ < LINES_MAX) {
            LOG.info(
                    "quota {} is {}: {} of {} allocated",
                    quota,
                    switch (to) {
                        case FULL -> "full";
                        case HIGH -> "80 % full or more";
                        case BELOW -> "less than 80 % full";
                    },
                    view.allocated(),
                    view.capacity());
        }
    }

    private static byte[] event(QuotaName quota, QuotaView view, ThresholdLevel to) {
        JsonBytes json = new JsonBytes(EVENT_BYTES);
        json.raw("event: threshold\ndata: {\"namespace\":").text(quota.namespace());
        json.raw(",\"resource\":").text(quota.resource());
        json.raw(",\"threshold_percent\":").number(to.percent());
        json.raw(",\"allocated\":").number(view.allocated());
        json.raw(",\"capacity\":").number(view.capacity());
        json.raw(",\"version\":").number(view.version());
        return json.raw("}\n\n").toBytes();
    }

    /** Takes a client in, if there is room for one more. */
    QuotaReply listen() {
        if (clients.size() >= CLIENTS_MAX) {
            return QuotaErrors.unavailable("at most " + CLIENTS_MAX + " clients listen to events");
        }
        return new QuotaReply.Stream(client -> {
            // shows the client at once that it is connected
            client.send(":\n\n".getBytes(StandardCharsets.US_ASCII));
            clients.add(client);
            return () -> clients.remove(client);
        });
    }
}
