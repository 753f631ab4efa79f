package dev.sluice.sync.trust;

import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Tells people that subjects of peers find no memory here: their limits may be exceeded. At most once a minute. */
public final class MemoryWarning {
    private static final long APART_NANOS = TimeUnit.MINUTES.toNanos(1);

    private long shown;
    private long shownNanos;

    /**
     * The line for the log; empty: nothing was refused since the last one, or it was less than a minute ago.
     *
     * @param refused how often anything was refused for want of memory, since the start
     * @param nowNanos monotonic
     */
    public Optional<String> next(long refused, long nowNanos) {
        if (refused == shown || (shown > 0 && nowNanos - shownNanos < APART_NANOS)) {
            return Optional.empty();
        }
        long more = refused - shown;
        shown = refused;
        shownNanos = nowNanos;
        return Optional.of("no memory for what peers report, " + more + " times since the last such line: the limits of"
                + " these subjects may be exceeded. Give it more heap (-Xmx): docs/operations.md, \"Sizing\"");
    }
}
