package dev.sluice.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RoundResultsTest {
    private static final MeasuredQuantity CPU = new MeasuredQuantity("CPU", "us", 1);

    private final RoundResults results = new RoundResults();

    @Test
    void ratio_isTakenRoundByRound() {
        // The machine is half as fast in the second round; the ratio stays the same.
        results.add(CPU, 0, "a", 1);
        results.add(CPU, 0, "b", 2);
        results.add(CPU, 1, "a", 2);
        results.add(CPU, 1, "b", 4);

        assertThat(results.ratio(CPU, "a", "b")).contains(new Quartiles(0.5, 0.5, 0.5));
    }

    @Test
    void roundWithoutBoth_doesNotCount() {
        results.add(CPU, 0, "a", 1);
        results.add(CPU, 1, "a", 3);
        results.add(CPU, 1, "b", 2);
        results.add(CPU, 2, "a", 3);
        results.add(CPU, 2, "b", 0);

        assertThat(results.ratio(CPU, "a", "b")).contains(new Quartiles(1.5, 1.5, 1.5));
    }

    @Test
    void whatWasNotMeasured_hasNoRatio() {
        results.add(CPU, 0, "a", 1);

        assertThat(results.ratio(CPU, "a", "b")).isEqualTo(Optional.empty());
        assertThat(results.subjects()).isEqualTo(List.of("a"));
    }

    @Test
    void table_isAligned() {
        MarkdownTable table = new MarkdownTable(List.of("x", "long head"));
        table.row(List.of("1", ""));

        assertThat(table.text()).isEqualTo("| x | long head |\n|---|-----------|\n| 1 |           |\n");
    }
}
