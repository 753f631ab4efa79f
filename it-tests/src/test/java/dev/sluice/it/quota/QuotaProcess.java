package dev.sluice.it.quota;

import dev.sluice.it.harness.process.OrphanGuard;
import dev.sluice.it.harness.process.ProcessOutput;
import dev.sluice.it.harness.process.ReadyLine;
import dev.sluice.it.harness.sidecar.SidecarProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;

/** {@code sluice quota} as a process, with its files in a folder of the test. */
final class QuotaProcess implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final Path folder;
    private Process process;
    private ProcessOutput output;
    private ReadyLine ready;

    /**
     * Starts it.
     *
     * @param folder an empty one of its own
     * @param settings within {@code sluice { }}, besides the addresses of its ports
     */
    QuotaProcess(Path folder, String settings, String quotas) throws IOException {
        SidecarProcess.jar();
        this.folder = Files.createDirectories(folder);
        Files.writeString(folder.resolve("quota.conf"), """
                sluice {
                  node-id = %s
                  quota.listen = "127.0.0.1:0"
                  admin.address = "127.0.0.1:0"
                  %s
                }
                """.formatted(folder.getFileName(), settings));
        writeQuotas(quotas);
        start();
    }

    /** Starts it again after its end. */
    void start() throws IOException {
        process = new ProcessBuilder(List.of(
                        SidecarProcess.java(),
                        "-Xmx96m",
                        // as the start script; and no second compiler, which takes longer than a test
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Dio.netty.leakDetection.level=paranoid",
                        "-jar",
                        SidecarProcess.jar().toString(),
                        "quota",
                        "-c",
                        folder.resolve("quota.conf").toString()))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        OrphanGuard.watch(process);
        output = new ProcessOutput(process);
        ready = output.awaitReady(DEADLINE);
    }

    /** Replaces quotas.conf atomically, as an editor does. */
    void writeQuotas(String quotas) throws IOException {
        Path draft = Files.writeString(folder.resolve("quotas.new"), "quotas {\n" + quotas + "\n}\n");
        Files.move(draft, folder.resolve("quotas.conf"), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Posts a call; returns the body of the response. */
    String post(String call, String body) throws IOException, InterruptedException {
        return send("POST", ready.listen(), "/api/v1/" + call, body).body();
    }

    HttpResponse<String> send(String method, String path, String body) throws IOException, InterruptedException {
        return send(method, ready.listen(), path, body);
    }

    /** {@code host:port} of its quota port. */
    String address() {
        return ready.listen();
    }

    String admin(String path) throws IOException, InterruptedException {
        return send("GET", ready.admin(), path, "").body();
    }

    private static HttpResponse<String> send(String method, String to, String path, String body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + to + path))
                .timeout(DEADLINE)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
    }

    void kill9() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS);
    }

    /** Sends SIGTERM; returns the exit code. */
    int terminate() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            Assertions.fail("it did not end:\n" + output.text());
        }
        return process.exitValue();
    }

    @Override
    public void close() throws InterruptedException {
        if (process.isAlive()) {
            terminate();
        }
        output.awaitEnd(DEADLINE);
        if (output.leakReported()) {
            Assertions.fail("a buffer leaked:\n" + output.text());
        }
    }
}
