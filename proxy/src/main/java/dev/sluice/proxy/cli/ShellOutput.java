package dev.sluice.proxy.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What became of another program. Its output may hold secrets, so it is never a problem's text.
 *
 * @param text its output; as much as is needed of it
 * @param problem why it failed; empty: it didn't
 */
record ShellOutput(String text, String problem) {
    private static final int OUTPUT_BYTES_MAX = 1 << 20;
    private static final int ERROR_CHARS_MAX = 500;
    private static final long SECONDS_MAX = 120;

    /** Runs a program to its end and without input. */
    static ShellOutput of(List<String> command) throws InterruptedException {
        Path errors = null;
        try {
            errors = Files.createTempFile("sluice-", ".err");
            Process process =
                    new ProcessBuilder(command).redirectError(errors.toFile()).start();
            process.getOutputStream().close();
            String text;
            try (InputStream in = process.getInputStream()) {
                text = new String(in.readNBytes(OUTPUT_BYTES_MAX), StandardCharsets.UTF_8);
            }
            if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return new ShellOutput("", "it didn't end within " + SECONDS_MAX + " s");
            }
            int code = process.exitValue();
            return code == 0
                    ? new ShellOutput(text, "")
                    : new ShellOutput("", "exit code " + code + ". " + tail(errors));
        } catch (IOException e) {
            return new ShellOutput("", "there is no such command");
        } finally {
            delete(errors);
        }
    }

    private static String tail(Path errors) throws IOException {
        String text = Files.readString(errors, StandardCharsets.ISO_8859_1).strip();
        return text.substring(Math.max(0, text.length() - ERROR_CHARS_MAX));
    }

    private static void delete(@Nullable Path errors) {
        try {
            if (errors != null) {
                Files.deleteIfExists(errors);
            }
        } catch (IOException e) {
            // The system clears its temporary files.
        }
    }

    boolean isOk() {
        return problem.isEmpty();
    }

    /** The JSON in the output: Ceph's commands may print warnings before it. */
    byte[] json() {
        return text.substring(Math.max(0, text.indexOf('{'))).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return isOk() ? "done" : problem;
    }
}
