package dev.sluice.proxy.admin.live.body;

import dev.sluice.limits.model.Scope;
import java.util.List;
import java.util.Optional;

/** One subject, as this sidecar sees it: {@code docs/live.md} explains it. */
public record SubjectBody(
        double time,
        Scope scope,
        String subject,
        List<NowBody.LimitRow> rows,
        List<ClientRow> clients,
        List<RejectionRow> rejections) {
    public SubjectBody {
        rows = List.copyOf(rows);
        clients = List.copyOf(clients);
        rejections = List.copyOf(rejections);
    }

    /** An address that requests of the subject came from. */
    public record ClientRow(String address, long requests, long rejected, double lastSeen) {}

    /** A request that a limit of the subject rejected; it never returns where no time is known. */
    public record RejectionRow(
            double time, String key, String address, String operation, Optional<Number> retryAfterSeconds) {}
}
