package dev.sluice.simulate.scenario;

import dev.sluice.limits.model.Limit;
import dev.sluice.simulate.scenario.Scenario.Event;
import dev.sluice.simulate.scenario.Scenario.StateFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads the events of a scenario file. A {@code restart} becomes a stop or a crash, and a start, of each of its nodes. */
final class ScenarioEvents {
    /** Reads the limit of a section. */
    interface LimitReader {
        Limit read(ScenarioSection section) throws BadScenarioException;
    }

    private enum EventKind {
        CRASH,
        STOP,
        START,
        RESTART,
        PARTITION,
        HEAL,
        LIMIT
    }

    private final int nodes;
    private final LimitReader limits;

    ScenarioEvents(int nodes, LimitReader limits) {
        this.nodes = nodes;
        this.limits = limits;
    }

    /** The events of a section, at least one. */
    List<Event> read(ScenarioSection f) throws BadScenarioException {
        long at = f.duration("at", 0, null);
        EventKind kind = f.word("kind", EventKind.class, null);
        List<Event> events = switch (kind) {
            case CRASH -> List.of(new Scenario.Crash(at, node(f)));
            case STOP -> List.of(new Scenario.Stop(at, node(f)));
            case START -> {
                int node = node(f);
                yield List.of(new Scenario.Start(at, node, stateFile(f), f.string("name", Scenario.nameOf(node))));
            }
            case RESTART -> restarts(f, at);
            case PARTITION -> List.of(new Scenario.Partition(at, f.groups("groups", nodes - 1)));
            case HEAL -> List.of(new Scenario.Heal(at));
            case LIMIT -> List.of(new Scenario.Change(at, limits.read(f)));
        };
        f.finish();
        return events;
    }

    private int node(ScenarioSection f) throws BadScenarioException {
        return f.whole("node", 0, nodes - 1, null);
    }

    private static StateFile stateFile(ScenarioSection f) throws BadScenarioException {
        return f.isTrue("keeps-state") ? StateFile.KEPT : StateFile.LOST;
    }

    /** One node, or all of them: at once, or one after the other. */
    private List<Event> restarts(ScenarioSection f, long at) throws BadScenarioException {
        boolean isOne = f.has("node");
        int first = isOne ? node(f) : 0;
        long apartNanos = isOne ? 0 : f.duration("apart", 0, 0L);
        long downNanos = f.duration("down", 1_000_000, Scenario.SECOND_NANOS);
        boolean isKilled = f.isTrue("killed");
        boolean isRenamed = f.isTrue("renamed");
        StateFile stateFile = stateFile(f);
        List<Event> events = new ArrayList<>();
        for (int node = first; node < (isOne ? first + 1 : nodes); node++) {
            long downAt = at + (node - first) * apartNanos;
            String name = Scenario.nameOf(node)
                    + (isRenamed ? String.format(Locale.ROOT, "-%ds", downAt / Scenario.SECOND_NANOS) : "");
            events.add(isKilled ? new Scenario.Crash(downAt, node) : new Scenario.Stop(downAt, node));
            events.add(new Scenario.Start(downAt + downNanos, node, stateFile, name));
        }
        return events;
    }
}
