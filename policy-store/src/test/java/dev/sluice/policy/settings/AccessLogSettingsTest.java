package dev.sluice.policy.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.policy.hocon.ReadResult;
import dev.sluice.policy.settings.AccessLogSettings.LineFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The section {@code access-log}. */
class AccessLogSettingsTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void writeLimits() throws IOException {
        Files.writeString(folder.resolve("limits.conf"), "limits { }\n");
    }

    private ReadResult<Configuration> check(String text) throws IOException {
        return ConfigCheck.check(Files.writeString(
                folder.resolve("sluice.conf"),
                "sluice { upstream { address = \"rgw1:7480\" }\naccess-log { " + text + " }\n}\n"));
    }

    @Test
    void allKeys_areRead() throws IOException {
        ReadResult<Configuration> result =
                check("file = access.log, format = s3, sample = 0.01, max-size = 1 MiB, keep = 3");

        assertThat(result.problems()).isEmpty();
        assertThat(result.value().orElseThrow().settings().accessLog())
                .contains(new AccessLogSettings(folder.resolve("access.log"), LineFormat.S3, 0.01, 1 << 20, 3));
    }

    @Test
    void withoutAFile_itIsOff() throws IOException {
        assertThat(check("sample = 0.5").value().orElseThrow().settings().accessLog())
                .isEmpty();
    }

    @Test
    void missingDirectory_isAWarning() throws IOException {
        ReadResult<Configuration> result = check("file = missing/access.log");

        assertThat(result.value()).isPresent();
        assertThat(result.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.isError()).isFalse();
            assertThat(problem.text())
                    .contains("2:14: warning: sluice.access-log.file: ")
                    .contains("is not a directory");
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "format = xml | format | json",
                "sample = 0 | \"0\" is no part of requests | use a number above 0 and up to 1",
                "sample = 1.5 | is no part of requests | use a number above 0 and up to 1",
                "sample = 10% | is no part of requests | use a number above 0 and up to 1",
                "max-size = 1 KiB | is no size of a log file | use 64 KiB or more",
                "max-size = -1 | is no size of a log file | use 64 KiB or more",
                "max-size = 99999999 TiB | is no size of a log file | use 64 KiB or more",
                "keep = 0 | is no number of files | use 1 to 999",
                "keep = many | is no number of files | use 1 to 999",
                "file = . | is a directory | name a file",
                "fil = x | unknown key | did you mean file?"
            })
    void badValue_isReportedWithWhatWouldBeRight(String keys, String message, String hint) throws IOException {
        ReadResult<Configuration> result = check(keys + (keys.startsWith("fil") ? "" : ", file = a.log"));

        assertThat(result.value()).isEmpty();
        assertThat(result.problems())
                .anySatisfy(problem -> assertThat(problem.text())
                        .contains("2:")
                        .contains(message)
                        .contains(hint));
    }
}
