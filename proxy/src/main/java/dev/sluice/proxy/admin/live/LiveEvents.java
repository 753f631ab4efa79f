package dev.sluice.proxy.admin.live;

import dev.sluice.proxy.admin.live.body.LiveEvent;
import dev.sluice.proxy.admin.live.body.LiveEvent.EventKind;
import dev.sluice.proxy.admin.live.body.LiveEvent.EventLevel;
import dev.sluice.proxy.admin.live.body.LiveNumbers;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The last {@value #EVENTS_MAX} things that happened: some 60 kB. Owned by the view. */
final class LiveEvents {
    static final int EVENTS_MAX = 200;
    /** A flood of events must not fill a message. */
    private static final int FRESH_MAX = 50;

    /** The latest first. */
    private final Deque<LiveEvent> events = new ArrayDeque<>();

    private List<LiveEvent> fresh = new ArrayList<>();
    private long lastId;

    void add(long wallMillis, EventKind kind, EventLevel level, String sidecar, String text) {
        add(wallMillis, kind, level, sidecar, "", text);
    }

    void add(long wallMillis, EventKind kind, EventLevel level, String sidecar, String key, String text) {
        LiveEvent event = new LiveEvent(++lastId, LiveNumbers.seconds(wallMillis), kind, level, sidecar, key, text);
        events.addFirst(event);
        if (events.size() > EVENTS_MAX) {
            events.removeLast();
        }
        if (fresh.size() < FRESH_MAX) {
            fresh.add(event);
        }
    }

    /** Those since the last call, the oldest first. */
    List<LiveEvent> takeFresh() {
        List<LiveEvent> taken = fresh;
        fresh = new ArrayList<>();
        return taken;
    }

    /** All, the latest first. */
    List<LiveEvent> all() {
        return List.copyOf(events);
    }
}
