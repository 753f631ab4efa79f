package dev.sluice.proxy.quota.api;

import dev.sluice.proxy.quota.api.CallResult.Allowed;
import dev.sluice.proxy.quota.http.QuotaResponse;
import dev.sluice.quota.rate.RateView;

/**
 * {@code RateLimit-Policy} and {@code RateLimit} of draft-ietf-httpapi-ratelimit-headers-10, and {@code Retry-After} of RFC
 * 9110: so many tokens a period ({@code q}, {@code w}), what is left ({@code r}), and until when all is there again ({@code
 * t}). Times are in whole seconds, rounded up.
 */
final class RateLimitHeaders {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final String POLICY = "\"default\"";

    private RateLimitHeaders() {}

    static QuotaResponse addTo(QuotaResponse response, Allowed allowed) {
        RateView view = allowed.view();
        if (view == null) {
            return response;
        }
        QuotaResponse limited = response.withHeader(
                        "RateLimit-Policy", POLICY + ";q=" + view.limit() + ";w=" + seconds(view.periodNanos()))
                .withHeader("RateLimit", POLICY + ";r=" + view.remaining() + ";t=" + seconds(view.resetNanos()));
        return allowed.waitNanos() > 0
                ? limited.withHeader("Retry-After", String.valueOf(seconds(allowed.waitNanos())))
                : limited;
    }

    private static long seconds(long nanos) {
        return nanos / NANOS_PER_SECOND + (nanos % NANOS_PER_SECOND > 0 ? 1 : 0);
    }
}
