package dev.sluice.proxy.quota.http;

import java.nio.charset.StandardCharsets;
import tools.jackson.core.io.JsonStringEncoder;

/** The one place that writes errors: JSON, always. */
public final class QuotaErrors {
    private static final int RETRY_SECONDS = 1;

    private QuotaErrors() {}

    /**
     * An error of the client.
     *
     * @param httpStatus from 400 to 499
     * @param message for people: what is wrong, and what would be right
     */
    public static QuotaResponse client(int httpStatus, String message) {
        return of(httpStatus, StatusCode.BAD_REQUEST, message);
    }

    /** The request is wrong: 400. */
    public static QuotaResponse badRequest(String message) {
        return client(400, message);
    }

    /** The answer can't be had now: 503, with the time after which to ask again. */
    public static QuotaResponse unavailable(String message) {
        return of(503, StatusCode.UNAVAILABLE, message).withHeader("Retry-After", String.valueOf(RETRY_SECONDS));
    }

    /** A fault of this node, which its log explains: 500. */
    public static QuotaResponse internal() {
        return of(500, StatusCode.FAILED, "internal error");
    }

    private static QuotaResponse of(int httpStatus, int status, String message) {
        String text = "{\"status\":" + status + ",\"msg\":\""
                + new String(JsonStringEncoder.getInstance().quoteAsCharArray(message)) + "\",\"result\":{}}";
        return QuotaResponse.json(httpStatus, text.getBytes(StandardCharsets.UTF_8));
    }
}
