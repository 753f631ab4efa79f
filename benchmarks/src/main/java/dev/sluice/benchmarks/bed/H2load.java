package dev.sluice.benchmarks.bed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A load at a fixed rate: h2load, HTTP/1.1, keep-alive. A slow response hardly delays the next request. */
public final class H2load {
    private static final int TIME_FIELD = 2;

    private final Path folder;
    private final String cpus;

    /** Writes its records to the folder. */
    public H2load(Path folder, String cpus) {
        this.folder = folder;
        this.cpus = cpus;
    }

    /**
     * The median response time, microseconds.
     *
     * @param requestsPerSecond over all connections
     */
    public double medianMicros(String address, HttpLoad load, int requestsPerSecond, double seconds)
            throws IOException, InterruptedException {
        Path log = folder.resolve("h2load.log");
        Files.deleteIfExists(log);
        int perConnection = requestsPerSecond / load.connections();
        long requests = Math.max(load.connections(), Math.round(requestsPerSecond * seconds));
        List<String> command = new ArrayList<>(List.of(
                "taskset",
                "-c",
                cpus,
                "h2load",
                "--h1",
                "-t1",
                "-c" + load.connections(),
                "-n" + requests,
                "--rps=" + perConnection,
                "--log-file=" + log));
        load.headers().forEach((name, value) -> {
            // h2load sends its own Host, and a second one would be rejected.
            if (!name.equals("Host")) {
                command.addAll(List.of("-H", name + ": " + value));
            }
        });
        command.add("http://" + address + load.path());
        SystemCommand.run(command, Map.of());
        return median(Files.readAllLines(log));
    }

    /** The median of the third column: microseconds to the end of the response. */
    static double median(List<String> lines) throws IOException {
        long[] micros = lines.stream()
                .map(line -> line.split("\t", -1))
                .filter(fields -> fields.length > TIME_FIELD && fields[1].equals("200"))
                .mapToLong(fields -> Long.parseLong(fields[TIME_FIELD]))
                .sorted()
                .toArray();
        if (micros.length == 0 || micros.length < lines.size() * 0.99) {
            throw new IOException("only " + micros.length + " of " + lines.size() + " requests were answered with 200");
        }
        return Arrays.stream(micros).skip(micros.length / 2).findFirst().orElseThrow();
    }
}
