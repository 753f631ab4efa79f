package dev.sluice.demo;

import dev.sluice.common.HostPort;
import dev.sluice.demo.DemoVerdict.DemoOutcome;
import dev.sluice.demo.OutcomeCounters.Counts;
import dev.sluice.demo.s3.EmbeddedS3;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.Policy;
import dev.sluice.policy.identity.VerifyMode;
import dev.sluice.policy.settings.Configuration;
import dev.sluice.policy.settings.GatewaySettings;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** One run of the demo: starts the servers, generates load, prints a summary. Ctrl-C, and a reader that leaves, end it. */
final class DemoRun {
    private static final String ACCESS_KEY = "DEMOKEY1";
    private static final String SECRET_KEY = "demo-secret-1";
    private static final String BUCKET = "demo";
    private static final int OBJECTS = 16;
    private static final List<String> NAMES = List.of("a", "b");
    private static final long INTRODUCTION_SECONDS = 20;
    private static final long POLL_MILLIS = 50;
    /** Responses of a second that are counted a moment after its end. */
    private static final long GRACE_MILLIS = 20;
    /** How long Ctrl-C waits for the summary. */
    private static final long SUMMARY_SECONDS = 5;

    private final int limitPerSecond;
    private final int ratePerSecond;
    private final int seconds;
    private final DemoDisplay display;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);

    DemoRun(int limitPerSecond, int ratePerSecond, int seconds, DemoDisplay display) {
        this.limitPerSecond = limitPerSecond;
        this.ratePerSecond = ratePerSecond;
        this.seconds = seconds;
        this.display = display;
    }

    /** Returns whether the limit was reached and held, and nothing failed. */
    boolean run() throws Exception {
        Path limitsFile = Files.createTempFile("sluice-demo", ".conf");
        Path quotasFile = Files.createTempFile("sluice-demo-quotas", ".conf");
        try (EmbeddedS3 s3 = EmbeddedS3.start(ACCESS_KEY, SECRET_KEY)) {
            writeLimits(limitsFile);
            DemoQuotas.write(quotasFile);
            return runBefore(s3.endpoint(), limitsFile, quotasFile);
        } finally {
            ended.countDown();
            Files.deleteIfExists(limitsFile);
            Files.deleteIfExists(quotasFile);
        }
    }

    private boolean runBefore(URI s3, Path limitsFile, Path quotasFile) throws Exception {
        List<Sidecar> sidecars = new ArrayList<>();
        try {
            for (String name : NAMES) {
                sidecars.add(Sidecar.start(new Configuration(
                        settings(name, s3, limitsFile, quotasFile), limits(), DemoQuotas.read(quotasFile))));
            }
            List<String> endpoints =
                    sidecars.stream().map(Sidecar::syncEndpoint).toList();
            sidecars.forEach(sidecar -> sidecar.setPeers(endpoints));
            introduce(sidecars);
            if (display.isClosed()) {
                return false;
            }
            awaitPeers(sidecars);
            putObjects(endpointOf(sidecars.get(0)));
            boolean areQuotasHeld = new DemoQuotas(sidecars, NAMES, display).show();
            return load(sidecars) && areQuotasHeld;
        } finally {
            // before the server behind them: else they would report that it is gone
            sidecars.forEach(Sidecar::close);
        }
    }

    private void introduce(List<Sidecar> sidecars) {
        display.line("An S3 server in memory, two sidecars before it, and one limit for both together:");
        display.line("  alice may do " + limitPerSecond + " reads a second; her client tries " + ratePerSecond
                + ", half through each.");
        for (int i = 0; i < sidecars.size(); i++) {
            display.line("  sidecar " + NAMES.get(i) + ": S3 " + endpointOf(sidecars.get(i)) + "  admin http:/"
                    + sidecars.get(i).adminAddress() + "/api/v1/usage");
        }
    }

    /** Until then each would take the limit for its own. */
    private static void awaitPeers(List<Sidecar> sidecars) throws IOException, InterruptedException, TimeoutException {
        HttpClient client = HttpClient.newHttpClient();
        long beganNanos = System.nanoTime();
        for (Sidecar sidecar : sidecars) {
            URI peers = URI.create("http:/" + sidecar.adminAddress() + "/api/v1/peers");
            while (!client.send(HttpRequest.newBuilder(peers).build(), HttpResponse.BodyHandlers.ofString())
                    .body()
                    .contains("\"live\"")) {
                if (System.nanoTime() - beganNanos > TimeUnit.SECONDS.toNanos(INTRODUCTION_SECONDS)) {
                    throw new TimeoutException("the two sidecars don't receive each other's reports");
                }
                Thread.sleep(POLL_MILLIS);
            }
        }
    }

    private boolean load(List<Sidecar> sidecars) throws InterruptedException {
        Thread stop = new Thread(this::stopAndAwaitEnd, "stop");
        Runtime.getRuntime().addShutdownHook(stop);
        display.line("Warming up, at most " + WarmUp.SECONDS_MAX + " s ...");
        List<OutcomeCounters> tallies = new ArrayList<>();
        List<DemoClient> loads = new ArrayList<>();
        // signed before the first second begins
        List<List<URI>> objects = new ArrayList<>();
        for (Sidecar sidecar : sidecars) {
            objects.add(presigned(endpointOf(sidecar)));
        }
        long beganNanos = System.nanoTime();
        for (List<URI> ofSidecar : objects) {
            OutcomeCounters tally = new OutcomeCounters(System::nanoTime, beganNanos);
            tallies.add(tally);
            loads.add(new DemoClient(ofSidecar, (double) ratePerSecond / objects.size(), tally));
        }
        DemoVerdict verdict = new DemoVerdict(limitPerSecond, ratePerSecond);
        loads.forEach(DemoClient::start);
        WarmUp warmUp = new WarmUp(ratePerSecond);
        int first = 0;
        boolean isJudged = false;
        for (int second = 0; (!isJudged || seconds == 0 || second < first + seconds) && !display.isClosed(); second++) {
            long endNanos = beganNanos + TimeUnit.SECONDS.toNanos(second + 1L);
            if (!awaitUntil(endNanos + TimeUnit.MILLISECONDS.toNanos(GRACE_MILLIS))) {
                break;
            }
            List<Counts> counts = new ArrayList<>(tallies.size());
            for (OutcomeCounters tally : tallies) {
                counts.add(tally.take(second));
            }
            Counts sum = DemoDisplay.sum(counts);
            if (isJudged) {
                display.second(second - first + 1, limitPerSecond, counts);
                verdict.add(sum);
            } else if (warmUp.isOver(sum)) {
                isJudged = true;
                first = second + 1;
                display.header(NAMES);
            }
        }
        loads.forEach(DemoClient::close);
        display.line("");
        display.line(verdict.text());
        ended.countDown();
        return verdict.outcome() == DemoOutcome.HELD;
    }

    /** On Ctrl-C: the process ends when this returns. */
    private void stopAndAwaitEnd() {
        stopped.countDown();
        try {
            var unused = ended.await(SUMMARY_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until then; returns false if the demo was stopped. */
    private boolean awaitUntil(long nanos) throws InterruptedException {
        return !stopped.await(nanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    private void writeLimits(Path file) throws IOException {
        Files.writeString(
                file,
                "limits { users { alice { read-ops = " + limitPerSecond + "/s } }, access-keys { " + ACCESS_KEY
                        + " = alice } }\n",
                StandardCharsets.UTF_8);
    }

    private PolicyLayer limits() {
        LimitSet reads = LimitSet.of(Dimension.READ_OPS, Limit.perSecond(limitPerSecond, MeterAlgorithm.WINDOW));
        Policy policy = new Policy(
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                Map.of("alice", reads),
                Map.of(),
                Map.of());
        return new PolicyLayer(policy, Map.of(ACCESS_KEY, "alice"));
    }

    private static Settings settings(String name, URI s3, Path limitsFile, Path quotasFile) {
        HostPort anyPort = new HostPort("127.0.0.1", 0);
        return new Settings(
                name,
                new Settings.Listen(anyPort, List.of(), 32 * 1024, Duration.ofSeconds(60), Duration.ofSeconds(10)),
                new Settings.Upstream(
                        new HostPort(s3.getHost(), s3.getPort()),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(20),
                        Optional.empty()),
                limitsFile,
                Optional.empty(),
                Optional.empty(),
                new Settings.Sync(Optional.of(anyPort), "demo", Duration.ofMillis(100), List.of()),
                new Settings.Admin(anyPort, Optional.empty()),
                GatewaySettings.DEFAULT,
                Optional.empty(),
                VerifyMode.AUTO,
                Optional.of(DemoQuotas.settings(quotasFile)),
                Optional.empty());
    }

    private static URI endpointOf(Sidecar sidecar) {
        InetSocketAddress address = sidecar.listenAddress();
        return URI.create("http://" + address.getAddress().getHostAddress() + ":" + address.getPort());
    }

    private static StaticCredentialsProvider credentials() {
        return StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS_KEY, SECRET_KEY));
    }

    private static void putObjects(URI endpoint) {
        try (S3Client client = S3Client.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .credentialsProvider(credentials())
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build()) {
            client.createBucket(request -> request.bucket(BUCKET));
            for (int i = 0; i < OBJECTS; i++) {
                String key = "object-" + i;
                client.putObject(request -> request.bucket(BUCKET).key(key), RequestBody.fromString("demo " + key));
            }
        }
    }

    private static List<URI> presigned(URI endpoint) {
        try (S3Presigner presigner = S3Presigner.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .credentialsProvider(credentials())
                .serviceConfiguration(
                        S3Configuration.builder().pathStyleAccessEnabled(true).build())
                .build()) {
            List<URI> uris = new ArrayList<>();
            for (int i = 0; i < OBJECTS; i++) {
                String key = "object-" + i;
                uris.add(URI.create(presigner
                        .presignGetObject(request -> request.signatureDuration(Duration.ofDays(7))
                                .getObjectRequest(get -> get.bucket(BUCKET).key(key)))
                        .url()
                        .toString()));
            }
            return uris;
        }
    }
}
