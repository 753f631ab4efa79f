package dev.sluice.it.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import dev.sluice.it.harness.s3.ReadLoadGenerator;
import dev.sluice.it.harness.s3.RgwOpsLog;
import dev.sluice.it.harness.s3.RgwRelease;
import dev.sluice.it.harness.s3.RgwTestBed;
import dev.sluice.it.harness.s3.S3Backend;
import dev.sluice.it.harness.s3.S3Fixture;
import dev.sluice.it.harness.s3.S3Target;
import dev.sluice.it.harness.sidecar.AdminPort;
import dev.sluice.it.harness.sidecar.SidecarProcess;
import dev.sluice.it.harness.sidecar.SidecarSetup;
import dev.sluice.proxy.cli.Main;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A limit is tried in shadow on live traffic, and RGW's ops log of the same traffic is replayed against the limit: both name
 * the same number of rejections.
 */
class Rgw18ReplayIT extends S3Fixture {
    private static final int LIMIT = 60;
    private static final int OFFERED = 150;
    private static final double PART_MAX = 0.02;

    private SidecarProcess sidecar;

    @TempDir
    Path directory;

    @Override
    protected S3Target open() {
        var backend = S3Backend.rgw(RgwRelease.TRIXIE);
        sidecar = SidecarSetup.before(backend.endpoints().get(0))
                .limits("access-keys { %s = alice }, users { alice { read-ops = %d/s, on-exceed = shadow } }"
                        .formatted(backend.aliceSecond().accessKey(), LIMIT))
                .start();
        return new S3Target(sidecar.s3(), backend);
    }

    @AfterAll
    void closeSidecar() {
        if (sidecar != null) {
            sidecar.close();
        }
    }

    private long wouldReject() {
        return ConfigFactory.parseString(AdminPort.usage(sidecar)).getConfigList("usage").stream()
                .filter(row -> row.getString("subject").equals("alice"))
                .mapToLong(row -> row.getLong("would-reject"))
                .sum();
    }

    @Test
    void replay_agreesWithTheShadowLimit() throws Exception {
        put("read", "hello");
        Path log = directory.resolve("ops.log");
        long served;
        try (RgwOpsLog opsLog = RgwOpsLog.of(RgwTestBed.require(RgwRelease.TRIXIE))) {
            try (ReadLoadGenerator load = new ReadLoadGenerator(presignedGet("read"), OFFERED).start(4)) {
                await().atMost(Duration.ofMinutes(2)).until(() -> wouldReject() > 2L * LIMIT);
                load.close();
                served = load.admitted.sum();
                assertThat(load.rejected.sum()).isZero();
            }
            await().until(() -> opsLog.lines().stream()
                            .filter(line -> line.contains("\"get_obj\""))
                            .count()
                    >= served);
            Files.write(log, opsLog.lines());
        }
        long shadow = wouldReject();
        Path limits = Files.writeString(
                directory.resolve("limits.conf"), "limits { users { alice { read-ops = %d/s } } }".formatted(LIMIT));
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        int code = Main.run(
                new String[] {"replay", log.toString(), "--limits", limits.toString(), "--json"},
                new PrintStream(out, true),
                System.err);

        assertThat(code).isZero();
        long replayed =
                ConfigFactory.parseString(out.toString(StandardCharsets.UTF_8)).getLong("rejected");
        assertThat(shadow).isGreaterThan(LIMIT);
        assertThat((double) replayed)
                .as("%d served, %d would be rejected live, %d in the replay", served, shadow, replayed)
                .isCloseTo(shadow, within(PART_MAX * served));
    }
}
