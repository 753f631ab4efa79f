package dev.sluice.policy.limitsfile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.policy.hocon.ConfigProblem;
import dev.sluice.policy.hocon.ReadResult;
import dev.sluice.policy.source.PolicyLayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * A limits file can't hurt: whatever it holds, reading it ends in limits or in problems. The process ends if it takes too
 * much memory or its stack, so run it with the heap of the sidecar, too:
 *
 * <pre>
 *   mvn -pl policy-store -am test -Dtest=HostileLimitsTest -DargLine="-Xmx96m -XX:+ExitOnOutOfMemoryError
 *       -Dsluice.hostile.files=10000 -Dsluice.hostile.mib=16" -Dsurefire.failIfNoSpecifiedTests=false
 * </pre>
 */
class HostileLimitsTest {
    private static final long SEED = Long.getLong("sluice.hostile.seed", 20261128);
    private static final int FILES = Integer.getInteger("sluice.hostile.files", 400);
    private static final int MIB = Integer.getInteger("sluice.hostile.mib", 1);

    @Test
    void hostileFile_isAcceptedOrRefused() throws IOException {
        String good = Files.readString(Path.of("..", "config", "limits.conf")).replace("AKIAEXAMPLE", "SECRET");
        HostileLimits files = new HostileLimits(SEED, MIB << 20, good);
        int accepted = 0;
        Set<String> verdicts = new HashSet<>();

        for (int i = 0; i < FILES; i++) {
            byte[] file = files.next();

            ReadResult<PolicyLayer> result = LimitsFile.parse("limits.conf", file);

            assertThat(result.value().isPresent())
                    .as("seed %d, file %d", SEED, i)
                    .isNotEqualTo(ConfigProblem.anyError(result.problems()));
            assertThat(result.toString()).as("seed %d, file %d", SEED, i).doesNotContain("SECRET");
            accepted += result.value().isPresent() ? 1 : 0;
            result.problems().forEach(problem -> verdicts.add(problem.message()));
        }

        assertThat(accepted).isBetween(FILES / 50, FILES - FILES / 50);
        assertThat(verdicts).hasSizeGreaterThan(10);
    }

    @Test
    void fileThatIsCutAnywhere_isNotTakenForAnother() throws IOException {
        byte[] whole = Files.readAllBytes(Path.of("..", "config", "limits.conf"));
        PolicyLayer limits = LimitsFile.parse("limits.conf", whole).value().orElseThrow();

        for (int length = 0; length < whole.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(whole, length);

            // all but the new line at the end is the whole file
            LimitsFile.parse("limits.conf", cut)
                    .value()
                    .ifPresent(found -> assertThat(found).isEqualTo(limits));
        }
    }
}
