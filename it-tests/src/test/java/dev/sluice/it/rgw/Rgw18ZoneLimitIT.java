package dev.sluice.it.rgw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.it.harness.process.Prerequisite;
import dev.sluice.it.harness.s3.RgwRelease;
import dev.sluice.it.harness.s3.RgwTestBed;
import dev.sluice.it.harness.s3.S3Backend;
import dev.sluice.it.harness.s3.S3Credentials;
import dev.sluice.it.harness.s3.S3Target;
import dev.sluice.it.harness.sidecar.AdminPort;
import dev.sluice.it.harness.sidecar.SidecarCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;

/**
 * RGW's own rate limits of a user and of a bucket, set while everything runs. Two sidecars hold them for both gateways
 * together; the gateways alone, asked directly, let twice as much through. Both are measured at the same time, with limits
 * of different users and buckets.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class Rgw18ZoneLimitIT {
    private static final int LIMIT = 120;
    private static final int RUN_SECONDS = 18;
    /** A bucket that starts full, and what flows in. */
    private static final double EXPECTED = LIMIT + LIMIT * RUN_SECONDS / 60.0;

    /** At each of two endpoints: enough to use one gateway's limit up alone. */
    private static final int RATE_EACH = 18;

    private static final int REFRESH_SECONDS = 2;
    private static final int REFUSED = 503;
    private static final String OBJECT = "object";
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final String zoneBucket = "zone-" + Long.toHexString(System.nanoTime());
    private final String directBucket = "direct-" + Long.toHexString(System.nanoTime());
    private final S3Credentials zoneUser = new S3Credentials("ZONEKEY1", "zonesecret1");
    private final S3Credentials directUser = new S3Credentials("DIRECTKEY1", "directsecret1");
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private RgwTestBed bed;
    private S3Backend backend;
    private List<URI> gateways;
    private SidecarCluster sidecars;

    /** The requests of one subject: one for each of two endpoints. */
    private record Load(String name, List<URI> requests) {}

    /**
     * What became of a load.
     *
     * @param offeredLeast requests at the endpoint that was sent fewer
     */
    private record LoadOutcome(long admitted, long offeredLeast) {}

    @BeforeAll
    void startSidecars(@TempDir Path folder) {
        bed = RgwTestBed.require(RgwRelease.TRIXIE);
        backend = S3Backend.rgw(RgwRelease.TRIXIE);
        gateways = List.of(backend.endpoints().get(0), bed.startGateway(""));
        makeUser("zone", zoneUser);
        makeUser("direct", directUser);
        try (var bob = new S3Target(gateways.get(0), backend).client(backend.bob())) {
            for (var bucket : List.of(zoneBucket, directBucket)) {
                bob.createBucket(r -> r.bucket(bucket).acl("public-read"));
                bob.putObject(r -> r.bucket(bucket).key(OBJECT).acl("public-read"), RequestBody.fromString("hello"));
            }
        }
        String config = RgwAdminAccess.make(bed, folder)
                .config("limits = enforce, limits-are = zone, refresh = " + REFRESH_SECONDS + "s");
        sidecars = SidecarCluster.start(2, gateways, "", config);
    }

    private void makeUser(String uid, S3Credentials keys) {
        bed.ceph(
                "radosgw-admin",
                "user",
                "create",
                "--uid=" + uid,
                "--display-name=" + uid,
                "--access-key=" + keys.accessKey(),
                "--secret-key=" + keys.secretKey());
        try (var client = new S3Target(gateways.get(0), backend).client(keys)) {
            client.createBucket(r -> r.bucket("of-" + uid));
            client.putObject(r -> r.bucket("of-" + uid).key(OBJECT), RequestBody.fromString("hello"));
        }
    }

    @AfterAll
    void stopSidecars() {
        threads.shutdownNow();
        if (sidecars != null) {
            sidecars.close();
        }
    }

    private URI presigned(URI endpoint, S3Credentials keys, String bucket) {
        try (var presigner = new S3Target(endpoint, backend).presigner(keys)) {
            return URI.create(presigner
                    .presignGetObject(b -> b.signatureDuration(Duration.ofMinutes(10))
                            .getObjectRequest(r -> r.bucket(bucket).key(OBJECT)))
                    .url()
                    .toString());
        }
    }

    private static URI anonymous(URI endpoint, String bucket) {
        return endpoint.resolve("/" + bucket + "/" + OBJECT);
    }

    private void limit(String scope, String subject) {
        bed.ceph("radosgw-admin", "ratelimit", "set", "--ratelimit-scope=" + scope, subject, "--max-read-ops=" + LIMIT);
        bed.ceph("radosgw-admin", "ratelimit", "enable", "--ratelimit-scope=" + scope, subject);
    }

    private static int status(URI request) {
        try {
            return HTTP.send(HttpRequest.newBuilder(request).build(), BodyHandlers.ofString())
                    .statusCode();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private List<URI> sidecarEndpoints() {
        return List.of(sidecars.get(0).s3(), sidecars.get(1).s3());
    }

    @Test
    void limitsOfAUserAndABucket_holdForTheZone_whereGatewaysAloneLetTwiceAsMuchThrough() {
        var zone = List.of(
                new Load(
                        "user by sidecars",
                        sidecarEndpoints().stream()
                                .map(e -> presigned(e, zoneUser, "of-zone"))
                                .toList()),
                new Load(
                        "bucket by sidecars",
                        sidecarEndpoints().stream()
                                .map(e -> anonymous(e, zoneBucket))
                                .toList()));
        var direct = List.of(
                new Load(
                        "user by gateways",
                        gateways.stream()
                                .map(e -> presigned(e, directUser, "of-direct"))
                                .toList()),
                new Load(
                        "bucket by gateways",
                        gateways.stream().map(e -> anonymous(e, directBucket)).toList()));
        zone.forEach(load ->
                load.requests().forEach(request -> assertThat(status(request)).isEqualTo(200)));

        limit("user", "--uid=zone");
        limit("bucket", "--bucket=" + zoneBucket);
        limit("user", "--uid=direct");
        limit("bucket", "--bucket=" + directBucket);
        long begin = System.nanoTime();
        // Seldom, because what is sent here is taken of the limits.
        await().pollInterval(Duration.ofMillis(500))
                .atMost(Duration.ofSeconds(REFRESH_SECONDS + 6))
                .until(() -> {
                    zone.forEach(load -> load.requests().forEach(Rgw18ZoneLimitIT::status));
                    return isLimited(0) && isLimited(1);
                });
        System.out.println("limits act after " + (System.nanoTime() - begin) / 1_000_000 + " ms");
        var loads = new ArrayList<>(zone);
        loads.addAll(direct);
        var admitted =
                loads.stream().map(load -> CompletableFuture.supplyAsync(() -> send(load), threads)).toList().stream()
                        .map(CompletableFuture::join)
                        .toList();

        for (int i = 0; i < loads.size(); i++) {
            System.out.println(
                    loads.get(i).name() + ": " + admitted.get(i) + ", a limit alone lets " + EXPECTED + " through");
        }
        for (int i = 0; i < zone.size(); i++) {
            assertThat((double) admitted.get(i).admitted()).isLessThanOrEqualTo(EXPECTED * 1.2);
        }
        // A machine that is too slow to use up a gateway's limit shows nothing more.
        long least =
                admitted.stream().mapToLong(LoadOutcome::offeredLeast).min().orElseThrow();
        Prerequisite.require(least > 1.2 * EXPECTED, "this machine offers a gateway only " + least + " reads");
        for (int i = 0; i < zone.size(); i++) {
            long byZone = admitted.get(i).admitted();
            assertThat((double) byZone).isGreaterThanOrEqualTo(EXPECTED * 0.8);
            assertThat((double) admitted.get(zone.size() + i).admitted()).isGreaterThanOrEqualTo(1.7 * byZone);
        }
    }

    /** Both limits are known to a sidecar. */
    private boolean isLimited(int sidecar) {
        var usage = AdminPort.usage(sidecars.get(sidecar));
        return usage.contains("\"subject\":\"zone\"") && usage.contains("\"subject\":\"" + zoneBucket + "\"");
    }

    /** Sends to both endpoints. */
    private LoadOutcome send(Load load) {
        var both = load.requests().stream()
                .map(request -> CompletableFuture.supplyAsync(() -> send(request), threads))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();
        return new LoadOutcome(
                both.stream().mapToLong(LoadOutcome::admitted).sum(),
                both.stream().mapToLong(LoadOutcome::offeredLeast).min().orElseThrow());
    }

    /** Sends at a steady rate, however slow the responses are. */
    private static LoadOutcome send(URI uri) {
        var request = HttpRequest.newBuilder(uri).build();
        var statuses = new ArrayList<CompletableFuture<Integer>>();
        long begin = System.nanoTime();
        for (int i = 0; i < RATE_EACH * RUN_SECONDS; i++) {
            long due = begin + i * TimeUnit.SECONDS.toNanos(1) / RATE_EACH;
            LockSupport.parkNanos(due - System.nanoTime());
            if (System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(RUN_SECONDS)) {
                break;
            }
            statuses.add(HTTP.sendAsync(request, BodyHandlers.ofString()).thenApply(HttpResponse::statusCode));
        }
        long admitted = 0;
        for (var status : statuses) {
            assertThat(status.join()).isIn(200, REFUSED);
            admitted += status.join() == 200 ? 1 : 0;
        }
        return new LoadOutcome(admitted, statuses.size());
    }
}
