package dev.sluice.demo;

import dev.sluice.common.HostPort;
import dev.sluice.demo.OutcomeCounters.Counts;
import dev.sluice.demo.s3.EmbeddedS3;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.Policy;
import dev.sluice.policy.settings.Settings;
import dev.sluice.policy.source.PolicyLayer;
import dev.sluice.proxy.app.Sidecar;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** One run of the demo: starts the servers, generates load, prints a summary. */
final class DemoRun {
    private static final String ACCESS_KEY = "DEMOKEY1";
    private static final String SECRET_KEY = "demo-secret-1";
    private static final String BUCKET = "demo";
    private static final int OBJECTS = 16;
    private static final List<String> NAMES = List.of("a", "b");
    /** Covers what two sidecars may admit between reports, and the edge of a second. */
    private static final double TOLERANCE = 1.15;

    private final int limitPerSecond;
    private final int ratePerSecond;
    private final int seconds;
    private final DemoDisplay display;
    private final AtomicBoolean stopped = new AtomicBoolean();

    DemoRun(int limitPerSecond, int ratePerSecond, int seconds, DemoDisplay display) {
        this.limitPerSecond = limitPerSecond;
        this.ratePerSecond = ratePerSecond;
        this.seconds = seconds;
        this.display = display;
    }

    /** Returns whether the limit was held and nothing failed. */
    boolean run() throws Exception {
        Path limitsFile = Files.createTempFile("sluice-demo", ".conf");
        List<Sidecar> sidecars = new ArrayList<>();
        try (EmbeddedS3 s3 = EmbeddedS3.start(ACCESS_KEY, SECRET_KEY)) {
            writeLimits(limitsFile);
            for (String name : NAMES) {
                sidecars.add(Sidecar.start(settings(name, s3.endpoint(), limitsFile), limits()));
            }
            List<String> endpoints =
                    sidecars.stream().map(Sidecar::syncEndpoint).toList();
            sidecars.forEach(sidecar -> sidecar.setPeers(endpoints));
            introduce(sidecars);
            putObjects(endpointOf(sidecars.get(0)));
            return load(sidecars);
        } finally {
            sidecars.forEach(Sidecar::close);
            Files.deleteIfExists(limitsFile);
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

    private boolean load(List<Sidecar> sidecars) throws InterruptedException {
        List<OutcomeCounters> tallies = new ArrayList<>();
        List<DemoClient> loads = new ArrayList<>();
        for (Sidecar sidecar : sidecars) {
            OutcomeCounters tally = new OutcomeCounters();
            tallies.add(tally);
            loads.add(new DemoClient(presigned(endpointOf(sidecar)), ratePerSecond / sidecars.size(), tally));
        }
        Thread stop = new Thread(() -> stopped.set(true), "stop");
        Runtime.getRuntime().addShutdownHook(stop);
        display.header(NAMES);
        long startNanos = System.nanoTime();
        loads.forEach(DemoClient::start);
        List<Counts> before = tallies.stream().map(tally -> Counts.NONE).toList();
        for (int second = 1; (seconds == 0 || second <= seconds) && !stopped.get(); second++) {
            sleepUntil(startNanos + TimeUnit.SECONDS.toNanos(second));
            List<Counts> now = tallies.stream().map(OutcomeCounters::counts).toList();
            List<Counts> more = new ArrayList<>();
            for (int i = 0; i < now.size(); i++) {
                more.add(now.get(i).minus(before.get(i)));
            }
            display.second(second, limitPerSecond, more);
            before = now;
        }
        loads.forEach(DemoClient::close);
        double elapsedSeconds = (System.nanoTime() - startNanos) / 1e9;
        return summary(
                DemoDisplay.sum(tallies.stream().map(OutcomeCounters::counts).toList()), elapsedSeconds);
    }

    private boolean summary(Counts all, double elapsedSeconds) {
        // An empty window admits its whole content at once: hence one more second.
        double most = limitPerSecond * (elapsedSeconds + 1) * TOLERANCE;
        boolean held = all.admitted() <= most;
        boolean worked = all.admitted() > 0 && all.failed() <= all.offered() / 100;
        display.line(String.format(
                java.util.Locale.ROOT,
                "%nIn %.1f s: %d offered, %d admitted (%.0f/s), %d rejected, %d failed. Limit %d/s: %s.",
                elapsedSeconds,
                all.offered(),
                all.admitted(),
                all.admitted() / elapsedSeconds,
                all.rejected(),
                all.failed(),
                limitPerSecond,
                held ? "held" : "NOT HELD"));
        if (!worked) {
            display.line("Too many requests failed.");
        }
        return held && worked;
    }

    private static void sleepUntil(long nanos) throws InterruptedException {
        long left = nanos - System.nanoTime();
        if (left > 0) {
            TimeUnit.NANOSECONDS.sleep(left);
        }
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

    private static Settings settings(String name, URI s3, Path limitsFile) {
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
                new Settings.Sync(Optional.of(anyPort), "demo", Duration.ofMillis(100), List.of()),
                new Settings.Admin(anyPort, Optional.empty()));
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
