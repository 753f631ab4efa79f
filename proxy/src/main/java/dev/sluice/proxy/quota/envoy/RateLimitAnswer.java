package dev.sluice.proxy.quota.envoy;

import dev.sluice.quota.rate.RateView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The message {@code envoy.service.ratelimit.v3.RateLimitResponse}. Immutable.
 *
 * @param isOverLimit whether Envoy is to refuse its request
 * @param statuses of each descriptor, in the order of the request
 */
record RateLimitAnswer(boolean isOverLimit, List<DescriptorStatus> statuses) {
    private static final int OK = 1;
    private static final int OVER_LIMIT = 2;
    private static final long UINT32_MAX = 0xFFFF_FFFFL;
    private static final long SECOND_NANOS = 1_000_000_000L;

    /**
     * What became of one descriptor.
     *
     * @param quota what limits it; empty: nothing
     */
    record DescriptorStatus(boolean isOverLimit, Optional<NamedView> quota) {
        static final DescriptorStatus UNLIMITED = new DescriptorStatus(false, Optional.empty());
    }

    /**
     * A quota as it stands.
     *
     * @param waitNanos until the same tokens can be taken, if nobody else takes any; 0: they were
     */
    record NamedView(String name, RateView view, long waitNanos) {}

    RateLimitAnswer {
        statuses = List.copyOf(statuses);
    }

    byte[] toByteArray() {
        ProtobufWriter message = new ProtobufWriter().number(1, code(isOverLimit));
        for (DescriptorStatus status : statuses) {
            message.message(2, message(status));
        }
        for (String[] header : headers()) {
            message.message(3, new ProtobufWriter().text(1, header[0]).text(2, header[1]));
        }
        return message.toByteArray();
    }

    private static ProtobufWriter message(DescriptorStatus status) {
        ProtobufWriter message = new ProtobufWriter().number(1, code(status.isOverLimit()));
        status.quota().ifPresent(quota -> {
            RateView view = quota.view();
            message.message(
                    2,
                    new ProtobufWriter()
                            .number(1, Math.min(UINT32_MAX, view.limit()))
                            .number(2, unit(view.periodNanos()))
                            .text(3, quota.name()));
            long remaining = status.isOverLimit() ? 0 : view.remaining();
            message.number(3, Math.min(UINT32_MAX, remaining));
            long reset = resetNanos(quota);
            message.message(
                    4, new ProtobufWriter().number(1, reset / SECOND_NANOS).number(2, reset % SECOND_NANOS));
        });
        return message;
    }

    /** Of the quota that leaves least; a refused client is informed when to return. */
    private List<String[]> headers() {
        List<String[]> headers = new ArrayList<>();
        closest().ifPresent(quota -> {
            long remaining = isOverLimit ? 0 : quota.view().remaining();
            String reset = String.valueOf(seconds(resetNanos(quota)));
            headers.add(
                    new String[] {"RateLimit-Limit", String.valueOf(quota.view().limit())});
            headers.add(new String[] {"RateLimit-Remaining", String.valueOf(remaining)});
            headers.add(new String[] {"RateLimit-Reset", reset});
            if (isOverLimit && quota.waitNanos() > 0) {
                headers.add(new String[] {"Retry-After", reset});
            }
        });
        return headers;
    }

    private Optional<NamedView> closest() {
        Comparator<NamedView> order = isOverLimit
                ? Comparator.comparingLong(NamedView::waitNanos).reversed()
                : Comparator.comparingDouble(quota -> (double) quota.view().remaining()
                        / Math.max(1, quota.view().capacity()));
        return statuses.stream()
                .filter(status -> status.isOverLimit() == isOverLimit)
                .map(DescriptorStatus::quota)
                .flatMap(Optional::stream)
                .min(order);
    }

    private static long resetNanos(NamedView quota) {
        return Math.max(
                0, quota.waitNanos() > 0 ? quota.waitNanos() : quota.view().resetNanos());
    }

    /** Rounded up: who returns earlier is refused again. */
    private static long seconds(long nanos) {
        return TimeUnit.NANOSECONDS.toSeconds(nanos) + (nanos % SECOND_NANOS > 0 ? 1 : 0);
    }

    private static int code(boolean isOver) {
        return isOver ? OVER_LIMIT : OK;
    }

    /** {@code RateLimitResponse.RateLimit.Unit}; 0 for a period that has none. */
    private static int unit(long periodNanos) {
        return switch ((int) Math.min(Integer.MAX_VALUE, periodNanos / SECOND_NANOS)) {
            case 1 -> 1;
            case 60 -> 2;
            case 3_600 -> 3;
            case 86_400 -> 4;
            default -> 0;
        };
    }
}
