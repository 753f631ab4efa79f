package dev.sluice.benchmarks.bed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A load at full rate: wrk with one thread, a closed loop. */
public final class Wrk {
    private static final Pattern RESULT = Pattern.compile(
            "result requests=(\\d+) bytes=(\\d+) micros=(\\d+) refused=(\\d+) broken=(\\d+) p50=(\\d+)");

    private static final String DONE = """
            done = function(summary, latency, requests)
              local e = summary.errors
              io.write(string.format(
                "result requests=%.0f bytes=%.0f micros=%.0f refused=%.0f broken=%.0f p50=%.0f\\n",
                summary.requests, summary.bytes, summary.duration, e.status,
                e.connect + e.read + e.write + e.timeout, latency:percentile(50)))
            end
            """;

    private final Path folder;
    private final String cpus;

    /** Writes its scripts to the folder. */
    public Wrk(Path folder, String cpus) {
        this.folder = folder;
        this.cpus = cpus;
    }

    /**
     * The result of a load.
     *
     * @param requests responses with any status
     * @param bytes received, heads included
     * @param micros duration, microseconds
     * @param refused responses with status 400 or more
     * @param broken failed connections and timed-out responses
     * @param medianMicros median response time, microseconds
     */
    public record WrkResult(long requests, long bytes, long micros, long refused, long broken, long medianMicros) {
        public double requestsPerSecond() {
            return requests * 1e6 / micros;
        }
    }

    /**
     * Loads an address.
     *
     * @param address {@code host:port}; the Host header may differ
     */
    public WrkResult run(String address, HttpLoad load, double seconds) throws IOException, InterruptedException {
        return run(address, load, script(load), seconds);
    }

    /**
     * Loads an address with one request that has a body.
     *
     * @param body of each request; ASCII
     */
    public WrkResult post(String address, String path, String body, int connections, double seconds)
            throws IOException, InterruptedException {
        String script = "wrk.method = \"POST\"\nwrk.body = [==[" + body + "]==]\n"
                + "wrk.headers[\"Content-Type\"] = \"application/json\"\n" + DONE;
        return run(address, HttpLoad.get(path, connections, Map.of()), script, seconds);
    }

    private WrkResult run(String address, HttpLoad load, String text, double seconds)
            throws IOException, InterruptedException {
        Path script = Files.writeString(folder.resolve("load.lua"), text);
        // wrk counts in whole seconds
        long whole = Math.max(1, Math.round(seconds));
        String output = SystemCommand.run(
                "taskset",
                "-c",
                cpus,
                "wrk",
                "-t1",
                "-c" + load.connections(),
                "-d" + whole + "s",
                "--timeout",
                "20s",
                "-s",
                script.toString(),
                "http://" + address + load.path());
        return parse(output);
    }

    private static String script(HttpLoad load) {
        StringBuilder script = new StringBuilder(String.format(Locale.ROOT, "wrk.method = \"%s\"%n", load.method()));
        for (Map.Entry<String, String> header : load.headers().entrySet()) {
            script.append("wrk.headers[\"").append(header.getKey()).append("\"] = \"");
            script.append(header.getValue().replace("\\", "\\\\").replace("\"", "\\\""))
                    .append("\"\n");
        }
        if (load.bodyBytes() > 0) {
            script.append("wrk.body = string.rep(\"x\", ")
                    .append(load.bodyBytes())
                    .append(")\n");
        }
        return script.append(DONE).toString();
    }

    static WrkResult parse(String output) throws IOException {
        MatchResult match = RESULT.matcher(output)
                .results()
                .findFirst()
                .orElseThrow(() -> new IOException("wrk reported no result:\n" + output));
        return new WrkResult(
                number(match, 1),
                number(match, 2),
                number(match, 3),
                number(match, 4),
                number(match, 5),
                number(match, 6));
    }

    private static long number(MatchResult match, int group) {
        return Long.parseLong(match.group(group));
    }
}
