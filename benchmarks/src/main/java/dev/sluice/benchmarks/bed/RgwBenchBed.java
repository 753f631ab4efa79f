package dev.sluice.benchmarks.bed;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** One real radosgw with an object in it, and a sidecar before it. */
public final class RgwBenchBed implements AutoCloseable {
    private static final int RGW_PORT = 7481;
    private static final int OBJECT_BYTES = 4 << 10;
    private static final Region REGION = Region.of("default");
    /** One of the users that start.sh creates. */
    private static final StaticCredentialsProvider ALICE =
            StaticCredentialsProvider.create(AwsBasicCredentials.create("ALICEKEY1", "alicesecret1"));

    private final Path folder;
    private final Path scripts;
    private final Map<String, String> settings;
    private final URI endpoint;
    private final ProxyUnderTest sidecar;
    private final HttpLoad load;
    private final String clientCpus;

    /** How processes share the processors. */
    public enum Processors {
        /** The gateway and its OSD on one, the sidecar and the load on the other. */
        APART,
        /** All on all, so that the sidecar takes processor time from the gateway. */
        SHARED
    }

    /**
     * Starts everything.
     *
     * @param home the folder of the {@code sluice} script
     * @param isNodelay whether radosgw sets TCP_NODELAY; by default it does not
     */
    public static RgwBenchBed start(Path home, boolean isNodelay, Processors processors)
            throws IOException, InterruptedException {
        return new RgwBenchBed(home, isNodelay, processors == Processors.APART);
    }

    private RgwBenchBed(Path home, boolean isNodelay, boolean isApart) throws IOException, InterruptedException {
        folder = Files.createTempDirectory("sluice-bench-rgw-");
        scripts = home.resolve("it-tests/rgw");
        RunPlacement place = RunPlacement.random();
        String gatewayCpus = isApart ? place.loadCpu() : RunPlacement.allCpus();
        clientCpus = isApart ? place.proxyCpu() : RunPlacement.allCpus();
        settings = Map.of(
                "RGW_HOME", folder.resolve("ceph").toString(),
                "RGW_ADDRESS", place.host(),
                "RGW_PORT", Integer.toString(RGW_PORT),
                "RGW_NODELAY", isNodelay ? "1" : "0",
                "RGW_OWNER", Long.toString(ProcessHandle.current().pid()));
        try {
            String start = scripts.resolve("start.sh").toString();
            SystemCommand.run(List.of("taskset", "-c", gatewayCpus, start, "1"), settings);
            endpoint = URI.create("http://" + place.host() + ":" + RGW_PORT);
            load = HttpLoad.get(putObject(), 1, Map.of("Host", endpoint.getAuthority()));
            ProxyUnderTest.Launch launch = SidecarLaunch.of(
                    folder, place, 0, endpoint.getAuthority(), new SidecarLaunch.Variant("sluice", home, ""));
            sidecar = ProxyUnderTest.start(folder, clientCpus, launch);
        } catch (IOException | InterruptedException | RuntimeException e) {
            removeAll();
            throw e;
        }
        try {
            HttpProbe.await(sidecar.openAddress(), load.path(), load.headers(), TimeUnit.SECONDS.toNanos(60), 20);
        } catch (IOException e) {
            String output = sidecar.output();
            close();
            throw new IOException("the sidecar does not answer:\n" + output, e);
        }
    }

    /** Puts an object and returns the target of a GET, presigned for an hour. */
    private String putObject() {
        S3Configuration paths = S3Configuration.builder()
                .pathStyleAccessEnabled(true)
                .chunkedEncodingEnabled(false)
                .build();
        try (S3Client client = S3Client.builder()
                .endpointOverride(endpoint)
                .region(REGION)
                .credentialsProvider(ALICE)
                .serviceConfiguration(paths)
                .httpClient(UrlConnectionHttpClient.create())
                .build()) {
            client.createBucket(r -> r.bucket(S3RequestHeaders.BUCKET));
            client.putObject(
                    r -> r.bucket(S3RequestHeaders.BUCKET).key("4k"),
                    RequestBody.fromByteBuffer(ByteBuffer.allocate(OBJECT_BYTES)));
        }
        try (S3Presigner presigner = S3Presigner.builder()
                .endpointOverride(endpoint)
                .region(REGION)
                .credentialsProvider(ALICE)
                .serviceConfiguration(paths)
                .build()) {
            return presigner
                    .presignGetObject(r -> r.signatureDuration(Duration.ofHours(1))
                            .getObjectRequest(
                                    g -> g.bucket(S3RequestHeaders.BUCKET).key("4k")))
                    .url()
                    .getFile();
        }
    }

    /** {@code host:port} of radosgw. */
    public String directAddress() {
        return endpoint.getAuthority();
    }

    /** {@code host:port} of the sidecar before it. */
    public String sidecarAddress() {
        return sidecar.openAddress();
    }

    /** GETs of an object of 4 KiB, with a presigned URL. */
    public HttpLoad load(int connections) {
        return HttpLoad.get(load.path(), connections, load.headers());
    }

    public Wrk wrk() {
        return new Wrk(folder, clientCpus);
    }

    @Override
    public void close() {
        sidecar.close();
        removeAll();
    }

    private void removeAll() {
        try {
            SystemCommand.run(List.of(scripts.resolve("stop.sh").toString(), "--purge"), settings);
        } catch (IOException e) {
            // start.sh's watchdog stops it too when its files are removed, so the files may be gone already.
            if (Files.exists(folder.resolve("ceph"))) {
                System.err.println("radosgw could not be stopped: " + e.getMessage());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        RunFolder.remove(folder);
    }
}
