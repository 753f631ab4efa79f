package dev.sluice.sync;

import java.util.function.LongSupplier;

/**
 * Where the bus reads the time.
 *
 * @param nanos monotonic; all decisions use it
 * @param wallMillis since 1970; only shown
 */
public record Clocks(LongSupplier nanos, LongSupplier wallMillis) {
    /** The clocks of the machine. */
    public static Clocks system() {
        return new Clocks(System::nanoTime, System::currentTimeMillis);
    }
}
