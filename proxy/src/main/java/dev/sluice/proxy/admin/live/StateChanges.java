package dev.sluice.proxy.admin.live;

import dev.sluice.proxy.admin.live.body.LiveEvent.EventKind;
import dev.sluice.proxy.admin.live.body.LiveEvent.EventLevel;
import dev.sluice.proxy.admin.live.body.LiveNumbers;
import dev.sluice.proxy.admin.live.body.NowBody.ProblemKind;
import dev.sluice.proxy.admin.live.body.NowBody.ProblemNow;
import dev.sluice.proxy.admin.live.body.NowBody.SidecarState;
import dev.sluice.sync.activity.ActivityState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds what has changed with the sidecars since the last tick, and what is wrong with them now, one problem for each cause.
 * Owned by the view.
 */
final class StateChanges {
    /** A new limits file reaches one sidecar after the other. */
    private static final long DIFFER_MILLIS_MIN = 5_000;

    private Map<String, SidecarStatus> before = new HashMap<>();
    private final Map<String, Long> differsSince = new HashMap<>();
    private boolean didDiffer;
    private Optional<Long> syncFailsSince = Optional.empty();

    /** Adds an event for each change. */
    void update(List<SidecarStatus> sidecars, LiveEvents events, long wallMillis) {
        Map<String, SidecarStatus> now = new HashMap<>();
        long ownHash = sidecars.get(0).limitsHash();
        for (SidecarStatus sidecar : sidecars) {
            now.put(sidecar.node(), sidecar);
            SidecarStatus was = before.get(sidecar.node());
            state(sidecar, was, events, wallMillis);
            if (sidecar.isLive() && was != null && was.isLive()) {
                gateway(sidecar, was, events, wallMillis);
                limits(sidecar, was, events, wallMillis);
            }
            boolean differs =
                    sidecar.isLive() && ownHash != 0 && sidecar.limitsHash() != 0 && sidecar.limitsHash() != ownHash;
            if (differs) {
                differsSince.putIfAbsent(sidecar.node(), wallMillis);
            } else {
                differsSince.remove(sidecar.node());
            }
        }
        differsSince.keySet().retainAll(now.keySet());
        before = now;
        boolean differs = !differing(wallMillis).isEmpty();
        if (differs != didDiffer) {
            events.add(
                    wallMillis,
                    differs ? EventKind.LIMITS_DIFFER : EventKind.LIMITS_SAME,
                    differs ? EventLevel.WARNING : EventLevel.GOOD,
                    "",
                    differs
                            ? "limits differ: " + String.join(", ", differing(wallMillis))
                            : "all sidecars have the same limits");
            didDiffer = differs;
        }
    }

    private static void state(SidecarStatus now, @Nullable SidecarStatus was, LiveEvents events, long wallMillis) {
        if (now.isSelf() || (was != null && was.state() == now.state())) {
            return;
        }
        switch (now.state()) {
            case LIVE ->
                events.add(
                        wallMillis,
                        EventKind.PEER_LIVE,
                        EventLevel.GOOD,
                        now.node(),
                        now.node() + (was == null ? " is there" : " is back"));
            case SILENT ->
                events.add(wallMillis, EventKind.PEER_SILENT, EventLevel.ERROR, now.node(), now.node() + " is silent");
            case LEFT ->
                events.add(wallMillis, EventKind.PEER_LEFT, EventLevel.INFO, now.node(), now.node() + " has shut down");
        }
    }

    private static void gateway(SidecarStatus now, SidecarStatus was, LiveEvents events, long wallMillis) {
        boolean wasBad = was.gateway().isBad();
        if (now.gateway().isBad() && !wasBad) {
            events.add(
                    wallMillis,
                    EventKind.GATEWAY_DOWN,
                    EventLevel.ERROR,
                    now.node(),
                    "the gateway of " + now.node() + " can't be reached");
        } else if (wasBad && now.gateway().state() == ActivityState.GOOD) {
            events.add(
                    wallMillis,
                    EventKind.GATEWAY_UP,
                    EventLevel.GOOD,
                    now.node(),
                    "the gateway of " + now.node() + " is back");
        }
    }

    private static void limits(SidecarStatus now, SidecarStatus was, LiveEvents events, long wallMillis) {
        boolean wasBad = was.limitsFile().isBad();
        if (now.limitsFile().isBad() && !wasBad) {
            events.add(
                    wallMillis,
                    EventKind.LIMITS_FILE_BAD,
                    EventLevel.WARNING,
                    now.node(),
                    now.node() + ": the limits file has a mistake");
        } else if (wasBad && now.limitsFile().state() == ActivityState.GOOD) {
            events.add(
                    wallMillis,
                    EventKind.LIMITS_FILE_OK,
                    EventLevel.GOOD,
                    now.node(),
                    now.node() + ": the limits file is good again");
        }
        if (was.limitsHash() != 0 && now.limitsHash() != 0 && now.limitsHash() != was.limitsHash()) {
            events.add(
                    wallMillis,
                    EventKind.LIMITS_CHANGED,
                    EventLevel.INFO,
                    now.node(),
                    now.node() + ": new limits are in force");
        }
    }

    private List<String> differing(long wallMillis) {
        return differsSince.entrySet().stream()
                .filter(entry -> wallMillis - entry.getValue() >= DIFFER_MILLIS_MIN)
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /** What is wrong, the worst first. */
    List<ProblemNow> problems(List<SidecarStatus> sidecars, Optional<String> syncProblem, long wallMillis) {
        Map<String, ProblemNow> problems = new LinkedHashMap<>();
        for (SidecarStatus sidecar : sidecars) {
            if (sidecar.state() == SidecarState.SILENT) {
                add(problems, ProblemKind.PEER_SILENT, EventLevel.ERROR, sidecar.node(), sidecar.sinceMillis(), "");
            }
        }
        for (SidecarStatus sidecar : sidecars) {
            LivePart gateway = sidecar.gateway();
            if (gateway.isBad()) {
                add(
                        problems,
                        ProblemKind.GATEWAY_DOWN,
                        EventLevel.ERROR,
                        sidecar.node(),
                        gateway.sinceWallMillis(),
                        gateway.problem());
            }
        }
        syncFailsSince = syncProblem.map(problem -> syncFailsSince.orElse(wallMillis));
        syncFailsSince.ifPresent(since -> add(
                problems,
                ProblemKind.SYNC_FAILING,
                EventLevel.ERROR,
                sidecars.get(0).node(),
                since,
                syncProblem.orElse("")));
        for (SidecarStatus sidecar : sidecars) {
            LivePart file = sidecar.limitsFile();
            if (file.isBad()) {
                add(
                        problems,
                        ProblemKind.LIMITS_FILE_BAD,
                        EventLevel.WARNING,
                        sidecar.node(),
                        file.sinceWallMillis(),
                        file.problem());
            }
        }
        for (String node : differing(wallMillis)) {
            long since = differsSince.getOrDefault(node, wallMillis);
            add(problems, ProblemKind.LIMITS_DIFFER, EventLevel.WARNING, node, since, "");
        }
        return List.copyOf(problems.values());
    }

    /** Problems of one kind and message are one. */
    private static void add(
            Map<String, ProblemNow> to,
            ProblemKind kind,
            EventLevel level,
            String node,
            long sinceMillis,
            String message) {
        double since = LiveNumbers.seconds(sinceMillis);
        to.merge(kind + " " + message, new ProblemNow(kind, level, List.of(node), since, message), (one, other) -> {
            List<String> nodes = new ArrayList<>(one.sidecars());
            nodes.addAll(other.sidecars());
            return new ProblemNow(kind, level, nodes, Math.min(one.since(), other.since()), message);
        });
    }
}
