package dev.sluice.proxy.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionBudgetTest {
    private static final long MIB = 1 << 20;

    @ParameterizedTest
    @CsvSource({
        // The memory of ./sluice, and files to spare.
        "1048576, 96, 64, 1024",
        "1048576, 96, 1024, 4096",
        // Half of what is left of the files, less those that get 503 because too many are connected.
        "1024, 96, 64, 434",
        "4096, 512, 512, 1923",
        // Something can always be served, and no sidecar needs more than that.
        "64, 96, 64, 16",
        "1000000000, 64000, 64000, 100000",
    })
    void connections_areWhatFilesAndMemoryAllow(long files, long heapMib, long directMib, int connections) {
        assertThat(ConnectionBudget.of(files, heapMib * MIB, directMib * MIB)).isEqualTo(connections);
    }

    @Test
    void thisProcess_hasRoomForSome() {
        assertThat(ConnectionBudget.ofThisProcess()).isBetween(16, 100_000);
    }
}
