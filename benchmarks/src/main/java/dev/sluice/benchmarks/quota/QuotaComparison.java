package dev.sluice.benchmarks.quota;

import dev.sluice.benchmarks.bed.CpuTime;
import dev.sluice.benchmarks.quota.QuotaSubject.QuotaLoadResult;
import dev.sluice.benchmarks.report.MeasuredQuantity;
import dev.sluice.benchmarks.report.RoundResults;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Measures each call of each service in each round. The order of the services rotates from round to round, so that a slow
 * phase of the machine affects all of them.
 */
public final class QuotaComparison {
    private final List<QuotaSubject> subjects;
    private final List<QuotaCase> cases;

    public QuotaComparison(List<QuotaSubject> subjects, List<QuotaCase> cases) {
        this.subjects = List.copyOf(subjects);
        this.cases = List.copyOf(cases);
    }

    /** Runs warm-ups of each call, then the rounds. */
    public RoundResults run(int rounds, double secondsEach, double warmUpSeconds)
            throws IOException, InterruptedException {
        for (QuotaCase c : cases) {
            for (QuotaSubject subject : of(c, 0)) {
                System.err.println("warming up: " + c.key() + " of " + subject.name());
                subject.load(c, warmUpSeconds);
            }
        }
        RoundResults results = new RoundResults();
        for (int round = 0; round < rounds; round++) {
            System.err.printf("round %d of %d%n", round + 1, rounds);
            for (QuotaCase c : cases) {
                for (QuotaSubject subject : of(c, round)) {
                    measure(c, subject, round, secondsEach, results);
                }
            }
        }
        return results;
    }

    private List<QuotaSubject> of(QuotaCase c, int round) {
        List<QuotaSubject> order = new ArrayList<>(
                subjects.stream().filter(subject -> subject.has(c)).toList());
        Collections.rotate(order, -round);
        return order;
    }

    private static void measure(QuotaCase c, QuotaSubject subject, int round, double seconds, RoundResults results)
            throws IOException, InterruptedException {
        CpuTime before = subject.cpu();
        QuotaLoadResult load = subject.load(c, seconds);
        CpuTime used = subject.cpu().since(before);
        String calls = c.calls() == 1 ? c.key() : c.key() + " of " + c.calls();
        results.add(
                new MeasuredQuantity("CPU per call, " + calls, "us", 2),
                round,
                subject.name(),
                used.totalMicros() / load.calls());
        results.add(new MeasuredQuantity("calls a second, " + calls, "1/s", 0), round, subject.name(), load.rate());
    }
}
