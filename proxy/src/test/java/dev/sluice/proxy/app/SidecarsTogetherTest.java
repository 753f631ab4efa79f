package dev.sluice.proxy.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.Config;
import dev.sluice.proxy.cli.KeygenCommand;
import dev.sluice.proxy.testing.RawHttp;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sidecars that receive reports from each other. */
class SidecarsTogetherTest extends SidecarFixture {
    @Test
    void what_one_sidecar_admits_the_other_one_counts() throws Exception {
        try (Sidecar a = start("a");
                Sidecar b = start("b")) {
            introduce(a, b);

            for (int i = 0; i < 20; i++) {
                assertAdmitted(get(a, "AKIDALICE"));
            }
            await().until(() -> used(b, "alice") == 20);

            for (int i = 0; i < 5; i++) {
                assertRefused(get(b, "AKIDALICE"));
                assertRefused(get(a, "AKIDALICE"));
            }
            assertAdmitted(get(b, "AKIDFREE"));
            assertThat(metrics(b))
                    .contains("sluice_rejected_total{dimension=\"read-ops\",scope=\"user\"} 5.0")
                    .contains("sluice_requests_total{outcome=\"rejected\"} 5.0")
                    .containsPattern("sluice_sync_reports_total\\{direction=\"received\"\\} [1-9]")
                    .containsPattern("sluice_sync_reports_total\\{direction=\"sent\"\\} [1-9]")
                    .contains("sluice_sync_charge_delay_seconds_bucket{le=\"0.1\"} ")
                    .contains("sluice_sync_charge_delay_seconds_count ", "sluice_sync_charge_delay_unknown_total ");
        }
    }

    @Test
    void keys_are_followed_while_sidecars_run() throws Exception {
        Path keys = Files.createDirectory(directory.resolve("keys"));
        more = "sync.curve { secret-key-file = \"keys/a.key\", allowed-keys-dir = keys }";
        keygen(keys.resolve("a.key"));
        try (Sidecar a = start("a")) {
            more = "sync.curve { secret-key-file = \"keys/b.key\", allowed-keys-dir = keys }";
            keygen(keys.resolve("b.key"));
            try (Sidecar b = start("b")) {
                introduce(a, b);
                assertThat(admin(a, "/api/v1/peers").getString("authentication"))
                        .isEqualTo("curve");

                // Both use one directory here, so b also misses its own key.
                Files.delete(keys.resolve("b.pub"));

                await().until(() -> metrics(a).contains("sluice_peers_live 0.0"));
                await().until(() -> admin(a, "/api/v1/peers")
                                .getConfigList("unauthenticated")
                                .size()
                        == 1);
                assertThat(RawHttp.get(b.adminAddress(), "/ready"))
                        .contains("does not list this sidecar's own public key");
                assertThat(metrics(b)).contains("sluice_sync_keys_stale 1.0");
                assertThat(admin(a, "/api/v1/peers").toString()
                                + admin(b, "/api/v1/peers")
                                + RawHttp.get(b.adminAddress(), "/ready"))
                        .doesNotContain(
                                Files.readAllLines(keys.resolve("a.key")).get(1))
                        .doesNotContain(
                                Files.readAllLines(keys.resolve("b.key")).get(1));
            }
        }
    }

    private static void keygen(Path file) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        assertThat(KeygenCommand.run(file.toString(), nowhere, nowhere)).isZero();
    }

    @Test
    void budget_is_one_for_both_in_parts() throws Exception {
        try (Sidecar a = start("a");
                Sidecar b = start("b")) {
            introduce(a, b);

            for (int i = 0; i < 7; i++) {
                assertAdmitted(get(a, "AKIDALICE"));
            }
            await().until(() -> used(b, "alice") == 7);
            for (int i = 0; i < 13; i++) {
                assertAdmitted(get(b, "AKIDALICE"));
            }
            assertRefused(get(b, "AKIDALICE"));
            await().until(() -> used(a, "alice") == 20);
            assertRefused(get(a, "AKIDALICE"));
        }
    }

    @Test
    void advertised_address_is_shown() throws Exception {
        more = "sync.advertise = \"tcp://127.0.0.1:7999\"";
        try (Sidecar a = start("a")) {
            Config self =
                    admin(a, "/memberlist").getConfigList("result.members").get(0);

            assertThat(admin(a, "/api/v1/peers").getString("advertise")).isEqualTo("tcp://127.0.0.1:7999");
            assertThat(self.getString("host")).isEqualTo("127.0.0.1");
            assertThat(self.getInt("gossip_port")).isEqualTo(7999);
        }
    }

    @Test
    void peers_view_shows_the_other_one_until_it_leaves() throws Exception {
        try (Sidecar a = start("a")) {
            try (Sidecar b = start("b")) {
                introduce(a, b);

                Config view = admin(a, "/api/v1/peers");
                Config peer = view.getConfigList("peers").get(0);
                assertThat(peer.getString("limits")).isEqualTo("same");
                List<? extends Config> members = admin(a, "/memberlist").getConfigList("result.members");
                assertThat(members).extracting(m -> m.getString("hostname")).containsExactly("a", "b");
                assertThat(members.get(0).getInt("http_port"))
                        .isEqualTo(a.adminAddress().getPort());
                assertThat("tcp://" + members.get(1).getString("host") + ":"
                                + members.get(1).getInt("gossip_port"))
                        .isEqualTo(b.syncEndpoint());
                assertThat(metrics(a)).contains("sluice_peers_limits_mismatched 0.0");

                assertThat(view.getString("node")).isEqualTo("a");
                assertThat(view.getString("endpoint")).isEqualTo(a.syncEndpoint());
                assertThat(peer.getString("node")).isEqualTo("b");
                assertThat(peer.getString("state")).isEqualTo("live");
                assertThat(peer.getString("endpoint")).isEqualTo(b.syncEndpoint());
                assertThat(peer.getLong("reports")).isPositive();
            }
            await().until(() -> admin(a, "/api/v1/peers")
                    .getConfigList("peers")
                    .get(0)
                    .getString("state")
                    .equals("left"));
            assertThat(metrics(a)).contains("sluice_peers_live 0.0");
            assertAdmitted(get(a, "AKIDALICE"));
        }
    }
}
