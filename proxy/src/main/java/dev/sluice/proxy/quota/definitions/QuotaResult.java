package dev.sluice.proxy.quota.definitions;

import dev.sluice.proxy.admin.json.JsonCodec;
import dev.sluice.proxy.quota.http.QuotaResponse;
import dev.sluice.proxy.quota.http.StatusCode;
import java.nio.charset.StandardCharsets;

/** The shape of every body of the quota port. */
record QuotaResult<T>(int status, String msg, T result) {
    /** A response that all went well. */
    static <T extends Record> QuotaResponse ok(T result) {
        return QuotaResponse.json(200, JsonCodec.write(new QuotaResult<>(StatusCode.OK, "ok", result)));
    }

    /** There is no such quota: 404. */
    static QuotaResponse notFound() {
        String text = "{\"status\":" + StatusCode.NOT_FOUND + ",\"msg\":\"not found\",\"result\":{}}";
        return QuotaResponse.json(404, text.getBytes(StandardCharsets.UTF_8));
    }
}
