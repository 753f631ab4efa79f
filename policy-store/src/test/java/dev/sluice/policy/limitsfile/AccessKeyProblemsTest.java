package dev.sluice.policy.limitsfile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.policy.hocon.ConfigProblem;
import dev.sluice.policy.hocon.ReadResult;
import dev.sluice.policy.source.PolicyLayer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Problems with access keys are reported by line, never by key. */
class AccessKeyProblemsTest {
    private static List<String> problems(String text) {
        ReadResult<PolicyLayer> result = LimitsFile.parse("limits.conf", text.getBytes(StandardCharsets.UTF_8));
        assertThat(result).isInstanceOf(ReadResult.Unusable.class);
        return result.problems().stream().map(ConfigProblem::text).toList();
    }

    @Test
    void everyMistake_namesTheLineOnly() {
        List<String> problems = problems("""
                limits {
                  access-keys {
                    SECRET1 = alice
                    SECRET1 = bob
                    SECRET2 = [SECRET3]
                    SECRET4 = ""
                    SECRET5.SECRET6 = carol
                    SECRET7 = "SECRET8:swift"
                    SECRET9 = ${SLUICE_TEST_SECRET}
                    "" = bob
                  }
                }
                """);

        assertThat(problems)
                .containsExactly(
                        "limits.conf:4:5: limits.access-keys.<hidden>: the same key has another user in line 3; keep one",
                        "limits.conf:5:5: limits.access-keys.<hidden>: this is a list [ ... ],"
                                + " where a single value is needed; write one value without [ ]",
                        "limits.conf:6:5: limits.access-keys.<hidden>: the name is empty;"
                                + " a user is uid or \"tenant$uid\"",
                        "limits.conf:7:5: limits.access-keys.<hidden>: this is an object { ... },"
                                + " where a single value is needed; a name with a dot needs quotes",
                        "limits.conf:8:5: limits.access-keys.<hidden>: this is a subuser, limits are for users;"
                                + " leave the : and what follows away; a tenant's user is \"tenant$uid\"",
                        "limits.conf:9:5: limits.access-keys.<hidden>: a substitution ${...} is set nowhere;"
                                + " set it here or in the environment, or write ${?...} if it may be missing",
                        "limits.conf:10:5: limits.access-keys.<hidden>: the access key is empty;"
                                + " write ACCESSKEY = user");
    }

    @Test
    void syntaxError_quotesNothingOfTheFile() {
        assertThat(problems("limits { access-keys {\n SECRET$KEY = alice } }"))
                .singleElement()
                .asString()
                .startsWith("limits.conf:2:1: ")
                .doesNotContain("SECRET");
        assertThat(problems("limits { access-keys {\n SECRET KEY\" = alice } }"))
                .singleElement()
                .asString()
                .startsWith("limits.conf:2:1: ")
                .doesNotContain("SECRET");
    }

    @Test
    void loadedLimits_printNoKey() {
        ReadResult<PolicyLayer> result = LimitsFile.parse(
                "limits.conf", "limits { access-keys { SECRET = alice } }".getBytes(StandardCharsets.UTF_8));

        assertThat(result.toString()).doesNotContain("SECRET").contains("1 access keys");
    }
}
