package dev.sluice.proxy.proof;

import java.util.concurrent.atomic.LongAdder;

/** What the proofs count. Event loops write, metrics read. */
public final class ProofCounters {
    /** Requests whose signature is right. */
    public final LongAdder signed = new LongAdder();
    /** Requests of a key that RGW has accepted from their address before. */
    public final LongAdder known = new LongAdder();
    /** Requests that were not proven when they came, and were forwarded. */
    public final LongAdder unproven = new LongAdder();
    /** Of those: served by RGW, and charged then to the limits that apply. */
    public final LongAdder unprovenServed = new LongAdder();
    /** Of those: refused by RGW, and charged to their address where limits apply. */
    public final LongAdder unprovenRefused = new LongAdder();
    /** Requests that were rejected because too many of their key and address, or of their address, were at RGW unproven. */
    public final LongAdder overInFlight = new LongAdder();
    /** Requests that RGW served although their signature looked wrong. */
    public final LongAdder disagreedOnSignature = new LongAdder();
    /** Requests that RGW served although they looked too old. */
    public final LongAdder disagreedOnTime = new LongAdder();
}
