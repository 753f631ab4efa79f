package dev.sluice.proxy.quota.api;

import dev.sluice.proxy.quota.http.QuotaReply;
import dev.sluice.proxy.quota.http.QuotaReply.Later;
import java.util.ArrayList;
import java.util.List;

/**
 * Many calls in one request. Each is decided for itself: one that is refused leaves the others as they are. Calls of rate
 * quotas are made first, then changes of allocations in their order and in one go, then views. Thread-safe.
 */
final class BatchCalls {
    private final CallService service;

    BatchCalls(CallService service) {
        this.service = service;
    }

    QuotaReply reply(List<QuotaCall> calls, long nowNanos) {
        CallResult[] results = new CallResult[calls.size()];
        List<QuotaCall.Change> changes = new ArrayList<>();
        for (int i = 0; i < results.length; i++) {
            QuotaCall call = calls.get(i);
            if (call instanceof QuotaCall.Allow allow) {
                results[i] = service.allowInBatch(allow, nowNanos);
            } else if (call instanceof QuotaCall.Change change) {
                changes.add(change);
            }
        }
        if (changes.isEmpty()) {
            return ResultWriter.response(completed(results, calls, List.of()));
        }
        return new Later(service.changes(changes)
                .thenApply(changed -> ResultWriter.response(completed(results, calls, changed))));
    }

    /** Puts the results of changes, and of views that see them, to their places. */
    private List<CallResult> completed(CallResult[] results, List<QuotaCall> calls, List<CallResult> changed) {
        int changedAt = 0;
        for (int i = 0; i < results.length; i++) {
            QuotaCall call = calls.get(i);
            if (call instanceof QuotaCall.Change) {
                results[i] = changed.get(changedAt++);
            } else if (call instanceof QuotaCall.View view) {
                results[i] = service.view(view.quota());
            }
        }
        return List.of(results);
    }
}
