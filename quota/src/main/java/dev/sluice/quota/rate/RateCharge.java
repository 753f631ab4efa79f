package dev.sluice.quota.rate;

/** Tokens that were taken. Belongs to the caller. */
@FunctionalInterface
public interface RateCharge {
    /** Gives all of them back, once: what they were taken for does not happen. Any thread. */
    void giveBack(long nowNanos);
}
