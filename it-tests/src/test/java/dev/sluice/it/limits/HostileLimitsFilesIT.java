package dev.sluice.it.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.demo.s3.EmbeddedS3;
import dev.sluice.it.harness.net.WireHttpClient;
import dev.sluice.it.harness.process.SourceTree;
import dev.sluice.it.harness.sidecar.SidecarProcess;
import dev.sluice.it.harness.sidecar.SidecarSetup;
import dev.sluice.policy.hocon.ReadResult;
import dev.sluice.policy.limitsfile.HostileLimits;
import dev.sluice.policy.limitsfile.LimitsFile;
import dev.sluice.policy.source.PolicyLayer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Limits files as nobody should write them, on a sidecar that serves requests, with the heap that it ships with: each is used
 * or refused, and nothing else happens.
 *
 * <p>{@code -Dsluice.hostile.files=10000 -Dsluice.hostile.mib=16} for all of them, which takes two hours;
 * {@code -Dsluice.hostile.seed=N} for others. {@code -Dsluice.strict=true} on a quiet machine also checks that no request is
 * slow because of them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileLimitsFilesIT {
    private static final long SEED = Long.getLong("sluice.hostile.seed", 20261128);
    private static final int FILES = Integer.getInteger("sluice.hostile.files", 8);
    private static final int MIB = Integer.getInteger("sluice.hostile.mib", 1);
    private static final boolean IS_STRICT = Boolean.getBoolean("sluice.strict");

    private static final Duration VERDICT_MAX = Duration.ofSeconds(IS_STRICT ? 10 : 180);
    private static final long REQUEST_MILLIS_MAX = 200;
    /** Of a file that is good or bad in any heap. */
    private static final int SMALL_BYTES = 1 << 20;

    private static final Pattern LOADS = Pattern.compile("\nsluice_limits_loads_total (\\S+)");
    private static final Pattern FAILURES = Pattern.compile("\nsluice_limits_load_failures_total (\\S+)");
    private static final Pattern STALE = Pattern.compile("\nsluice_limits_stale (\\S+)");

    private EmbeddedS3 backend;

    @BeforeAll
    void startBackend() {
        SidecarProcess.jar();
        backend = EmbeddedS3.start("ALICEKEY1", "alicesecret1");
    }

    @AfterAll
    void stopBackend() {
        if (backend != null) {
            backend.close();
        }
    }

    private SidecarProcess sidecar() {
        return SidecarSetup.before(backend.endpoint())
                .jvmFlags(
                        "-Xms24m",
                        "-Xmx96m",
                        "-XX:MaxDirectMemorySize=64m",
                        "-XX:+UseSerialGC",
                        "-XX:+ExitOnOutOfMemoryError")
                .limits("each-user { read-ops = 100000/s }")
                .start();
    }

    private static double metric(SidecarProcess sidecar, Pattern name) throws IOException {
        var found = name.matcher(
                WireHttpClient.get(sidecar.admin().resolve("/metrics")).body());
        assertThat(found.find()).isTrue();
        return Double.parseDouble(found.group(1));
    }

    private static double verdicts(SidecarProcess sidecar) throws IOException {
        return metric(sidecar, LOADS) + metric(sidecar, FAILURES);
    }

    private static void replace(SidecarProcess sidecar, byte[] content) throws IOException {
        var draft = Files.write(sidecar.limitsFile().resolveSibling("draft"), content);
        Files.move(draft, sidecar.limitsFile(), StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void hostileFiles_areUsedOrRefused_whileRequestsAreServed() throws Exception {
        var good = Files.readString(SourceTree.path("config/limits.conf"));
        var files = new HostileLimits(SEED, MIB << 20, good);
        var random = new Random(SEED);
        try (var sidecar = sidecar();
                var load = new SteadyRequests(sidecar.s3())) {
            load.start();
            byte[] before = {};
            PolicyLayer inForce = PolicyLayer.EMPTY;
            var isBad = false;
            for (int i = 0; i < FILES; ) {
                var file = files.next();
                ReadResult<PolicyLayer> expected = LimitsFile.parse("limits.conf", file);
                // What changes nothing gets no verdict that could be awaited.
                if (Arrays.equals(file, before) || (!isBad && expected.value().equals(Optional.of(inForce)))) {
                    continue;
                }
                var wasCounted = verdicts(sidecar);
                var number = i++;

                if (random.nextBoolean()) {
                    replace(sidecar, file);
                } else {
                    Files.write(sidecar.limitsFile(), file);
                }
                await("seed " + SEED + ", file " + number)
                        .atMost(VERDICT_MAX)
                        .until(() -> sidecar.alive() && verdicts(sidecar) > wasCounted);
                isBad = metric(sidecar, STALE) > 0;
                if (file.length < SMALL_BYTES) {
                    assertThat(isBad)
                            .as("seed %d, file %d", SEED, number)
                            .isEqualTo(expected.value().isEmpty());
                }
                inForce = isBad ? inForce : expected.value().orElse(inForce);
                before = file;
            }

            load.close();
            assertThat(sidecar.alive()).as(sidecar::log).isTrue();
            assertThat(load.failure()).isEmpty();
            assertThat(load.count()).isPositive();
            System.out.println("hostile limits files: " + FILES + ", seed " + SEED + "; of " + load.count()
                    + " requests the slowest took " + load.slowestMillis() + " ms");
            if (IS_STRICT) {
                assertThat(load.slowestMillis()).isLessThanOrEqualTo(REQUEST_MILLIS_MAX);
            }
        }
    }

    @Test
    void mostEntries_areUsedWithTheHeapThatItShipsWith() throws Exception {
        try (var sidecar = sidecar()) {
            var text = new StringBuilder("limits { users {\n");
            for (int i = 0; i < LimitsFile.ENTRIES_MAX; i++) {
                text.append("  user")
                        .append(i)
                        .append(" { read-ops = ")
                        .append(i)
                        .append("/s, write-ops = ")
                        .append(i)
                        .append("/h }\n");
            }
            for (int round = 1; round <= 3; round++) {
                var loads = round;
                replace(
                        sidecar,
                        (text + "  round" + round + " { read-ops = 5/s }\n} }\n")
                                .replaceFirst("  user0 .*\n", "")
                                .getBytes(StandardCharsets.UTF_8));

                await().atMost(VERDICT_MAX)
                        .until(() -> sidecar.alive() && metric(sidecar, LOADS) + metric(sidecar, FAILURES) >= loads);
                assertThat(metric(sidecar, STALE)).as(sidecar::log).isZero();
            }
        }
    }
}
