package dev.sluice.simulate.study;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.simulate.Simulate;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class GoalSweepTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void namedCells_eachHasARowBesideItsGoals() {
        int code = run("--sweep", "^100ms-300-2n-(0.5x|2.0x)$", "--seeds", "1");

        assertThat(code).isEqualTo(Simulate.OK);
        assertThat(printed(out)).contains("| 100ms-300-2n-0.5x |", "| 100ms-300-2n-2.0x |", "2 cells, 0 failed a goal");
    }

    @Test
    void drawnCells_areThoseOfTheirSeeds() {
        List<SweepCell> cells = SweepCell.drawn(41, 30);

        assertThat(cells).isEqualTo(SweepCell.drawn(41, 30));
        assertThat(cells.get(7)).isEqualTo(SweepCell.drawn(48, 1).get(0));
        assertThat(cells)
                .extracting(SweepCell::name)
                .doesNotHaveDuplicates()
                .allMatch(name -> name.startsWith("seed-"));
        assertThat(cells).extracting(SweepCell::isFlash).contains(true, false);
        assertThat(cells).allSatisfy(cell -> {
            assertThat(cell.scenario().nodes()).isBetween(2, 64);
            assertThat(cell.scenario().limit().amount()).isBetween(300L, 20_000L);
        });
    }

    @Test
    void drawnCell_isPlayedBesideItsGoals() {
        int code = run("--drawn", "1", "--seed", "19", "--seeds", "1");

        assertThat(code).isEqualTo(Simulate.OK);
        assertThat(printed(out)).contains("| " + SweepCell.drawn(19, 1).get(0).name() + " |", "1 cells, ");
    }

    @Test
    void brokenExpression_isNamed() {
        assertThat(run("--sweep", "(")).isEqualTo(Simulate.BAD_USAGE);
        assertThat(printed(err)).startsWith("sluice simulate: --sweep takes a regular expression: ");
    }

    private int run(String... args) {
        return Simulate.run(
                args,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private static String printed(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
