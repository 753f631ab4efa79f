package dev.sluice.proxy.app.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.usage.UsageHistories;
import dev.sluice.limits.usage.UsageRegistry;
import dev.sluice.policy.identity.IdentityDirectory;
import dev.sluice.policy.source.PolicySnapshot;
import dev.sluice.proxy.admin.metrics.SluiceMetrics;
import dev.sluice.proxy.app.sync.SessionSharing;
import dev.sluice.sync.history.SavedUsage;
import dev.sluice.sync.wire.ClusterName;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keeps the state of a limiter all of whose methods fail, and of one that is never used. */
class StateFilePartTest {
    private static final String CLUSTER = "test";
    private static final Identity ALICE = Identity.ofUser("alice");

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

    private static UsageRegistry unused() {
        return (UsageRegistry) Proxy.newProxyInstance(
                UsageRegistry.class.getClassLoader(),
                new Class<?>[] {UsageRegistry.class},
                (proxy, method, arguments) -> method.getName().equals("histories") ? UsageHistories.NONE : null);
    }

    private static IdentityDirectory identities() {
        return new IdentityDirectory(CLUSTER, () -> new PolicySnapshot(Policy.UNLIMITED, Map.of("ALICE1", ALICE)));
    }

    private static StateFilePart start(Path file, IdentityDirectory identities) {
        return StateFilePart.start(Optional.of(file), CLUSTER, unused(), new SessionSharing(identities.sessions()))
                .orElseThrow();
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
    void sessions_areKnownAfterRestarts_andTheFileNamesNobody() throws IOException {
        Path file = directory.resolve("state");
        IdentityDirectory first = identities();
        try (StateFilePart part = start(file, first)) {
            first.learnSession("ALICE1", "TEMPORARY1", TimeUnit.HOURS.toNanos(1), System.nanoTime());
        }

        // What was read and not learnt is kept too.
        start(file, identities()).close();
        IdentityDirectory third = identities();
        start(file, third).close();

        assertThat(third.lookup("TEMPORARY1")).isEqualTo(ALICE);
        assertThat(third.isSession("TEMPORARY2")).isFalse();
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).doesNotContain("TEMPORARY", "ALICE1", "alice");
    }

    @Test
    void useThatCannotBeRead_countsAsAFailedWrite() {
        assertThat(metricsAfterAStart(directory.resolve("state")))
                .contains("sluice_state_file_write_failures_total 1.0", "sluice_state_file_failing 1.0");
    }
}
