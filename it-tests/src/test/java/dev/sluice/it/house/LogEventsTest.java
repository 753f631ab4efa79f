package dev.sluice.it.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.it.harness.process.SourceTree;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The page of log events and the code have the same events. */
class LogEventsTest {
    private static final String LITERAL = "\"[^\"\\\\\n]*+(?:\\\\.[^\"\\\\\n]*+)*+\"";
    private static final Pattern CALL = Pattern.compile(
            "\\b(?:LOG|log)\\s*\\.(info|warn|error|debug)\\(\\s*(" + LITERAL + "(?:\\s*\\+\\s*" + LITERAL + ")*)");
    /** Texts that are logged by a variable. */
    private static final Pattern TEMPLATE = Pattern.compile("(" + LITERAL + "(?:\\s*\\+\\s*" + LITERAL + ")*)");

    private static final Pattern PIECE = Pattern.compile(LITERAL);
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (INFO|WARN|ERROR|DEBUG) \\| `([^`]*)` \\| (.*) \\|$");
    /** A mistake in a file, whose text is that of the mistake. */
    private static final String OTHER_TEXT = "…";
    /** Put together from a count and a reason. */
    private static final Set<String> COMPOSED = Set.of("WARN no memory for what peers report", "INFO stopped");

    private static String page() throws IOException {
        return Files.readString(SourceTree.path("docs/log.md"));
    }

    private static Set<String> ofPage() throws IOException {
        return ROW.matcher(page())
                .results()
                .map(row -> row.group(1) + " " + row.group(2))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String text(String literals) {
        return PIECE.matcher(literals)
                .results()
                .map(MatchResult::group)
                .map(literal -> literal.substring(1, literal.length() - 1).replace("\\\"", "\""))
                .collect(Collectors.joining())
                .replace("{}", OTHER_TEXT);
    }

    private static Set<String> ofCode() {
        return SourceFiles.main().stream()
                .filter(LogEventsTest::isOfProcess)
                .flatMap(file -> CALL.matcher(file.text()).results())
                .map(call -> call.group(1).toUpperCase(Locale.ROOT) + " " + text(call.group(2)))
                .filter(event -> !event.endsWith(" " + OTHER_TEXT))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The programs for development log too. */
    private static boolean isOfProcess(SourceFile file) {
        String path = file.path();
        return !path.contains("demo/") && !path.contains("benchmarks/") && !path.contains("simulate/");
    }

    @Test
    void everyEvent_isOnThePageWithItsLevel() throws IOException {
        Set<String> missing = ofCode();

        missing.removeAll(ofPage());

        assertThat(missing).as("events that docs/log.md lacks").isEmpty();
    }

    @Test
    void everyEventOfThePage_isInTheCode() throws IOException {
        Set<String> gone = ofPage();
        String texts = SourceFiles.main().stream()
                .filter(LogEventsTest::isOfProcess)
                .flatMap(file -> TEMPLATE.matcher(file.text()).results())
                .map(literals -> text(literals.group(1)))
                .collect(Collectors.joining("\n"));

        gone.removeAll(ofCode());
        gone.removeIf(event -> COMPOSED.stream().anyMatch(event::startsWith));
        gone.removeIf(
                event -> texts.contains(event.substring(event.indexOf(' ') + 1).replaceAll(", …$", "")));

        assertThat(gone).as("events that the code doesn't have").isEmpty();
    }

    @Test
    void everyEvent_hasAMeaning() throws IOException {
        assertThat(ROW.matcher(page()).results())
                .hasSizeGreaterThan(90)
                .allMatch(row -> row.group(3).strip().length() > 3);
    }
}
