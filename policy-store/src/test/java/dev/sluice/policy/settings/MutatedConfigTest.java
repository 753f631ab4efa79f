package dev.sluice.policy.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.policy.hocon.ConfigProblem;
import dev.sluice.policy.hocon.ReadResult;
import dev.sluice.policy.limitsfile.LimitsFile;
import dev.sluice.policy.quotasfile.QuotasFile;
import dev.sluice.policy.quotasfile.QuotasFileWriter;
import dev.sluice.policy.source.PolicyLayer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever happens to a file, reading it ends in a verdict, and its access key is never shown. */
class MutatedConfigTest {
    private static final long SEED = 20260101;
    private static final int ROUNDS = 2_000;
    private static final List<String> SPLINTERS = List.of(
            "{", "}", "[", "]", "\"", "=", ":", ",", ".", "$", "${x}", "\\", "\n", "#", "/", "-", "0", "é", "null");

    @TempDir
    Path dir;

    private final Random random = new Random(SEED);

    @Test
    void mutatedLimits_areLoadedOrRejected() throws IOException {
        String good = Files.readString(Path.of("..", "config", "limits.conf")).replace("AKIAEXAMPLE", "SECRET");
        int loaded = 0;

        for (int round = 0; round < ROUNDS; round++) {
            String text = mutate(good);

            ReadResult<PolicyLayer> result = LimitsFile.parse("limits.conf", text.getBytes(StandardCharsets.UTF_8));

            assertThat(result instanceof ReadResult.Unusable)
                    .as("seed %d, round %d: %s", SEED, round, text)
                    .isEqualTo(ConfigProblem.anyError(result.problems()));
            assertThat(result.toString()).doesNotContain("SECRET");
            loaded += result instanceof ReadResult.Usable ? 1 : 0;
        }

        assertThat(loaded).isBetween(1, ROUNDS - 1);
    }

    /** What is loaded is the same again once it was written and read. */
    @Test
    void mutatedQuotas_areLoadedOrRejected() throws IOException {
        String good = Files.readString(Path.of("..", "config", "quotas.conf"));
        Path file = dir.resolve("quotas.conf");
        int loaded = 0;

        for (int round = 0; round < ROUNDS; round++) {
            String text = mutate(good);

            ReadResult<PolicyLayer> result = QuotasFile.read(Files.writeString(file, text));

            assertThat(result instanceof ReadResult.Unusable)
                    .as("seed %d, round %d: %s", SEED, round, text)
                    .isEqualTo(ConfigProblem.anyError(result.problems()));
            if (result.value().isPresent()) {
                loaded++;
                PolicyLayer layer = result.value().get();
                String written = QuotasFileWriter.text(List.of(), layer.limits(), layer.allocations(), any -> true);
                assertThat(QuotasFile.read(Files.writeString(file, written)).value())
                        .as("seed %d, round %d: %s", SEED, round, written)
                        .contains(layer);
            }
        }

        assertThat(loaded).isBetween(1, ROUNDS - 1);
    }

    @Test
    void mutatedSettings_areLoadedOrRejected() throws IOException {
        String good = Files.readString(Path.of("..", "config", "sluice.conf"));
        Files.writeString(dir.resolve("limits.conf"), "limits { }");
        Path file = dir.resolve("sluice.conf");

        for (int round = 0; round < ROUNDS; round++) {
            String text = mutate(good);

            ReadResult<Configuration> result = ConfigCheck.check(Files.writeString(file, text));

            assertThat(result instanceof ReadResult.Unusable)
                    .as("seed %d, round %d: %s", SEED, round, text)
                    .isEqualTo(ConfigProblem.anyError(result.problems()));
        }
    }

    private String mutate(String good) {
        StringBuilder text = new StringBuilder(good);
        for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(3)) {
                case 0 -> text.insert(at, SPLINTERS.get(random.nextInt(SPLINTERS.size())));
                case 1 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(20)));
                default -> text.setCharAt(at, (char) (' ' + random.nextInt(95)));
            }
        }
        return text.toString();
    }
}
