package dev.sluice.proxy.quota.api;

import dev.sluice.proxy.quota.api.CallResult.Allowed;
import dev.sluice.proxy.quota.api.CallResult.Changed;
import dev.sluice.proxy.quota.api.CallResult.Failed;
import dev.sluice.proxy.quota.api.CallResult.Renewed;
import dev.sluice.proxy.quota.api.CallResult.Viewed;
import dev.sluice.proxy.quota.http.QuotaErrors;
import dev.sluice.proxy.quota.http.QuotaResponse;
import dev.sluice.proxy.quota.http.StatusCode;
import java.util.List;

/** Writes results as JSON: {@code {"status":1001,"msg":"ok","result":{...}}}. */
final class ResultWriter {
    private static final int RESULT_BYTES = 112;
    /** What most calls of a rate quota get. */
    private static final String ALLOWED = "{\"status\":1001,\"msg\":\"ok\",\"result\":{\"wait_time\":0,\"ok\":true}}";

    private ResultWriter() {}

    /** The response to one call. */
    static QuotaResponse response(CallResult result) {
        if (result instanceof Failed failed) {
            return failed.status() == StatusCode.UNAVAILABLE
                    ? QuotaErrors.unavailable(failed.message())
                    : QuotaErrors.client(failed.httpStatus(), failed.message());
        }
        JsonBytes out = new JsonBytes(RESULT_BYTES);
        append(out, result);
        QuotaResponse response = QuotaResponse.json(200, out.toBytes());
        return result instanceof Allowed allowed ? RateLimitHeaders.addTo(response, allowed) : response;
    }

    /** The response to a batch. */
    static QuotaResponse response(List<CallResult> results) {
        JsonBytes out = new JsonBytes(RESULT_BYTES * results.size());
        appendAll(out, results);
        return QuotaResponse.json(200, out.toBytes());
    }

    /** The response to a call of several quotas. */
    static QuotaResponse joint(List<CallResult> results) {
        JsonBytes out = new JsonBytes(RESULT_BYTES * (results.size() + 1));
        boolean isOk = results.stream().allMatch(CallResult::isOk);
        out.raw("{\"status\":1001,\"msg\":\"ok\",\"result\":{\"ok\":")
                .flag(isOk)
                .raw(",\"steps\":");
        appendAll(out, results);
        out.raw("}}");
        return QuotaResponse.json(200, out.toBytes());
    }

    private static void appendAll(JsonBytes out, List<CallResult> results) {
        String separator = "[";
        for (CallResult result : results) {
            out.raw(separator);
            append(out, result);
            separator = ",";
        }
        out.raw("]");
    }

    private static void append(JsonBytes out, CallResult result) {
        if (result instanceof Allowed allowed && allowed.isOk()) {
            out.raw(ALLOWED);
            return;
        }
        if (result instanceof Allowed allowed) {
            begin(out, allowed.status())
                    .raw("\"wait_time\":")
                    .number(allowed.waitNanos())
                    .raw(",\"ok\":")
                    .flag(allowed.isOk());
        } else if (result instanceof Viewed viewed) {
            begin(out, viewed.status())
                    .raw("\"allocated\":")
                    .number(viewed.view().allocated())
                    .raw(",\"capacity\":")
                    .number(viewed.view().capacity())
                    .raw(",\"version\":")
                    .number(viewed.view().version());
        } else if (result instanceof Changed changed) {
            append(out, changed);
        } else if (result instanceof Renewed renewed) {
            begin(out, renewed.isOk() ? StatusCode.OK : StatusCode.NOT_FOUND)
                    .raw("\"lease\":")
                    .number(renewed.lease())
                    .raw(",\"ok\":")
                    .flag(renewed.isOk());
        } else {
            Failed failed = (Failed) result;
            out.raw("{\"status\":")
                    .number(failed.status())
                    .raw(",\"msg\":")
                    .text(failed.message())
                    .raw(",\"result\":{");
        }
        out.raw("}}");
    }

    private static void append(JsonBytes out, Changed changed) {
        begin(out, changed.status())
                .raw("\"remaining_tokens\":")
                .number(changed.remaining())
                .raw(",\"current_version\":")
                .number(changed.version())
                .raw(",\"ok\":")
                .flag(changed.isOk());
        if (changed.lease() != 0) {
            out.raw(",\"lease\":").number(changed.lease());
        }
    }

    private static JsonBytes begin(JsonBytes out, int status) {
        return out.raw(
                switch (status) {
                    case StatusCode.OK -> "{\"status\":1001,\"msg\":\"ok\",\"result\":{";
                    case StatusCode.NOT_FOUND -> "{\"status\":1002,\"msg\":\"not found\",\"result\":{";
                    case StatusCode.INVALID_VERSION -> "{\"status\":1003,\"msg\":\"invalid version\",\"result\":{";
                    default -> throw new IllegalArgumentException("a result has no status " + status);
                });
    }
}
