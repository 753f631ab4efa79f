package dev.sluice.it.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Rules of the source tree that a compiler does not check: short files, small packages with a story each, names that
 * stand once, and the field's terms in names.
 */
class HouseRulesTest {
    private static final int LINES_MAX = 400;
    private static final int PACKAGE_FILES_MAX = 22;
    /** A longer file gives its reason in its head comment, in a sentence that begins so. */
    private static final String REASON = "More than 400 lines because ";

    private static final Pattern LOGGER = Pattern.compile("static final Logger (?!LOG\\b)\\w+");

    @Test
    void mainFile_isShort_orGivesItsReason() {
        List<String> tooLong = SourceFiles.main().stream()
                .filter(file -> file.lines() > LINES_MAX)
                .filter(file -> !joined(file.headComment()).contains(REASON))
                .map(file -> file.path() + ": " + file.lines() + " lines")
                .toList();

        assertThat(tooLong)
                .as("main files of more than %d lines without a reason", LINES_MAX)
                .isEmpty();
    }

    @Test
    void mainPackage_isSmall() {
        Map<String, Long> sizes = SourceFiles.main().stream()
                .collect(Collectors.groupingBy(SourceFile::folder, TreeMap::new, Collectors.counting()));

        sizes.values().removeIf(size -> size <= PACKAGE_FILES_MAX);

        assertThat(sizes)
                .as("packages of more than %d main files", PACKAGE_FILES_MAX)
                .isEmpty();
    }

    @Test
    void mainPackage_hasAPackageInfo() {
        List<String> documented = SourceFiles.all().stream()
                .filter(file ->
                        file.isMain() && file.isPackageInfo() && file.text().contains("/**"))
                .map(SourceFile::folder)
                .toList();

        List<String> bare = SourceFiles.main().stream()
                .map(SourceFile::folder)
                .distinct()
                .filter(folder -> !documented.contains(folder))
                .toList();

        assertThat(bare).as("packages without a package-info").isEmpty();
    }

    @Test
    void simpleName_standsOnce() {
        Map<String, List<String>> paths = SourceFiles.all().stream()
                .filter(file -> !file.isPackageInfo())
                .collect(Collectors.groupingBy(
                        SourceFile::simpleName,
                        TreeMap::new,
                        Collectors.mapping(SourceFile::path, Collectors.toList())));

        paths.values().removeIf(places -> places.size() == 1);

        assertThat(paths).as("simple names of several classes").isEmpty();
    }

    @Test
    void publicClass_hasAHeadComment() {
        List<String> bare = SourceFiles.main().stream()
                .filter(file -> file.isPublic() && file.headComment().isEmpty())
                .map(SourceFile::path)
                .toList();

        assertThat(bare).as("public classes without a head comment").isEmpty();
    }

    @Test
    void logger_isNamedLog() {
        List<String> others = SourceFiles.main().stream()
                .filter(file -> LOGGER.matcher(file.text()).find())
                .map(SourceFile::path)
                .toList();

        assertThat(others).as("loggers that are not named LOG").isEmpty();
    }

    @Test
    void identifier_usesTheFieldsTerms() {
        Map<String, List<String>> avoided = new TreeMap<>();
        for (SourceFile file : SourceFiles.all()) {
            Predicate<String> isAvoided = file.isMain() ? GlossaryWords::isAvoidedInMain : GlossaryWords::isAvoided;
            add(avoided, file, file.identifiers().stream().filter(isAvoided).toList());
        }

        assertThat(avoided).as("identifiers with words to avoid").isEmpty();
    }

    @Test
    void metricKeyOrSetting_usesTheFieldsTerms() {
        Map<String, List<String>> avoided = new TreeMap<>();
        for (SourceFile file : SourceFiles.main()) {
            add(
                    avoided,
                    file,
                    file.literalNames().stream()
                            .filter(GlossaryWords::isAvoided)
                            .toList());
        }

        assertThat(avoided)
                .as("metrics, JSON keys and settings with words to avoid")
                .isEmpty();
    }

    @Test
    void name_isSplitIntoItsWords() {
        assertThat(GlossaryWords.words("heardUpTo_NANOS_MAX")).containsExactly("heard", "up", "to", "nanos", "max");
        assertThat(GlossaryWords.words("HTTPWay2")).containsExactly("http", "way2");
        assertThat(GlossaryWords.isAvoided("sluice_sync_put_off_total")).isTrue();
        assertThat(GlossaryWords.isAvoided("newsletter")).isFalse();
    }

    private static void add(Map<String, List<String>> avoided, SourceFile file, List<String> names) {
        if (!names.isEmpty()) {
            avoided.put(file.path(), names);
        }
    }

    private static String joined(String comment) {
        return comment.replaceAll("\\s*\\n\\s*\\*?\\s*", " ");
    }
}
