package dev.sluice.quota.journal;

import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The clock of a store. */
final class StoreClock {
    private static final Logger LOG = LoggerFactory.getLogger(StoreClock.class);

    private StoreClock() {}

    /**
     * A clock that goes on from the time of the last batch where it is behind that: if the machine's clock was set back since,
     * leases would not end before it has caught up.
     */
    static LongSupplier notBefore(long lastMillis, LongSupplier clockMillis) {
        long behindMillis = lastMillis - clockMillis.getAsLong();
        if (behindMillis <= 0) {
            return clockMillis;
        }
        LOG.warn("the clock is {} ms behind the last change of allocations; leases go on from there", behindMillis);
        return () -> clockMillis.getAsLong() + behindMillis;
    }
}
