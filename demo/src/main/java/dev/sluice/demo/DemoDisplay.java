package dev.sluice.demo;

import dev.sluice.demo.OutcomeCounters.Counts;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** Prints the demo: one line per second, with a bar and colour on a terminal only. */
final class DemoDisplay {
    private static final int BAR = 30;

    private final PrintStream out;
    /** Set by the launching script, because Java does not know where its output goes. */
    private final boolean terminal = System.getenv("SLUICE_TERMINAL") != null && System.getenv("NO_COLOR") == null;

    DemoDisplay(PrintStream out) {
        this.out = out;
    }

    void line(String text) {
        out.println(text);
        out.flush();
    }

    /** Whether nobody reads the lines any more, as behind {@code | head}. A line must have been printed since. */
    boolean isClosed() {
        return out.checkError();
    }

    void header(List<String> names) {
        StringBuilder text = new StringBuilder("second   offered  admitted  rejected   limit");
        for (String name : names) {
            text.append(String.format("  | %s: admitted  rejected", name));
        }
        line(text.toString());
    }

    void second(int number, long limit, List<Counts> bySidecar) {
        Counts all = sum(bySidecar);
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT, "%6d  %8d  %8d  %8d  %6d", number, all.offered(), all.admitted(), all.rejected(), limit));
        for (Counts counts : bySidecar) {
            text.append(String.format(Locale.ROOT, "  | %11d  %8d", counts.admitted(), counts.rejected()));
        }
        if (terminal) {
            text.append("  ").append(bar(all, limit));
        }
        if (all.failed() > 0) {
            text.append("  failed: ").append(all.failed());
        }
        line(text.toString());
    }

    /** A bar with admitted in green and rejected in red; the limit is in the middle. */
    private static String bar(Counts counts, long limit) {
        int admitted = (int) Math.min(BAR, counts.admitted() * BAR / 2 / Math.max(1, limit));
        int rejected = (int) Math.min(BAR - admitted, counts.rejected() * BAR / 2 / Math.max(1, limit));
        return "\u001b[32m" + "#".repeat(admitted) + "\u001b[31m" + "-".repeat(rejected) + "\u001b[0m";
    }

    static Counts sum(List<Counts> bySidecar) {
        return bySidecar.stream().reduce(Counts.NONE, Counts::plus);
    }
}
