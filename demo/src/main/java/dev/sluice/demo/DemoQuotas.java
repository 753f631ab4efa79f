package dev.sluice.demo;

import dev.sluice.common.HostPort;
import dev.sluice.common.QuotaRole;
import dev.sluice.policy.quotasfile.QuotasFile;
import dev.sluice.policy.settings.Settings;
import dev.sluice.policy.source.PolicyLayer;
import dev.sluice.proxy.app.Sidecar;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks the quota service of two sidecars, and shows each call with its answer. */
final class DemoQuotas {
    private static final String QUOTAS = """
            quotas {
              rate.api.search { algorithm = token-bucket, unit = day, requests-per-unit = 100 }
              alloc.farm.runners { capacity = 5 }
            }
            """;
    private static final String SEARCH = "{\"namespace\":\"api\",\"resource\":\"search\",\"tokens\":%d}";
    private static final String RUNNERS = "{\"namespace\":\"farm\",\"resource\":\"runners\",\"tokens\":%d}";
    private static final Pattern WAIT = Pattern.compile("\"wait_time\":(\\d+)");
    private static final long WAIT_MILLIS_MAX = 2_000;
    private static final int TRIES_MAX = 10;
    private static final int REPORT_SECONDS_MAX = 10;
    private static final long POLL_MILLIS = 20;

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<Sidecar> sidecars;
    private final List<String> names;
    private final DemoDisplay display;
    private boolean isAsExpected = true;

    /** @param names of the two sidecars */
    DemoQuotas(List<Sidecar> sidecars, List<String> names, DemoDisplay display) {
        this.sidecars = sidecars;
        this.names = names;
        this.display = display;
    }

    static void write(Path file) throws IOException {
        Files.writeString(file, QUOTAS, StandardCharsets.UTF_8);
    }

    static PolicyLayer read(Path file) {
        return QuotasFile.read(file).value().orElseThrow();
    }

    /** A service on any port of loopback that forgets allocations at the end. */
    static Settings.Quota settings(Path file) {
        return new Settings.Quota(
                new HostPort("127.0.0.1", 0),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                QuotaRole.ALL,
                file,
                Optional.empty(),
                OptionalInt.empty(),
                64 * 1024,
                1_000,
                Optional.empty(),
                new Settings.Alloc(Optional.empty(), Duration.ofMinutes(15), 1_000));
    }

    /** Returns whether every answer was as it should be. */
    boolean show() throws IOException, InterruptedException {
        display.line(
                "Quotas on the same limiter: 100 searches a day for both together, and 5 runners of a build farm.");
        call(0, "allow", SEARCH, 60, true);
        awaitUsed(1, 60);
        call(1, "allow", SEARCH, 60, false);
        call(1, "allow", SEARCH, 20, true);
        call(0, "alloc", RUNNERS, 4, true);
        call(0, "alloc", RUNNERS, 2, false);
        call(0, "free", RUNNERS, 4, true);
        return isAsExpected;
    }

    /** A refusal with a short wait is what a client waits for: what is left may be kept for the other sidecar for a moment. */
    private void call(int sidecar, String call, String body, int tokens, boolean expected)
            throws IOException, InterruptedException {
        String answer = send(sidecar, call, body, tokens);
        for (int i = 0; i < TRIES_MAX && expected && waitMillis(answer) > 0; i++) {
            Thread.sleep(waitMillis(answer));
            answer = send(sidecar, call, body, tokens);
        }
        isAsExpected &= answer.contains("\"ok\":" + expected);
    }

    /** How long to wait; 0: not at all, or for longer than a demo lasts. */
    private static long waitMillis(String answer) {
        Matcher matcher = WAIT.matcher(answer);
        long millis = matcher.find() ? TimeUnit.NANOSECONDS.toMillis(Long.parseLong(matcher.group(1))) + 1 : 0;
        return answer.contains("\"ok\":true") || millis > WAIT_MILLIS_MAX ? 0 : millis;
    }

    private String send(int sidecar, String call, String body, int tokens) throws IOException, InterruptedException {
        InetSocketAddress address = sidecars.get(sidecar).quotaAddress().orElseThrow();
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + address.getPort() + "/api/v1/" + call))
                .POST(HttpRequest.BodyPublishers.ofString(String.format(body, tokens)))
                .build();
        String answer =
                client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        display.line(String.format("  sidecar %s: %-5s %2d  %s", names.get(sidecar), call, tokens, answer.strip()));
        return answer;
    }

    /** Waits for the report of what the other sidecar gave away. */
    private void awaitUsed(int sidecar, int tokens) throws IOException, InterruptedException {
        URI usage = URI.create("http:/" + sidecars.get(sidecar).adminAddress() + "/api/v1/usage");
        HttpRequest request = HttpRequest.newBuilder(usage).build();
        long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(REPORT_SECONDS_MAX);
        while (System.nanoTime() - endNanos < 0) {
            String body =
                    client.send(request, HttpResponse.BodyHandlers.ofString()).body();
            if (body.contains("\"scope\":\"quota\"") && body.contains("\"used\":" + tokens)) {
                return;
            }
            Thread.sleep(POLL_MILLIS);
        }
        isAsExpected = false;
    }
}
