package dev.sluice.benchmarks.bed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ToolOutputTest {
    @Test
    void cpuTime_isReadBehindANameThatHoldsAnything() {
        String stat = "42 (a) b (c) S 1 42 42 0 -1 4194304 900 0 0 0 123 45 6 7 20 0 9 0 100 1 2 3";

        assertThat(CpuTime.parse(stat)).isEqualTo(new CpuTime(1_230_000, 450_000));
    }

    @Test
    void cpuTime_ofThisProcess_canBeRead() throws IOException {
        assertThat(CpuTime.of(List.of(ProcessHandle.current().pid())).totalMicros())
                .isPositive();
    }

    @Test
    void memory_ofThisProcess_canBeRead() throws IOException {
        ProcessMemory memory = ProcessMemory.of(List.of(ProcessHandle.current().pid()));

        assertThat(memory.residentKib()).isPositive().isLessThanOrEqualTo(memory.peakKib());
    }

    @Test
    void wrk_printsItsResultInALine() throws IOException {
        String output = "Running 1s test\nresult requests=10 bytes=2000 micros=500000 refused=1 broken=2 p50=33\n";

        assertThat(Wrk.parse(output)).isEqualTo(new Wrk.WrkResult(10, 2000, 500_000, 1, 2, 33));
        assertThat(Wrk.parse(output).requestsPerSecond()).isEqualTo(20);
    }

    @Test
    void wrk_withoutResult_failsWithWhatItPrinted() {
        assertThatThrownBy(() -> Wrk.parse("unable to connect"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("unable to connect");
    }

    @Test
    void h2load_medianOfTheTimes() throws IOException {
        assertThat(H2load.median(List.of("1\t200\t30", "2\t200\t10", "3\t200\t20")))
                .isEqualTo(20);
    }

    @Test
    void h2load_otherStatus_isAFailure() {
        assertThatThrownBy(() -> H2load.median(List.of("1\t200\t30", "2\t503\t10")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("only 1 of 2");
    }
}
