package dev.sluice.benchmarks.quota;

import dev.sluice.benchmarks.bed.CpuTime;
import dev.sluice.benchmarks.bed.ProxyUnderTest;
import dev.sluice.benchmarks.bed.RunPlacement;
import dev.sluice.benchmarks.bed.SystemCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A token bucket as a script in Redis, which keeps nothing on the disk. {@code redis-benchmark} has one request at a time on
 * each connection, as the HTTP load has.
 */
public final class RedisQuotaSubject implements QuotaSubject {
    private static final int PORT = 90;
    private static final int TRIAL_REQUESTS = 20_000;
    private static final int START_ATTEMPTS = 200;
    private static final long START_PAUSE_MILLIS = 50;
    private static final Pattern RATE = Pattern.compile("([0-9]+(?:\\.[0-9]+)?) requests per second");

    /** Takes tokens if there are so many, and returns the rest, or what is missing as a negative number. */
    private static final String SCRIPT = """
            local now = redis.call('TIME')
            local t = now[1] * 1000000 + now[2]
            local rate, burst, want = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
            local kept = redis.call('HMGET', KEYS[1], 'left', 'at')
            local left = math.min(burst, tonumber(kept[1] or burst) + (t - tonumber(kept[2] or t)) * rate / 1000000)
            local ok = left >= want
            if ok then left = left - want end
            redis.call('HSET', KEYS[1], 'left', left, 'at', t)
            redis.call('PEXPIRE', KEYS[1], 60000)
            return ok and left or left - want
            """;

    private final RunPlacement place;
    private final ProxyUnderTest process;
    private final String script;

    private RedisQuotaSubject(RunPlacement place, ProxyUnderTest process, String script) {
        this.place = place;
        this.process = process;
        this.script = script;
    }

    /** Starts Redis. */
    public static RedisQuotaSubject start(Path folder, RunPlacement place) throws IOException, InterruptedException {
        List<String> command = List.of(
                "redis-server",
                "--bind",
                place.host(),
                "--port",
                String.valueOf(place.port(PORT)),
                "--save",
                "",
                "--appendonly",
                "no",
                "--dir",
                folder.toString());
        String address = place.address(PORT);
        ProxyUnderTest process = ProxyUnderTest.start(
                folder, place.proxyCpu(), new ProxyUnderTest.Launch("redis", command, Map.of(), address, address));
        for (int attempt = 0; ; attempt++) {
            try {
                return new RedisQuotaSubject(
                        place, process, client(place, "SCRIPT", "LOAD", SCRIPT).strip());
            } catch (IOException e) {
                if (attempt == START_ATTEMPTS || !process.isAlive()) {
                    process.close();
                    throw new IOException("redis-server doesn't start:\n" + process.output(), e);
                }
                Thread.sleep(START_PAUSE_MILLIS);
            }
        }
    }

    private static String client(RunPlacement place, String... command) throws IOException, InterruptedException {
        List<String> all =
                new ArrayList<>(List.of("redis-cli", "-e", "-h", place.host(), "-p", String.valueOf(place.port(PORT))));
        all.addAll(List.of(command));
        return SystemCommand.run(all, Map.of());
    }

    @Override
    public String name() {
        return "redis";
    }

    @Override
    public boolean has(QuotaCase c) {
        return c == QuotaCase.ALLOW;
    }

    @Override
    public CpuTime cpu() throws IOException {
        return process.cpu();
    }

    /** Of a number of requests that takes about so long, by a short trial that counts as well. */
    @Override
    public QuotaLoadResult load(QuotaCase c, double seconds) throws IOException, InterruptedException {
        double trialRate = run(c, TRIAL_REQUESTS);
        long requests = Math.max(TRIAL_REQUESTS, Math.round(trialRate * seconds));
        double rate = run(c, requests);
        return new QuotaLoadResult(TRIAL_REQUESTS + requests, TRIAL_REQUESTS / trialRate * 1e6 + requests / rate * 1e6);
    }

    private double run(QuotaCase c, long requests) throws IOException, InterruptedException {
        String output = SystemCommand.run(
                "taskset",
                "-c",
                place.loadCpu(),
                "redis-benchmark",
                "-h",
                place.host(),
                "-p",
                String.valueOf(place.port(PORT)),
                "-c",
                String.valueOf(c.connections()),
                "-n",
                String.valueOf(requests),
                "-q",
                "EVALSHA",
                script,
                "1",
                "bench/calls",
                "1000000000",
                "1000000000",
                "1");
        Matcher rate = RATE.matcher(output);
        double last = 0;
        while (rate.find()) {
            last = Double.parseDouble(rate.group(1));
        }
        if (last == 0) {
            throw new IOException("redis-benchmark reported no result:\n" + output);
        }
        return last;
    }

    @Override
    public void close() {
        process.close();
    }
}
