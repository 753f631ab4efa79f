package dev.sluice.proxy.app.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.policy.limitsfile.LimitsFile;
import dev.sluice.policy.source.PolicyLayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is different between two limits files, in words. */
class LimitsChangeTest {
    @TempDir
    Path directory;

    private PolicyLayer layer(String limits) throws IOException {
        Path file = Files.writeString(directory.resolve("limits.conf"), "limits { " + limits + " }");
        return LimitsFile.read(file).value().orElseThrow();
    }

    private LimitsChange between(String before, String after) throws IOException {
        return LimitsChange.between(layer(before), layer(after), 3);
    }

    @Test
    void changes_nameEntryAndBothLimits() throws IOException {
        assertThat(between(
                                "users { alice { read-ops = 10/s, write-ops = 5/s }, bob { read-ops = 1/s } }",
                                "users { alice { read-ops = 20/s }, carol { } }")
                        .texts())
                .containsExactly(
                        "users.alice.read-ops = 20/s, was 10/s",
                        "users.alice.write-ops is removed",
                        "users.bob is removed");
        assertThat(between("total { read-ops = 1/s }", "total { read-ops = 1/s, write-ops = 2/min }")
                        .texts())
                .containsExactly("total.write-ops = 2/min is new");
    }

    @Test
    void otherRule_isAChangeToo() throws IOException {
        assertThat(between("users { a { read-ops = 1/s } }", "users { a { read-ops = 1/s, on-exceed = shadow } }")
                        .texts())
                .containsExactly("users.a.read-ops = 1/s has another meter, sharing or rule");
    }

    @Test
    void moreChanges_areCounted() throws IOException {
        LimitsChange change = between(
                "users { a { read-ops = 1/s } }",
                "users { a { read-ops = 2/s }, b { read-ops = 2/s }, c { read-ops = 2/s }, d { read-ops = 2/s } }");

        assertThat(change.count()).isEqualTo(4);
        assertThat(change.texts()).hasSize(3);
    }

    @Test
    void accessKey_isNotShown() throws IOException {
        LimitsChange change = between(
                "access-keys { AKIDHIDDEN1 = alice }", "access-keys { AKIDHIDDEN2 = alice, AKIDHIDDEN3 = bob }");

        assertThat(change.texts()).containsExactly("access-keys: 1 before, 2 now, or with other owners");
    }

    @Test
    void sameLimits_areNoChange() throws IOException {
        assertThat(between("users { a { read-ops = 1/s } }", "# a comment\n users { a { read-ops = 1/s } }")
                        .count())
                .isZero();
    }
}
