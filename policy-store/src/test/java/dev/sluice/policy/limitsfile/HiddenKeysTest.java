package dev.sluice.policy.limitsfile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.policy.hocon.ConfigProblem;
import dev.sluice.policy.hocon.ReadResult;
import dev.sluice.policy.source.PolicyLayer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A mistake near an access key, or one that puts it elsewhere: the message has the place and not the key. */
class HiddenKeysTest {
    private static final String KEY = "AKIAIOSFODNN7EXAMPLE";
    private static final String SECRET = "wJalrXUtnFEMI7MDENGbPxRfiCY";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limits { access-keys { KEY = } }",
                "limits { access-keys { KEY alice } }",
                "limits { access-keys { \"KEY = alice } }",
                "limits { access-keys { KEY = alice",
                "limits { access-keys { KEY = alice } } }",
                "limits { access-keys KEY = alice }",
                "limits { access-keys  KEY = alice }",
                "limits { access-keys = KEY }",
                "limits { access-keys { KEY = alice, KEY = bob } }",
                "limits { access-keys { KEY { SECRET = 1 } } }",
                "limits { access-keys { KEY = [SECRET] } }",
                "limits { access-keys { KEY = \"SECRET:sub\" } }",
                "limits { access-keys { KEY = ${NO_SUCH_VARIABLE} } }",
                "limits { acces-keys { KEY = alice, KEY = bob } }",
                "limits { acces_keys { KEY = alice, KEY = bob } }",
                "limits { KEY = alice }",
                "limits { KEY = alice, KEY = bob }",
                "limits { } , KEY = alice",
                "limits { } , KEY = alice, KEY = bob",
                "limits { } , access-keys { KEY = alice, KEY = bob }",
                "limits { users { KEY = alice } }",
                "limits { users { KEY = alice, KEY = bob } }",
                "limits { each-user { KEY = alice } }",
                "limits { users { alice { KEY = alice } } }",
                "limits { defaults { KEY = alice } }",
                "limits { system-users = [KEY], access-keys { KEY = alice } }",
                "KEY:SECRET",
                "KEY = SECRET"
            })
    void mistake_isNamedByItsPlace_andTheKeyIsNot(String text) {
        String filled = text.replace("KEY", KEY).replace("SECRET", SECRET);
        ReadResult<PolicyLayer> read = LimitsFile.parse("limits.conf", filled.getBytes(StandardCharsets.UTF_8));

        List<String> problems =
                read.problems().stream().map(ConfigProblem::text).toList();
        assertThat(problems)
                .isNotEmpty()
                .allSatisfy(problem -> assertThat(problem)
                        .startsWith("limits.conf:1:")
                        .doesNotContain(KEY, KEY.substring(0, 8), SECRET, SECRET.substring(0, 8)));
    }
}
