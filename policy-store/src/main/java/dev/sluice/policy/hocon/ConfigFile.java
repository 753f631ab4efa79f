package dev.sluice.policy.hocon;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A configuration file after parsing.
 *
 * <p>Whatever the file holds, reading it takes time in proportion to its size, and no more memory than its budget.
 *
 * @param problems collects everything that is wrong with the file, also after parsing
 * @param budget what the reading of the file may still take
 * @param root the top of the file; empty if it can't be read or isn't HOCON
 */
public record ConfigFile(ProblemCollector problems, ParseBudget budget, Optional<ConfigSection> root) {
    /** Reads and parses a file. */
    public static ConfigFile read(Path file) {
        return of(file.toString(), FileContent.open(file, FileContent.FILE_BYTES_MAX));
    }

    /** Parses a content. */
    public static ConfigFile of(String file, FileContent content) {
        return of(file, content, ParseBudget.ofHeap());
    }

    static ConfigFile of(String file, FileContent content, ParseBudget budget) {
        ProblemCollector problems = new ProblemCollector(file);
        if (content instanceof FileContent.Unreadable unreadable) {
            problems.error(List.of(), 1, unreadable.message(), unreadable.hint());
            return new ConfigFile(problems, budget, Optional.empty());
        }
        return new ConfigFile(problems, budget, parse(content, budget, problems));
    }

    private static Optional<ConfigSection> parse(FileContent content, ParseBudget budget, ProblemCollector problems) {
        try (InputStream in = content.stream()) {
            HoconTree tree = new HoconTree(budget);
            if (!HoconParser.parse(new CharInput(in), tree, problems)) {
                return Optional.empty();
            }
            SubstitutionResolver.resolve(tree, System::getenv);
            return Optional.of(ConfigSection.root(tree, problems));
        } catch (HoconException e) {
            problems.error(e);
        } catch (IOException e) {
            FileContent.Unreadable why = FileContent.Unreadable.because(e);
            problems.error(List.of(), 1, why.message(), why.hint());
        } catch (StackOverflowError e) {
            problems.error(List.of(), 1, "this text is too complex", "use fewer substitutions");
        }
        return Optional.empty();
    }

    /**
     * Ends the reading for lack of memory, or goes on.
     *
     * @return false if something that is made of the file took more than there is; reported then
     */
    public boolean take(long bytes) {
        try {
            budget.take(bytes);
            return true;
        } catch (HoconException e) {
            problems.error(e);
            return false;
        }
    }
}
