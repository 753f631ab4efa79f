package dev.sluice.proxy.admin.live;

import dev.sluice.common.IpAddress;
import dev.sluice.limits.meter.Meter;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Scope;
import dev.sluice.proxy.admin.live.body.LiveNumbers;
import dev.sluice.proxy.admin.live.body.NowBody;
import dev.sluice.proxy.admin.live.body.SubjectBody;
import dev.sluice.proxy.admin.live.body.SubjectBody.ClientRow;
import dev.sluice.proxy.admin.live.body.SubjectBody.RejectionRow;
import dev.sluice.proxy.loop.RecentRequests.RecentRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the last requests of a subject tell: which clients they came from, and which were rejected. Thread-safe. */
final class RecentViews {
    private static final int CLIENTS_MAX = 16;
    /** Whoever is known by the hash of an access key is looked for. */
    private static final String HASHED = "key:";

    private final LiveSources sources;

    RecentViews(LiveSources sources) {
        this.sources = sources;
    }

    /** How often an address was seen. */
    private static final class Seen {
        private long requests;
        private long rejected;
        private long lastNanos = Long.MIN_VALUE;
    }

    SubjectBody subject(Scope scope, String name, List<NowBody.LimitRow> rows, long nowNanos, long wallMillis) {
        List<RecentRequest> requests =
                sources.counters().recent.of(scope, subject(scope, name).orElse(name));
        Map<IpAddress, Seen> clients = new LinkedHashMap<>();
        for (RecentRequest request : requests) {
            Seen seen = clients.computeIfAbsent(request.address(), address -> new Seen());
            seen.requests++;
            seen.rejected += request.rejectedBy().isPresent() ? 1 : 0;
            seen.lastNanos = Math.max(seen.lastNanos, request.nanos());
        }
        return new SubjectBody(
                LiveNumbers.seconds(wallMillis),
                scope,
                name,
                rows,
                clients.entrySet().stream()
                        .sorted(Comparator.comparingLong(entry -> -entry.getValue().requests))
                        .limit(CLIENTS_MAX)
                        .map(entry -> new ClientRow(
                                entry.getKey().toString(),
                                entry.getValue().requests,
                                entry.getValue().rejected,
                                time(entry.getValue().lastNanos, nowNanos, wallMillis)))
                        .toList(),
                requests.stream()
                        .flatMap(request -> request.rejectedBy().stream()
                                .map(dimension -> rejection(request, dimension, name, nowNanos, wallMillis)))
                        .toList());
    }

    private static RejectionRow rejection(
            RecentRequest request, Dimension dimension, String name, long nowNanos, long wallMillis) {
        boolean isForGood = request.retryAfterNanos() == Meter.NEVER;
        return new RejectionRow(
                time(request.nanos(), nowNanos, wallMillis),
                LimitKey.text(request.scope(), name, dimension),
                request.address().toString(),
                request.method().name(),
                isForGood ? Optional.empty() : Optional.of(LiveNumbers.of(request.retryAfterNanos() * 1e-9)));
    }

    private static double time(long nanos, long nowNanos, long wallMillis) {
        return LiveNumbers.seconds(wallMillis - Math.max(0, nowNanos - nanos) / 1_000_000);
    }

    /** The subject of that name, as limits know it; empty: it is the name. */
    private Optional<String> subject(Scope scope, String name) {
        if (!name.startsWith(HASHED)) {
            return Optional.empty();
        }
        List<String> found = new ArrayList<>();
        sources.admission().forEachLimit(limit -> {
            String subject = limit.owner().label();
            if (limit.owner().scope() == scope
                    && sources.display(scope, subject).equals(name)) {
                found.add(subject);
            }
        });
        return found.stream().findFirst();
    }
}
