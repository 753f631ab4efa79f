package dev.sluice.policy.settings;

import dev.sluice.policy.hocon.ConfigSection;
import dev.sluice.policy.hocon.ParsedValue;
import dev.sluice.policy.hocon.ProblemTexts;
import dev.sluice.policy.hocon.ValueParser;
import dev.sluice.policy.hocon.ValueParsers;
import dev.sluice.policy.settings.AccessLogSettings.LineFormat;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.Pattern;

/** Reads the {@code access-log} section. */
final class AccessLogSettingsReader {
    private static final String FILE = "file";
    private static final String MAX_SIZE = "max-size";
    private static final int KEEP_MAX = 999;
    /** A smaller file would be renamed all the time. */
    private static final long SIZE_MIN = 64 * 1024;

    private static final Pattern NUMBER = Pattern.compile("\\d{1,3}");
    private static final Pattern PART = Pattern.compile("[01](\\.\\d{1,9})?");

    private final ConfigSection section;
    private final BiFunction<ConfigSection, String, Optional<Path>> paths;

    /** @param paths resolves the path that a key names, or reports it as bad */
    AccessLogSettingsReader(ConfigSection section, BiFunction<ConfigSection, String, Optional<Path>> paths) {
        this.section = section;
        this.paths = paths;
    }

    /** Reads the section; empty: there is no access log, or something is wrong and was reported. */
    Optional<AccessLogSettings> read() {
        boolean isOn = !section.value(FILE, ValueParsers.any()).orElse("").isEmpty();
        Optional<Path> file = isOn ? paths.apply(section, FILE) : Optional.empty();
        file.ifPresent(this::check);
        String format = section.value("format", ValueParsers.word(List.of("json", "s3")))
                .orElse("json");
        double sample = section.value("sample", AccessLogSettingsReader::part).orElse(1.0);
        long maxBytes = section.value(MAX_SIZE, AccessLogSettingsReader::size).orElse(100L << 20);
        int keep = section.value("keep", keep()).orElse(5);
        return file.map(path -> new AccessLogSettings(
                path, LineFormat.valueOf(format.toUpperCase(Locale.ROOT)), sample, maxBytes, keep));
    }

    /** A directory that is missing may be mounted later: the sidecar starts, and tries again and again. */
    private void check(Path file) {
        Path directory = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file)) {
            section.error(FILE, ProblemTexts.quote(file.toString()) + " is a directory", "name a file");
        } else if (directory != null && !Files.isDirectory(directory)) {
            section.warn(
                    FILE,
                    ProblemTexts.quote(directory.toString()) + " is not a directory",
                    "make it, writable for the sidecar");
        }
    }

    private static ParsedValue<Double> part(String text) {
        BigDecimal part = PART.matcher(text.strip()).matches() ? new BigDecimal(text.strip()) : BigDecimal.ZERO;
        return part.signum() > 0 && part.compareTo(BigDecimal.ONE) <= 0
                ? ParsedValue.good(part.doubleValue())
                : ParsedValue.bad(
                        ProblemTexts.quote(text) + " is no part of requests",
                        "use a number above 0 and up to 1, such as 0.01 for one in a hundred");
    }

    private static ParsedValue<Long> size(String text) {
        Optional<Long> bytes = ValueParsers.bytes(text)
                .filter(size -> size.bitLength() < Long.SIZE - 1)
                .map(size -> size.longValueExact());
        boolean isGood = bytes.isPresent() && (bytes.get() == 0 || bytes.get() >= SIZE_MIN);
        return isGood
                ? ParsedValue.good(bytes.get())
                : ParsedValue.bad(
                        ProblemTexts.quote(text) + " is no size of a log file",
                        "use 64 KiB or more, such as 100 MiB; 0: another program renames the file");
    }

    private static ValueParser<Integer> keep() {
        return text -> {
            int number = NUMBER.matcher(text.strip()).matches() ? Integer.parseInt(text.strip()) : 0;
            return number >= 1 && number <= KEEP_MAX
                    ? ParsedValue.good(number)
                    : ParsedValue.bad(ProblemTexts.quote(text) + " is no number of files", "use 1 to 999");
        };
    }
}
