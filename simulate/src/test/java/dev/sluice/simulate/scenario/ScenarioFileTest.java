package dev.sluice.simulate.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.simulate.Simulate;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ScenarioFileTest {
    private static final long SECOND = Scenario.SECOND_NANOS;

    private static final String WHOLE = """
            scenario {
              nodes = 6, limit = 1000/s, meter = window, interval = 100ms, duration = 20s, warm-up = 2s, seed = 101
              network { delay = [0.2ms, 2ms], jitter = 10%, loss = 5%, spike { probability = 2%, delay = 50ms }, clock-skew = 50ms }
              load = [
                { name = abuser, pattern = poisson, rate = 10000/s, balance = random, from = 5s, to = 20s }
                { name = bursts, pattern = on-off, on = 50ms, off = 950ms, rate = 8000/s, balance = sticky, node = 3 }
                { name = modest, pattern = closed-loop, clients = 8, service-time = 20ms, balance = round-robin }
              ]
              events = [
                { at = 5s, kind = crash, node = 0 }, { at = 12s, kind = start, node = 0 }
                { at = 5s, kind = partition, groups = [[0,1,2],[3,4,5]] }, { at = 15s, kind = heal }
                { at = 8s, kind = limit, limit = 500/s }
              ]
            }
            """;

    @Test
    void wholeScenario_isRead() throws BadScenarioException {
        Scenario scenario = ScenarioFile.parse("s.conf", WHOLE);

        assertThat(scenario.limit()).isEqualTo(Limit.perSecond(1000, MeterAlgorithm.WINDOW));
        assertThat(scenario.network())
                .isEqualTo(new Scenario.Network(200_000, 2_000_000, 0.1, 0.05, 0.02, 50_000_000, 50_000_000));
        assertThat(scenario.loads()).extracting(Scenario.Load::name).containsExactly("abuser", "bursts", "modest");
        assertThat(scenario.loads().get(2).node()).isEqualTo(-1);
        assertThat(scenario.events()).hasSize(5);
        assertThat(scenario.events().get(1))
                .isEqualTo(new Scenario.Partition(5_000_000_000L, List.of(List.of(0, 1, 2), List.of(3, 4, 5))));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            nodes = 6                     | nodes = 0             | s.conf:2: scenario.nodes: "0" is not a whole number in range; write 1 to 256
            limit = 1000/s,               | limit = 1000,         | s.conf:2: scenario.limit: "1000" is not a rate; write one such as 1000/s or 600/min
            seed = 101                    | sead = 101            | s.conf:2: scenario.sead: is not known; one of
            interval = 100ms              | interval = 100        | s.conf:2: scenario.interval: "100" is not a duration in range; write one such as 100ms or 20s
            loss = 5%                     | loss = 500%           | s.conf:3: scenario.network.loss: "500%" is not a part in range; write 0% to 100%
            pattern = poisson             | pattern = fish        | s.conf:5: scenario.load[0].pattern: "fish" is not known here; one of constant, poisson, on-off, closed-loop
            off = 950ms,                  |                       | s.conf:6: scenario.load[1].off: is missing; it has no default
            node = 3                      | node = 6              | s.conf:6: scenario.load[1].node: "6" is not a whole number in range; write 0 to 5
            kind = crash                  | kind = burn           | s.conf:10: scenario.events[0].kind: "burn" is not known here; one of crash, stop, start
            pattern = poisson             | pattern = transfers   | s.conf:5: scenario.load[0].pattern: moves bytes, and the limit counts operations; write a limit such as 40MiB/s
            limit = 500/s                 | limit = 5MiB/s        | s.conf:12: scenario.events[4].limit: counts something else than before; write the same unit as at the top
            [3,4,5]                       | [3,4,9]               | s.conf:11: scenario.events[2].groups: 9 is no node
            """)
    void mistake_isNamedWithPlaceAndRemedy(String good, String bad, String message) {
        String text = WHOLE.replace(good, bad == null ? "" : bad);

        assertThatThrownBy(() -> ScenarioFile.parse("s.conf", text)).hasMessageStartingWith(message);
    }

    private static Scenario ofEvents(String events) throws BadScenarioException {
        return ScenarioFile.parse("s.conf", """
                        scenario {
                          nodes = 3, limit = 120/min
                          load = [{ pattern = poisson, rate = 10/s }]
                          events = [%s]
                          goals { over = 2%%, rejected = 0.5%% }
                        }
                        """.formatted(events));
    }

    @Test
    void restartOfAll_stopsAndStartsEachNodeInTurn() throws BadScenarioException {
        Scenario scenario = ofEvents("{ at = 10s, kind = restart, apart = 4s, down = 500ms }");

        assertThat(scenario.events())
                .containsExactly(
                        new Scenario.Stop(10 * SECOND, 0),
                        new Scenario.Start(10 * SECOND + SECOND / 2, 0),
                        new Scenario.Stop(14 * SECOND, 1),
                        new Scenario.Start(14 * SECOND + SECOND / 2, 1),
                        new Scenario.Stop(18 * SECOND, 2),
                        new Scenario.Start(18 * SECOND + SECOND / 2, 2));
    }

    @Test
    void restartOfOne_mayBeKilled_keepItsState_andChangeItsName() throws BadScenarioException {
        Scenario scenario =
                ofEvents("{ at = 10s, kind = restart, node = 1, killed = true, keeps-state = true, renamed = true }");

        assertThat(scenario.events())
                .containsExactly(
                        new Scenario.Crash(10 * SECOND, 1),
                        new Scenario.Start(11 * SECOND, 1, Scenario.StateFile.KEPT, "node1-10s"));
    }

    @Test
    void goals_areRead_andEmptyByDefault() throws BadScenarioException {
        assertThat(ofEvents("").goals())
                .isEqualTo(new Scenario.Goals(
                        OptionalDouble.of(2), OptionalDouble.empty(), OptionalDouble.of(0.5), OptionalDouble.empty()));
        assertThat(ScenarioFile.parse("s.conf", WHOLE).goals()).isEqualTo(Scenario.Goals.NONE);
    }

    @Test
    void restart_flagThatIsNoFlag_isNamed() {
        assertThatThrownBy(() -> ofEvents("{ at = 10s, kind = restart, killed = maybe }"))
                .hasMessage(
                        "s.conf:4: scenario.events[0].killed: \"maybe\" is neither true nor false; write true or false");
    }

    @Test
    void limitOnBytes_takesTransfersAndSizes() throws BadScenarioException {
        Scenario scenario = ScenarioFile.parse("s.conf", """
                        scenario {
                          nodes = 2, limit = 1.5 MiB/s
                          load = [
                            { pattern = transfers, clients = 3, size = 2GiB, speed = 10MiB }
                            { pattern = poisson, rate = 10/s, size = 16KiB }
                          ]
                        }
                        """);

        assertThat(scenario.dimension()).isEqualTo(Dimension.READ_BYTES);
        assertThat(scenario.limit()).isEqualTo(Limit.bytesPerSecond(3 << 19, MeterAlgorithm.WINDOW));
        assertThat(scenario.hasTransfers()).isTrue();
        assertThat(scenario.loads().get(0).size()).isEqualTo(2L << 30);
        assertThat(scenario.loads().get(0).bytesPerSecond()).isEqualTo(10 << 20);
        assertThat(scenario.loads().get(1).size()).isEqualTo(16 << 10);
    }

    @Test
    void command_badScenario_exits2(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("bad.conf"), "scenario { nodes = 2");
        ByteArrayOutputStream err = new ByteArrayOutputStream();

        int code = Simulate.run(
                new String[] {file.toString()},
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));

        assertThat(code).isEqualTo(Simulate.BAD_USAGE);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("bad.conf:1");
    }

    static List<Path> library() throws Exception {
        try (Stream<Path> files = Files.list(Path.of("scenarios"))) {
            return files.filter(file -> file.toString().endsWith(".conf")).toList();
        }
    }

    @ParameterizedTest
    @MethodSource("library")
    void scenarioOfTheLibrary_isGood(Path file) throws BadScenarioException {
        assertThat(ScenarioFile.read(file).loads()).isNotEmpty();
    }
}
