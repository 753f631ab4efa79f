package dev.sluice.proxy.admin.api;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.OnExceed;
import dev.sluice.limits.model.Scope;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Views whose state a test sets. */
public final class FakeViews implements AdminViews {
    public volatile boolean ready = true;
    public volatile boolean healthy = true;
    public volatile boolean failing;
    public volatile String metrics = "sluice_up 1\n";
    public volatile CountDownLatch beforeMetrics = new CountDownLatch(0);
    public final AtomicInteger scrapes = new AtomicInteger();
    public final List<UsageBody.UsageQuery> queries = new CopyOnWriteArrayList<>();

    @Override
    public boolean isReady() {
        return ready;
    }

    @Override
    public boolean isHealthy() {
        return healthy;
    }

    @Override
    public SidecarHealth health() {
        return new SidecarHealth(
                ready,
                ComponentHealth.OK,
                healthy ? ComponentHealth.OK : ComponentHealth.of(ComponentState.FAILING, "a thread is stalled"),
                ComponentHealth.OK,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    @Override
    public String metrics() {
        if (failing) {
            throw new IllegalStateException("as a test wants it");
        }
        scrapes.incrementAndGet();
        try {
            beforeMetrics.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return metrics;
    }

    @Override
    public UsageBody usage(UsageBody.UsageQuery query) {
        queries.add(query);
        return new UsageBody(
                "n1",
                List.of(new UsageRow(
                        Scope.USER,
                        "alice",
                        Dimension.READ_OPS,
                        "20/s",
                        20,
                        1,
                        "window",
                        OnExceed.Action.REJECT,
                        Optional.of("limits.conf:8"),
                        3,
                        17,
                        3,
                        0,
                        1,
                        Optional.of(1.5),
                        Optional.empty(),
                        Optional.of(2L),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())));
    }

    @Override
    public PeersBody peers() {
        return new PeersBody(
                "n1",
                "",
                "",
                SyncAuthentication.OFF,
                "0000000000000000",
                List.of(),
                List.of(),
                List.of(),
                Optional.empty(),
                List.of(),
                List.of());
    }

    @Override
    public MembersBody members(int adminPort) {
        return new MembersBody(List.of(new MemberRow("sluice", "n1", "", adminPort, 0)));
    }
}
