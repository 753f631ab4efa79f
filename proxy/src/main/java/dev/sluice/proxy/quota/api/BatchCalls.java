package dev.sluice.proxy.quota.api;

import dev.sluice.proxy.quota.http.QuotaReply;
import dev.sluice.proxy.quota.http.QuotaReply.Later;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Many calls in one request. Each stands for itself: one that fails leaves the others as they are. Calls of rate quotas are
 * made first, then changes of allocations in their order; views are of the end. Thread-safe.
 */
final class BatchCalls {
    private final CallService service;

    BatchCalls(CallService service) {
        this.service = service;
    }

    QuotaReply reply(List<QuotaCall> calls, long nowNanos) {
        CallResult[] results = new CallResult[calls.size()];
        List<CompletableFuture<?>> changes = new ArrayList<>();
        for (int i = 0; i < results.length; i++) {
            QuotaCall call = calls.get(i);
            int at = i;
            if (call instanceof QuotaCall.Allow allow) {
                results[i] = service.allow(allow.step(), nowNanos);
            } else if (call instanceof QuotaCall.Change change) {
                changes.add(service.change(change).thenAccept(result -> results[at] = result));
            }
        }
        if (changes.isEmpty()) {
            return ResultWriter.response(withViews(calls, results));
        }
        return new Later(CompletableFuture.allOf(changes.toArray(CompletableFuture[]::new))
                .thenApply(done -> ResultWriter.response(withViews(calls, results))));
    }

    private List<CallResult> withViews(List<QuotaCall> calls, CallResult[] results) {
        for (int i = 0; i < results.length; i++) {
            if (calls.get(i) instanceof QuotaCall.View view) {
                results[i] = service.view(view.quota());
            }
        }
        return List.of(results);
    }
}
