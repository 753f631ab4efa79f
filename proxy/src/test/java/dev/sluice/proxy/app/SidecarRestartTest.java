package dev.sluice.proxy.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Test;

/** A sidecar that starts again knows what was used before. */
class SidecarRestartTest extends SidecarFixture {
    private static final int ALICE_READS = 20;

    private static void useUp(Sidecar sidecar) throws Exception {
        for (int i = 0; i < ALICE_READS; i++) {
            assertAdmitted(get(sidecar, "AKIDALICE"));
        }
        assertRefused(get(sidecar, "AKIDALICE"));
    }

    @Test
    void lone_sidecar_reads_its_state_file() throws Exception {
        more = "state-file = state";
        try (Sidecar first = start("a")) {
            assertThat(metrics(first)).contains("sluice_state_file_ignored 0.0");
            useUp(first);
        }

        try (Sidecar second = start("a")) {
            assertRefused(get(second, "AKIDALICE"));
            assertThat(used(second, "alice")).isEqualTo(ALICE_READS);
            assertThat(metrics(second)).contains("sluice_state_file_restored 1.0");
        }
        assertThat(Files.readAllBytes(directory.resolve("state")))
                .asString(java.nio.charset.StandardCharsets.ISO_8859_1)
                .startsWith("SLUS")
                .doesNotContain("alice")
                .doesNotContain("AKID");
    }

    @Test
    void state_file_is_written_while_the_sidecar_runs() throws Exception {
        more = "state-file = state";
        try (Sidecar first = start("a")) {
            useUp(first);
            await().until(() -> Files.exists(directory.resolve("state")));
            Path crashed = directory.resolve("crashed");
            Files.writeString(directory.resolve("crashed.tmp"), "half a fi");
            more = "state-file = crashed";

            // The last write may have been before the last request.
            await().untilAsserted(() -> {
                Files.copy(directory.resolve("state"), crashed, StandardCopyOption.REPLACE_EXISTING);
                try (Sidecar second = start("b")) {
                    assertThat(used(second, "alice")).isEqualTo(ALICE_READS);
                }
            });
            assertThat(directory.resolve("crashed.tmp")).doesNotExist();
        }
    }

    @Test
    void damaged_state_file_is_ignored_and_replaced() throws Exception {
        more = "state-file = state";
        Files.writeString(directory.resolve("state"), "SLUS and then nonsense that is long enough to have a header");

        try (Sidecar sidecar = start("a")) {
            assertThat(metrics(sidecar)).contains("sluice_state_file_ignored 1.0");
            useUp(sidecar);
        }

        try (Sidecar next = start("a")) {
            assertThat(metrics(next)).contains("sluice_state_file_ignored 0.0");
            assertRefused(get(next, "AKIDALICE"));
        }
    }

    @Test
    void state_file_that_cannot_be_written_stops_nothing() throws Exception {
        more = "state-file = state";
        // A directory that isn't empty can't be replaced by a file.
        try (Sidecar sidecar = start("a")) {
            Files.writeString(
                    Files.createDirectories(directory.resolve("state")).resolve("x"), "x");

            useUp(sidecar);

            await().until(() -> metrics(sidecar).contains("sluice_state_file_failing 1.0"));
        }
    }

    @Test
    void sidecar_learns_from_its_peer_what_both_have_used() throws Exception {
        try (Sidecar peer = start("b")) {
            try (Sidecar first = start("a")) {
                introduce(first, peer);
                useUp(first);
                await().until(() -> used(peer, "alice") == ALICE_READS);
            }

            try (Sidecar second = start("another")) {
                introduce(second, peer);

                await().until(() -> used(second, "alice") == ALICE_READS);
                assertRefused(get(second, "AKIDALICE"));
                assertThat(metrics(second)).containsPattern("sluice_sync_history_limits_total [1-9]");
            }
        }
    }
}
