package dev.sluice.proxy.app;

import dev.sluice.limits.model.Policy;
import dev.sluice.policy.limitsfile.LimitsFileSource;
import dev.sluice.policy.limitsfile.LimitsOverlay;
import dev.sluice.policy.settings.Settings;
import dev.sluice.policy.source.PolicyLayer;
import dev.sluice.policy.source.PolicyMerger;
import dev.sluice.policy.source.PolicyOrigins;
import dev.sluice.policy.source.PolicySnapshot;
import dev.sluice.policy.source.Reloadable;
import dev.sluice.policy.source.SourcePoller;
import dev.sluice.proxy.app.log.LimitsFileLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The sources of a sidecar's limits and identities: follows them. Thread-safe. */
final class PolicySources implements AutoCloseable {
    private final Reloadable<PolicyLayer> limitsFile;
    private final Reloadable<PolicyLayer> overlay;
    private final List<SourcePoller<PolicyLayer>> pollers = new ArrayList<>();
    private final PolicyMerger merger;
    /** Those that are meant to be the same on all sidecars. */
    private final List<Reloadable<PolicyLayer>> stated;

    /**
     * Follows nothing yet.
     *
     * @param first what the limits file held at the start
     * @param quotas those of the quota service, which follows its files itself; empty: it is off
     * @param rgw RGW's own rate limits; empty: they are not asked for
     */
    PolicySources(
            Settings settings,
            PolicyLayer first,
            List<Reloadable<PolicyLayer>> quotas,
            Optional<Reloadable<PolicyLayer>> rgw) {
        limitsFile = new Reloadable<>(first);
        pollers.add(LimitsFileSource.poller(settings.limitsFile(), limitsFile));
        Optional<LimitsOverlay> file = settings.limitsOverlay().map(LimitsOverlay::new);
        overlay = new Reloadable<>(file.flatMap(found -> found.read().value()).orElse(PolicyLayer.EMPTY));
        file.ifPresent(found -> pollers.add(LimitsFileSource.overlayPoller(found.file(), overlay)));
        stated = Stream.concat(Stream.of(overlay, limitsFile), quotas.stream()).toList();
        // all sources, in order of precedence
        merger = new PolicyMerger(Stream.concat(stated.stream(), rgw.stream()).toList());
    }

    /** The limits and identities of all sources now. */
    PolicySnapshot snapshot() {
        return merger.snapshot();
    }

    /** The limits without RGW's own, of which each sidecar knows those that are in use there. */
    Policy statedLimits() {
        return new PolicyMerger(stated).snapshot().limits();
    }

    /** Where the limits of all sources are set. */
    PolicyOrigins origins() {
        return merger.origins();
    }

    /**
     * Begins to follow the sources.
     *
     * @param publisher is given each later snapshot, to bring it into force
     */
    void start(Consumer<PolicySnapshot> publisher) {
        merger.publishTo(publisher);
        // after the merger's listener: what it logs is in force already
        limitsFile.addListener(new LimitsFileLog("the limits file", limitsFile.value()));
        overlay.addListener(new LimitsFileLog("the file of limits set by command", overlay.value()));
        pollers.forEach(SourcePoller::start);
    }

    /** The limits file: what it held when it was last good, and whether it is bad. */
    Reloadable<PolicyLayer> limitsFile() {
        return limitsFile;
    }

    /** The limits that were set by command. */
    Reloadable<PolicyLayer> overlay() {
        return overlay;
    }

    @Override
    public void close() {
        pollers.forEach(SourcePoller::close);
    }
}
