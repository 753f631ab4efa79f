package dev.sluice.proxy.app.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.usage.UsageHistories;
import dev.sluice.limits.usage.UsageRegistry;
import dev.sluice.proxy.admin.metrics.SluiceMetrics;
import dev.sluice.sync.history.SavedUsage;
import dev.sluice.sync.wire.ClusterName;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keeps the state of a limiter all of whose methods fail. */
class StateFilePartTest {
    private static final String CLUSTER = "test";

    @TempDir
    Path directory;

    private static UsageRegistry failing() {
        return (UsageRegistry) Proxy.newProxyInstance(
                UsageRegistry.class.getClassLoader(),
                new Class<?>[] {UsageRegistry.class},
                (proxy, method, arguments) -> {
                    throw new IllegalStateException(method.getName());
                });
    }

    private String metricsAfterAStart(Path file) {
        try (SluiceMetrics metrics = new SluiceMetrics()) {
            StateFilePart part =
                    StateFilePart.start(Optional.of(file), CLUSTER, failing()).orElseThrow();
            part.bind(metrics);
            part.close();
            return metrics.scrape();
        }
    }

    @Test
    void stateThatCannotBeRestored_isIgnored() throws IOException {
        Path file = Files.write(
                directory.resolve("state"),
                SavedUsage.write(UsageHistories.NONE, ClusterName.hash(CLUSTER), 0, System.currentTimeMillis()));

        assertThat(metricsAfterAStart(file)).contains("sluice_state_file_ignored 1.0");
    }

    @Test
    void useThatCannotBeRead_countsAsAFailedWrite() {
        assertThat(metricsAfterAStart(directory.resolve("state")))
                .contains("sluice_state_file_write_failures_total 1.0", "sluice_state_file_failing 1.0");
    }
}
