package dev.sluice.benchmarks.quota;

import dev.sluice.benchmarks.bed.CpuTime;
import java.io.IOException;

/** A quota service under measurement. */
public interface QuotaSubject extends AutoCloseable {
    /** In the report. */
    String name();

    /** Whether it has such a call. */
    boolean has(QuotaCase c);

    /** Processor time since its start. */
    CpuTime cpu() throws IOException;

    /**
     * Loads it at full rate.
     *
     * @throws IOException if it answers wrongly
     */
    QuotaLoadResult load(QuotaCase c, double seconds) throws IOException, InterruptedException;

    @Override
    void close();

    /**
     * What was loaded.
     *
     * @param calls that were answered
     * @param micros in which they were
     */
    record QuotaLoadResult(long calls, double micros) {
        /** Calls a second. */
        public double rate() {
            return calls * 1e6 / micros;
        }
    }
}
