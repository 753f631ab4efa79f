package dev.sluice.simulate.engine;

import java.util.List;
import java.util.Locale;

/**
 * The figures of one run. docs/accuracy.md defines them.
 *
 * @param recoveredAfterMillis -1: no event to recover from
 * @param longestStallMillis the longest time that a transfer stood still; -1: there are no transfers
 */
public record SimulationOutcome(
        double admittedPerSecond,
        double rateErrorPercent,
        double worstSecondOverPercent,
        double effectiveBurstPercent,
        double unusedMeanPercent,
        double unusedWorstPercent,
        double rejectedPercent,
        double fairness,
        long recoveredAfterMillis,
        double messagesPerSecond,
        double bytesPerSecond,
        double boundPercent,
        long longestStallMillis,
        List<LoadOutcome> loads) {
    public SimulationOutcome {
        loads = List.copyOf(loads);
    }

    /** The result of one load. */
    public record LoadOutcome(String name, double offeredPerSecond, double admittedPerSecond) {}

    /** One JSON object on one line. */
    public String json() {
        StringBuilder out = new StringBuilder("{");
        field(out, "admitted_per_second", admittedPerSecond);
        field(out, "rate_error_pct", rateErrorPercent);
        field(out, "worst_second_over_pct", worstSecondOverPercent);
        field(out, "effective_burst_pct", effectiveBurstPercent);
        field(out, "unused_mean_pct", unusedMeanPercent);
        field(out, "unused_worst_pct", unusedWorstPercent);
        field(out, "rejected_pct", rejectedPercent);
        field(out, "fairness", fairness);
        out.append("\"recovered_after_ms\":")
                .append(recoveredAfterMillis < 0 ? "null" : Long.toString(recoveredAfterMillis))
                .append(',');
        field(out, "messages_per_second", messagesPerSecond);
        field(out, "bytes_per_second", bytesPerSecond);
        field(out, "bound_pct", boundPercent);
        if (longestStallMillis >= 0) {
            field(out, "longest_stall_ms", (double) longestStallMillis);
        }
        out.append("\"loads\":[");
        for (LoadOutcome load : loads) {
            out.append(out.charAt(out.length() - 1) == '[' ? "{" : ",{");
            out.append("\"name\":").append(quoted(load.name)).append(',');
            field(out, "offered_per_second", load.offeredPerSecond);
            field(out, "admitted_per_second", load.admittedPerSecond);
            out.setCharAt(out.length() - 1, '}');
        }
        return out.append("]}").toString();
    }

    private static void field(StringBuilder out, String name, double value) {
        out.append('"').append(name).append("\":").append(number(value)).append(',');
    }

    private static String number(double value) {
        double rounded = Math.round(value * 1e4) / 1e4;
        return rounded == Math.rint(rounded) && Math.abs(rounded) < 1e15
                ? Long.toString((long) rounded)
                : Double.toString(rounded);
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }

    /** A table for a terminal. */
    public String table() {
        StringBuilder out = new StringBuilder();
        row(out, "admitted", "%.1f /s", admittedPerSecond);
        row(out, "rate error", "%+.2f %%", rateErrorPercent);
        row(out, "worst second", "%+.2f %% over the limit", worstSecondOverPercent);
        row(out, "bound", "%+.2f %%", boundPercent);
        row(out, "effective burst", "%.1f %% of a second", effectiveBurstPercent);
        row(out, "unused", "%.2f %%", unusedMeanPercent);
        row(out, "unused, worst", "%.2f %%", unusedWorstPercent);
        row(out, "rejected", "%.2f %%", rejectedPercent);
        row(out, "fairness", "%.4f", fairness);
        if (recoveredAfterMillis >= 0) {
            row(out, "recovered after", "%.0f ms", (double) recoveredAfterMillis);
        }
        if (longestStallMillis >= 0) {
            row(out, "longest stall", "%.0f ms", (double) longestStallMillis);
        }
        row(out, "messages", "%.1f /s", messagesPerSecond);
        row(out, "bytes", "%.0f /s", bytesPerSecond);
        for (LoadOutcome load : loads) {
            out.append(String.format(
                    Locale.ROOT,
                    "  %-16s %10.1f of %.1f /s%n",
                    load.name,
                    load.admittedPerSecond,
                    load.offeredPerSecond));
        }
        return out.toString();
    }

    private static void row(StringBuilder out, String name, String format, double value) {
        out.append(String.format(Locale.ROOT, "%-17s %s%n", name, String.format(Locale.ROOT, format, value)));
    }
}
