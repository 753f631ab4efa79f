package dev.sluice.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Runs a program to its end, with a deadline, and keeps what it printed (stdout and stderr together).
 *
 * @param inherited what of this process's environment it gets too; the given environment is put on top
 */
record Command(List<String> words, Set<String> inherited, Map<String, String> environment, Duration deadline) {
    Command {
        words = List.copyOf(words);
        inherited = Set.copyOf(inherited);
        environment = Map.copyOf(environment);
    }

    record Result(int exit, String output) {
        /** The output of a run that succeeded. */
        String orFail(Command command) {
            if (exit != 0) {
                throw new AssertionError(command.words() + " exited " + exit + ":\n" + output);
            }
            return output;
        }
    }

    static Command of(String... words) {
        return new Command(List.of(words), System.getenv().keySet(), Map.of(), Duration.ofMinutes(1));
    }

    Command with(Map<String, String> moreEnvironment) {
        return new Command(words, inherited, moreEnvironment, deadline);
    }

    /** With nothing of what the person who runs the tests has set, but for the search path. */
    Command onlyWith(Map<String, String> wholeEnvironment) {
        return new Command(words, Set.of("PATH"), wholeEnvironment, deadline);
    }

    Command within(Duration newDeadline) {
        return new Command(words, inherited, environment, newDeadline);
    }

    /** The output of a run that must succeed. */
    String output() {
        return run().orFail(this);
    }

    Result run() {
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
            return new Result(process.exitValue(), Files.readString(out));
        } catch (IOException e) {
            return new Result(-1, e.getMessage());
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
            // A file left in the temporary folder is no failure of a test.
        }
    }
}
