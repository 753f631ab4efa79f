package dev.sluice.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.common.HostPort;
import dev.sluice.policy.identity.VerifyMode;
import dev.sluice.policy.settings.Configuration;
import dev.sluice.policy.settings.GatewaySettings;
import dev.sluice.policy.settings.Settings;
import dev.sluice.policy.source.PolicyLayer;
import dev.sluice.proxy.app.Sidecar;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the demo shows of quotas, on two sidecars before no gateway. */
class DemoQuotasTest {
    private static final HostPort ANY = new HostPort("127.0.0.1", 0);

    @TempDir
    Path folder;

    private Sidecar start(String name) throws IOException {
        Path quotas = folder.resolve("quotas.conf");
        DemoQuotas.write(quotas);
        Settings settings = new Settings(
                name,
                new Settings.Listen(ANY, List.of(), 32 * 1024, Duration.ofSeconds(60), Duration.ofSeconds(10)),
                new Settings.Upstream(
                        new HostPort("127.0.0.1", 1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(20),
                        Optional.empty()),
                folder.resolve("limits.conf"),
                Optional.empty(),
                Optional.empty(),
                new Settings.Sync(Optional.of(ANY), "demo-test", Duration.ofMillis(20), List.of()),
                new Settings.Admin(ANY, Optional.empty()),
                GatewaySettings.DEFAULT,
                Optional.empty(),
                VerifyMode.AUTO,
                Optional.of(DemoQuotas.settings(quotas)),
                Optional.empty());
        return Sidecar.start(new Configuration(settings, PolicyLayer.EMPTY, DemoQuotas.read(quotas)));
    }

    @Test
    void quotas_areSharedAndFreed_andEachAnswerIsShown() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Sidecar one = start("a");
                Sidecar two = start("b")) {
            one.setPeers(List.of(two.syncEndpoint()));
            two.setPeers(List.of(one.syncEndpoint()));
            await().until(() -> peers(one).contains("\"live\"") && peers(two).contains("\"live\""));

            boolean isAsExpected = new DemoQuotas(
                            List.of(one, two),
                            List.of("a", "b"),
                            new DemoDisplay(new PrintStream(out, true, StandardCharsets.UTF_8)))
                    .show();

            assertThat(isAsExpected).as(out.toString(StandardCharsets.UTF_8)).isTrue();
            assertThat(out.toString(StandardCharsets.UTF_8).lines())
                    .anyMatch(line -> line.contains("b: allow 60") && line.contains("\"ok\":false"))
                    .anyMatch(line -> line.contains("a: free   4") && line.contains("\"ok\":true"));
        }
    }

    private static String peers(Sidecar of) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http:/" + of.adminAddress() + "/api/v1/peers"))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
