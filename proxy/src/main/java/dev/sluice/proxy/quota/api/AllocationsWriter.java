package dev.sluice.proxy.quota.api;

import dev.sluice.limits.model.QuotaName;
import dev.sluice.proxy.quota.http.QuotaResponse;
import dev.sluice.proxy.quota.http.StatusCode;
import dev.sluice.quota.alloc.AllocHoldings;
import dev.sluice.quota.alloc.AllocLease;
import dev.sluice.quota.alloc.QuotaView;
import java.time.Instant;
import java.util.Optional;

/** Writes who holds what of a quota until when. */
final class AllocationsWriter {
    /** Of one response. */
    static final int LEASES_MAX = 1000;

    private static final int RESPONSE_BYTES = 256;

    private AllocationsWriter() {}

    /** A quota that there is not has zeros and no leases. */
    static QuotaResponse response(QuotaName quota, Optional<AllocHoldings> found) {
        AllocHoldings holdings = found.orElse(AllocHoldings.NONE);
        QuotaView view = holdings.view();
        JsonBytes out = new JsonBytes(RESPONSE_BYTES);
        out.raw("{\"status\":").number(found.isPresent() ? StatusCode.OK : StatusCode.NOT_FOUND);
        out.raw(",\"msg\":").text(found.isPresent() ? "ok" : "not found");
        out.raw(",\"result\":{\"namespace\":").text(quota.namespace());
        out.raw(",\"resource\":").text(quota.resource());
        out.raw(",\"allocated\":").number(view.allocated());
        out.raw(",\"capacity\":").number(view.capacity());
        out.raw(",\"version\":").number(view.version());
        out.raw(",\"without_lease\":").number(view.allocated() - holdings.leased());
        out.raw(",\"leases\":[");
        String separator = "";
        for (AllocLease lease : holdings.leases()) {
            out.raw(separator).raw("{\"lease\":").number(lease.number());
            out.raw(",\"tokens\":").number(lease.tokens());
            out.raw(",\"holder\":").text(lease.holder());
            out.raw(",\"expires\":")
                    .text(Instant.ofEpochMilli(lease.expiresMillis()).toString());
            out.raw("}");
            separator = ",";
        }
        out.raw("],\"more_leases\":").number(holdings.moreLeases()).raw("}}");
        return QuotaResponse.json(200, out.toBytes());
    }
}
