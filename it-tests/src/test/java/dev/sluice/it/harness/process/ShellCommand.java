package dev.sluice.it.harness.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Runs a program to its end, with a deadline, and keeps its output (stdout and stderr together).
 *
 * @param inherited variables of this process that it inherits; the given environment overrides them
 */
public record ShellCommand(
        List<String> words, Set<String> inherited, Map<String, String> environment, Duration deadline) {
    public ShellCommand {
        words = List.copyOf(words);
        inherited = Set.copyOf(inherited);
        environment = Map.copyOf(environment);
    }

    public record CommandResult(int exit, String output) {
        /** The output, if the run succeeded; else fails. */
        public String orFail(ShellCommand command) {
            if (exit != 0) {
                throw new AssertionError(command.words() + " exited " + exit + ":\n" + output);
            }
            return output;
        }
    }

    public static ShellCommand of(String... words) {
        return new ShellCommand(List.of(words), System.getenv().keySet(), Map.of(), Duration.ofMinutes(1));
    }

    public ShellCommand with(Map<String, String> moreEnvironment) {
        return new ShellCommand(words, inherited, moreEnvironment, deadline);
    }

    /** Inherits only the search path. */
    public ShellCommand onlyWith(Map<String, String> wholeEnvironment) {
        return new ShellCommand(words, Set.of("PATH"), wholeEnvironment, deadline);
    }

    public ShellCommand within(Duration newDeadline) {
        return new ShellCommand(words, inherited, environment, newDeadline);
    }

    /** Runs it, which must succeed, and returns its output. */
    public String output() {
        return run().orFail(this);
    }

    public CommandResult run() {
        Path out = null;
        try {
            out = Files.createTempFile("sluice-it-", ".out");
            var builder = new ProcessBuilder(words)
                    .redirectErrorStream(true)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(out.toFile());
            builder.environment().keySet().retainAll(inherited);
            builder.environment().putAll(environment);
            var process = builder.start();
            if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(words + " did not end within " + deadline + ":\n" + Files.readString(out));
            }
            return new CommandResult(process.exitValue(), Files.readString(out));
        } catch (IOException e) {
            return new CommandResult(-1, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while running " + words, e);
        } finally {
            delete(out);
        }
    }

    private static void delete(Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            // A leftover file in the temporary folder does not fail a test.
        }
    }
}
