package dev.sluice.proxy.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.common.HostPort;
import dev.sluice.limits.model.OnPartition;
import dev.sluice.policy.settings.RelaySettings;
import dev.sluice.policy.settings.Settings;
import dev.sluice.policy.settings.SyncTrust;
import dev.sluice.proxy.cli.Main;
import dev.sluice.proxy.testing.RawHttp;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A relay as the command starts it. */
class RelayProcessTest {
    private static final HostPort ANY = new HostPort("127.0.0.1", 0);

    @TempDir
    private Path directory;

    private static RelaySettings settings(HostPort admin) {
        Settings.Sync sync = new Settings.Sync(
                Optional.of(ANY),
                "default",
                Duration.ofMillis(20),
                List.of(),
                OnPartition.AUTO,
                SyncTrust.LoopbackOnly.INSTANCE,
                Optional.empty());
        return new RelaySettings("relay1", sync, new Settings.Admin(admin, Optional.empty()));
    }

    @Test
    void relay_showsItsHealthPeersAndMetrics() throws IOException {
        try (Relay relay = Relay.start(settings(ANY))) {
            await().until(() -> get(relay, "/ready").contains("\"sync\":{\"state\":\"ok\""));

            assertThat(get(relay, "/ping")).contains("pong");
            assertThat(get(relay, "/api/v1/peers")).contains("\"node\":\"relay1\"");
            assertThat(get(relay, "/memberlist")).contains("relay1");
            assertThat(get(relay, "/metrics")).contains("sluice_sync_deferred_total 0.0", "sluice_peers_live 0.0");
        }
    }

    @Test
    void portInUse_leavesNothingRunning() throws IOException {
        try (Relay relay = Relay.start(settings(ANY))) {
            HostPort taken = new HostPort("127.0.0.1", relay.adminAddress().getPort());

            assertThatThrownBy(() -> Relay.start(settings(taken))).isInstanceOf(IOException.class);
        }
    }

    @Test
    void command_badSettings_namesThemAndEnds() throws IOException {
        Path file =
                Files.writeString(directory.resolve("relay.conf"), "sluice { sync.listen = \"tcp://0.0.0.0:7071\" }\n");
        ByteArrayOutputStream err = new ByteArrayOutputStream();

        int code = Main.run(
                new String[] {"relay", "-c", file.toString()},
                System.out,
                new PrintStream(err, true, StandardCharsets.UTF_8));

        assertThat(code).isEqualTo(Main.BAD_USAGE);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("sync.listen").contains("insecure");
    }

    private static String get(Relay relay, String path) throws IOException {
        return RawHttp.get(relay.adminAddress(), path);
    }
}
