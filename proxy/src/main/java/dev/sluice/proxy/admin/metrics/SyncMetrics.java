package dev.sluice.proxy.admin.metrics;

import dev.sluice.sync.Bus;
import dev.sluice.sync.discovery.LinkState;
import dev.sluice.sync.peers.ChargeDelays;
import dev.sluice.sync.peers.PeerState;
import dev.sluice.sync.peers.UnreachablePeer;
import dev.sluice.sync.trust.RefusedPart;
import dev.sluice.sync.wire.DropReason;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import java.util.function.LongSupplier;

/** The metrics of the sync with other sidecars. */
public final class SyncMetrics {
    private static final double NANOS_PER_SECOND = 1e9;

    private SyncMetrics() {}

    /** Registers them. */
    public static void bind(SluiceMetrics to, Bus bus, LongSupplier nanoClock) {
        to.gauge(
                "sluice.peers.live",
                "Other sidecars whose reports come",
                bus,
                b -> b.peers().stream()
                        .filter(peer -> peer.state() == PeerState.LIVE)
                        .count());
        to.gauge(
                "sluice.peers.unreachable",
                "Sidecars that others receive reports from and this one doesn't",
                bus,
                b -> b.unreachablePeers().stream()
                        .filter(UnreachablePeer::isPartitioned)
                        .count());
        to.gauge(
                "sluice.sync.healthy",
                "1 while both threads of the sync run",
                bus,
                b -> b.isHealthy(nanoClock.getAsLong()) ? 1 : 0);
        to.gauge(
                "sluice.peers.limits.mismatched",
                "Live peers that have other limits in force",
                bus,
                b -> b.peers().stream()
                        .filter(peer -> peer.state() == PeerState.LIVE)
                        .filter(peer -> peer.limitsFingerprint() != 0)
                        .filter(peer -> b.limitsFingerprint() != 0 && peer.limitsFingerprint() != b.limitsFingerprint())
                        .count());
        to.counter(
                "sluice.sync.history.limits",
                "Limits of which peers reported the past, counted for each peer",
                bus,
                Bus::restoredLimits);
        String reports = "Reports of usage that were sent or received";
        to.counter(
                "sluice.sync.reports",
                reports,
                "direction",
                "sent",
                bus,
                b -> b.stats().sent().reports());
        to.counter(
                "sluice.sync.reports",
                reports,
                "direction",
                "received",
                bus,
                b -> b.stats().received().reports());
        String bytes = "Bytes of reports";
        to.counter(
                "sluice.sync.bytes",
                bytes,
                "direction",
                "sent",
                bus,
                b -> b.stats().sent().bytes());
        to.counter(
                "sluice.sync.bytes",
                bytes,
                "direction",
                "received",
                bus,
                b -> b.stats().received().bytes());
        to.counter(
                "sluice.sync.deferred",
                "Entries deferred to a later report for want of room (sync.max-rate)",
                bus,
                b -> b.stats().sent().deferred());
        to.counter(
                "sluice.sync.lost",
                "Reports that were never received, by the gaps in their sequences",
                bus,
                b -> b.stats().received().lost());
        to.histogram(
                "sluice_sync_charge_delay_seconds",
                "From the admission of operations on other sidecars until they were charged here",
                () -> histogram(bus.stats().received().chargeDelays()));
        to.counter(
                "sluice.sync.charge.delay.unknown",
                "Operations of other sidecars that were charged here after a delay that is not known",
                bus,
                b -> b.stats().received().chargeDelays().unknown());
        for (DropReason reason : DropReason.values()) {
            to.counter(
                    "sluice.sync.dropped",
                    "Messages that were not used",
                    "reason",
                    reason.key(),
                    bus,
                    b -> b.stats().received().dropped(reason));
        }
        for (RefusedPart part : RefusedPart.values()) {
            to.counter(
                    "sluice.sync.refused.parts",
                    "Parts of reports that were not used, while the rest was",
                    "reason",
                    part.key(),
                    bus,
                    b -> b.stats().received().refused(part));
        }
        if (bus.discovery().isPresent()) {
            to.gauge(
                    "sluice.sync.discovery.failing",
                    "1 while the search for peers fails",
                    bus,
                    b -> b.discovery()
                                    .filter(search -> !search.problem().isEmpty())
                                    .isPresent()
                            ? 1
                            : 0);
        }
        to.counter(
                "sluice.sync.refused",
                "Connections to the bus refused for want of a listed key",
                bus,
                b -> b.stats().sent().refused());
        to.counter(
                "sluice.sync.unauthenticated",
                "Subscriptions without authentication; nothing is sent to them",
                bus,
                b -> b.stats().sent().unauthenticated());
        to.gauge(
                "sluice.sync.links.down",
                "Addresses of sidecars from which no usable report comes",
                bus,
                b -> b.links().stream()
                        .filter(link -> link.state() != LinkState.UP)
                        .count());
        to.counter(
                "sluice.sync.restarts",
                "Sockets that were made anew after a failure",
                bus,
                b -> b.stats().publisherRestarts() + b.stats().subscriberRestarts());
    }

    private static HistogramDataPointSnapshot histogram(ChargeDelays times) {
        ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
        int classes = ChargeDelays.boundsNanos().size();
        for (int i = 0; i < classes; i++) {
            buckets.bucket(
                    ChargeDelays.boundsNanos().get(i) / NANOS_PER_SECOND,
                    times.counts().get(i));
        }
        buckets.bucket(Double.POSITIVE_INFINITY, times.counts().get(classes));
        return HistogramDataPointSnapshot.builder()
                .classicHistogramBuckets(buckets.build())
                .sum(times.sumNanos() / NANOS_PER_SECOND)
                .build();
    }
}
