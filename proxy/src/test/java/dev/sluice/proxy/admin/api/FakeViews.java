package dev.sluice.proxy.admin.api;

import java.util.List;
import java.util.Map;

/** Views whose state a test sets. */
public final class FakeViews implements AdminApi.Views {
    public volatile boolean ready = true;
    public volatile boolean healthy = true;
    public volatile boolean failing;
    public volatile String metrics = "sluice_up 1\n";

    @Override
    public AdminApi.Health ready() {
        return new AdminApi.Health(ready, Map.of("serving", Boolean.toString(ready)));
    }

    @Override
    public AdminApi.Health healthy() {
        return new AdminApi.Health(healthy, Map.of("sync", healthy ? "ok" : "stands still"));
    }

    @Override
    public String metrics() {
        if (failing) {
            throw new IllegalStateException("as a test wants it");
        }
        return metrics;
    }

    @Override
    public Object usage() {
        return Map.of("node", "n1", "usage", List.of(Map.of("subject", "alice", "used", 3)));
    }

    @Override
    public Object peers() {
        return Map.of("node", "n1", "peers", List.of());
    }

    @Override
    public Object members(int adminPort) {
        return List.of(Map.of("service", "sluice", "hostname", "n1"));
    }
}
