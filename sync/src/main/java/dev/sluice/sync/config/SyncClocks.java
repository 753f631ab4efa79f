package dev.sluice.sync.config;

import java.util.function.LongSupplier;

/**
 * Where the bus reads the time.
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
