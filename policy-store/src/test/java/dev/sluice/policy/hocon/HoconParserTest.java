package dev.sluice.policy.hocon;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HoconParserTest {
    private static final String TEXT = """
            # a { comment = 1 }
            { top { "quo.ted" : { deep.er = "a } # b", next=1 // } }
                two words = [ { x = 1 }, "]" ] , last += 5 }
              }
              after =
                ${?X} { in = \"""tri " } ple\""" }
              \tend = ${a.b}/s
              a.b = 7
            }""";

    private static ConfigFile parse(String text) {
        return parse(text, ParseBudget.of(1 << 20));
    }

    private static ConfigFile parse(String text, ParseBudget budget) {
        return ConfigFile.of("f", FileContent.of(text.getBytes(StandardCharsets.UTF_8), 16 << 20), budget);
    }

    private static List<String> problems(ConfigFile file) {
        return file.problems().sorted().stream().map(ConfigProblem::text).toList();
    }

    /** Where the problem of a key that nobody asked for is reported. */
    private static List<String> places(String... path) {
        ConfigFile file = parse(TEXT);
        ConfigSection section = file.root().orElseThrow();
        for (int i = 0; i < path.length - 1; i++) {
            section = section.section(path[i]);
        }
        section.error(path[path.length - 1], "here", "");
        return problems(file).stream()
                .map(text -> text.substring(2, text.indexOf(": ")))
                .toList();
    }

    @Test
    void keys_areFoundWhereTheyAreWritten() {
        assertThat(places("top")).containsExactly("2:3");
        assertThat(places("top", "quo.ted")).containsExactly("2:9");
        assertThat(places("top", "quo.ted", "deep")).containsExactly("2:23");
        assertThat(places("top", "quo.ted", "deep", "er")).containsExactly("2:23");
        assertThat(places("top", "quo.ted", "next")).containsExactly("2:44");
        assertThat(places("top", "quo.ted", "two words")).containsExactly("3:5");
        assertThat(places("top", "quo.ted", "last")).containsExactly("3:38");
        assertThat(places("after")).containsExactly("5:3");
        assertThat(places("after", "in")).containsExactly("6:13");
        assertThat(places("end")).containsExactly("7:4");
        assertThat(places("top", "quo.ted", "nothing")).containsExactly("2:9");
    }

    @Test
    void values_areWhatTheTextMeans() {
        ConfigFile file = parse(TEXT);
        ConfigSection root = file.root().orElseThrow();

        assertThat(root.value("end", ValueParsers.any())).contains("7/s");
        assertThat(root.section("after").value("in", ValueParsers.any())).contains("tri \" } ple");
        ConfigSection quoted = root.section("top").section("quo.ted");
        assertThat(quoted.section("deep").value("er", ValueParsers.any())).contains("a } # b");
        assertThat(quoted.list("last", 10, ValueParsers.any())).containsExactly("5");
        assertThat(problems(file)).isEmpty();
    }

    @Test
    void anyText_isParsedToItsEnd() {
        long seed = 20260101;
        Random random = new Random(seed);
        String alphabet = "{}[]\"=:,.#/$+\\\n ai1";
        int good = 0;

        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(40); i > 0; i--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }

            ConfigFile file = parse(text.toString());

            assertThat(file.root().isPresent())
                    .as("seed %d: %s", seed, text)
                    .isNotEqualTo(ConfigProblem.anyError(file.problems().sorted()));
            good += file.root().isPresent() ? 1 : 0;
        }

        assertThat(good).isBetween(100, 19_000);
    }

    @Test
    void doubledText_isRefused() {
        StringBuilder text = new StringBuilder("a0 = xxxxxxxxxx\n");
        for (int i = 1; i < 30; i++) {
            text.append("a" + i + " = ${a" + (i - 1) + "}${a" + (i - 1) + "}\n");
        }

        assertThat(problems(parse(text.toString())))
                .singleElement()
                .asString()
                .contains("a name or a value is longer than 16384 characters");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{ x = ${%1$s}, y = ${%1$s} }", "[${%1$s}, ${%1$s}]", "${%1$s} ${%1$s}"})
    void doubledObjectOrList_isRefused(String form) {
        StringBuilder text = new StringBuilder(form.startsWith("{") ? "a0 = { k = v }\n" : "a0 = [1, 2]\n");
        for (int i = 1; i < 60; i++) {
            text.append("a" + i + " = " + form.formatted("a" + (i - 1)) + "\n");
        }

        assertThat(problems(parse(text.toString())))
                .singleElement()
                .asString()
                .contains("takes more than 1 MiB of memory");
    }

    @Test
    void missingValuesThatAreDoubled_takeNoTime() {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i < 60; i++) {
            text.append("a" + i + " = ${?a" + (i - 1) + "}${?a" + (i - 1) + "}\n");
        }

        ConfigFile file = parse(text.toString());

        assertThat(file.root()).isPresent();
        assertThat(file.root().get().has("a59")).isFalse();
    }

    @Test
    void longChains_areRefused() {
        List<String> forms = new ArrayList<>();
        forms.add("a = 1\n" + "a = ${a}2\n".repeat(10_000));
        forms.add("x = 1\n" + "a += ${x}\n".repeat(10_000));
        StringBuilder chain = new StringBuilder();
        for (int i = 0; i < 10_000; i++) {
            chain.append("a" + i + " = { b = ${a" + (i + 1) + "} }\n");
        }
        forms.add(chain + "a10000 = 1");

        for (String form : forms) {
            assertThat(problems(parse(form, ParseBudget.of(64 << 20))))
                    .as(form.substring(0, 20))
                    .singleElement()
                    .asString()
                    .contains("substitutions lead to others more than 64 times");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a = [x]\n", "a = ${?X} [x]\n", "a += ${b}\nb = x\n"})
    void linesThatAppend_mayBeMany(String first) {
        int lines = 1_024;
        StringBuilder text = new StringBuilder(first);
        for (int i = 0; i < lines; i++) {
            text.append("a += " + i + "\n");
        }

        ConfigFile file = parse(text.toString());

        assertThat(problems(file)).isEmpty();
        List<String> elements = file.root().orElseThrow().list("a", 2 * lines, ValueParsers.any());
        assertThat(elements).hasSize(first.isEmpty() ? lines : lines + 1).endsWith("1022", "1023");
    }

    @Test
    void fullHeap_mayPass_unlikeAFileThatIsTooLarge() {
        String text = "a = [" + "1,".repeat(100_000) + "]";
        ParseBudget full = ParseBudget.of(64 << 20, () -> 0);
        ParseBudget small = ParseBudget.of(1 << 20);

        assertThat(problems(parse(text, full))).singleElement().asString().contains("too little free heap");
        assertThat(problems(parse(text, small))).singleElement().asString().contains("more than 1 MiB");
        assertThat(full.lacksHeap()).isTrue();
        assertThat(small.lacksHeap()).isFalse();
    }

    @Test
    void commentsAndBlanks_takeNoMemory() {
        String text = "# comment\n   \t\n".repeat(200_000) + "a = 1";
        ParseBudget budget = ParseBudget.of(256 << 10);

        assertThat(parse(text, budget).root()).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{", "[", "\"", "=", ",", "a", "\n", " ", ".", "$", "-", "0", "/", "#", ":", "\\", "+", "é", "${", "a ",
                "a=", "a.", "a=1,", "a{}", "[]", "\"\"", "\u0000", "\uFEFF", "}", "'", "a=[", "a={", "=\"", "a=b "
            })
    void repeatedText_isReadInTheTimeOfItsLength(String part) {
        String text = part.repeat(2_000_000 / part.length());

        ConfigFile file = parse(text, ParseBudget.of(256L << 20));

        assertThat(file.root().isPresent())
                .isNotEqualTo(ConfigProblem.anyError(file.problems().sorted()));
    }

    @Test
    void cutText_isNeverTakenForALongerOne() {
        String whole = "limits { users { alice { read-ops = 64/s, n = \"a\\\"b\" } }, list = [1, \"2\"] }";

        for (int length = 1; length < whole.length(); length++) {
            assertThat(parse(whole.substring(0, length)).root())
                    .as(whole.substring(0, length))
                    .isEqualTo(Optional.empty());
        }
        assertThat(parse(whole).root()).isPresent();
    }
}
