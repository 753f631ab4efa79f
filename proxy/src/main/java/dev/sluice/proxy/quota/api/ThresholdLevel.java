package dev.sluice.proxy.quota.api;

import dev.sluice.quota.alloc.QuotaView;

/** How full an allocation quota is, as far as it is an event. */
enum ThresholdLevel {
    BELOW(0),
    HIGH(80),
    FULL(100);

    private static final long PERCENT = 100;

    private final int percent;

    ThresholdLevel(int percent) {
        this.percent = percent;
    }

    int percent() {
        return percent;
    }

    /** A quota of which nothing is allocated is never full, whatever its capacity. */
    static ThresholdLevel of(QuotaView view) {
        if (view.allocated() == 0) {
            return BELOW;
        }
        // at most 2^53 tokens, so no product overflows
        if (view.allocated() >= view.capacity()) {
            return FULL;
        }
        return view.allocated() * PERCENT >= view.capacity() * HIGH.percent ? HIGH : BELOW;
    }
}
