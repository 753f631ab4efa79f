package dev.sluice.sync.config;

import java.util.function.LongSupplier;

/**
 * The clocks of the bus.
 *
 * @param nanos monotonic; all decisions use it
 * @param wallMillis since 1970; only shown
 */
public record SyncClocks(LongSupplier nanos, LongSupplier wallMillis) {
    /** The clocks of the machine. */
    public static SyncClocks system() {
        return new SyncClocks(System::nanoTime, System::currentTimeMillis);
    }
}
