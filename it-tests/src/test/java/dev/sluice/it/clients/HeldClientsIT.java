package dev.sluice.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.sluice.it.harness.process.Prerequisite;
import dev.sluice.it.harness.process.ShellCommand;
import dev.sluice.it.harness.process.SourceTree;
import dev.sluice.it.harness.s3.S3Backend;
import dev.sluice.it.harness.s3.S3Target;
import dev.sluice.it.harness.s3.TestBytes;
import dev.sluice.it.harness.sidecar.AdminPort;
import dev.sluice.it.harness.sidecar.SidecarCluster;
import dev.sluice.it.harness.sidecar.SidecarProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Clients with their default retries that have more to do than a limit has room for: where requests wait, they finish, and
 * lose nothing. The clients run at the same time through two sidecars, each in a bucket of its own with a limit of its own.
 *
 * <p>With {@code -Dsluice.strict=true} they run one after the other with 602 files at 50 operations a second, and take at most
 * a quarter more time than the limit dictates.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.CONCURRENT)
class HeldClientsIT {
    private static final boolean STRICT = Boolean.getBoolean("sluice.strict");
    private static final Amount MANY = STRICT ? new Amount(602, 50) : new Amount(60, 20);
    /** For clients that send one request at a time: on a slow machine they are slower. */
    private static final Amount FEW = STRICT ? MANY : new Amount(20, 5);

    private static final Duration DEADLINE = Duration.ofMinutes(5);
    private static final Object ONE_AT_A_TIME = new Object();

    @TempDir
    static Path folder;

    private S3Backend backend;
    private SidecarCluster sidecars;

    /** How many files a client has, and how many operations a second its limit admits, of reads and of writes. */
    private record Amount(int files, int perSecond) {
        String limits() {
            return "{ read-ops = %d/s, write-ops = %d/s }".formatted(perSecond, perSecond);
        }
    }

    /** What a client does. */
    private interface Work {
        void run() throws IOException;
    }

    @BeforeAll
    void start() {
        Prerequisite.require(Files.exists(Path.of("/etc/debian_version")), "the clients come from Debian");
        SidecarProcess.jar();
        install();
        backend = S3Backend.best();
        sidecars = SidecarCluster.start(2, backend.endpoints(), """
                defaults { on-exceed = wait }
                each-bucket %s
                buckets { held-s3cmd %s }
                access-keys { %s = alice }
                """.formatted(
                        MANY.limits(), FEW.limits(), backend.alice().accessKey()));
    }

    /** Returns the last line of the output. */
    private static String install(String... what) {
        var words = Stream.concat(
                Stream.of(SourceTree.path("it-tests/clients/install.sh").toString()), Stream.of(what));
        var install = ShellCommand.of(words.toArray(String[]::new))
                .within(Duration.ofMinutes(10))
                .run();
        Prerequisite.require(install.exit() == 0, "the clients cannot be installed: " + install.output());
        return install.output().strip().replaceFirst("(?s).*\n", "");
    }

    @AfterAll
    void stop() {
        if (sidecars != null) {
            sidecars.close();
        }
        if (backend != null) {
            backend.close();
        }
    }

    private String endpoint(int sidecar) {
        return sidecars.get(sidecar).s3().toString();
    }

    private Path home(String client) throws IOException {
        return Files.createDirectory(folder.resolve(client));
    }

    @Test
    void awscliSync_upAndDown_losesNothing() throws IOException {
        var home = home("aws");
        var aws = List.of("/usr/bin/aws", "--endpoint-url", endpoint(0), "s3");

        assertFinishesHeld(
                "held-aws",
                MANY,
                () -> synchronise(DebianClient.boto3Environment(backend.alice(), home), aws, "held-aws", home, MANY));
    }

    @Test
    void s3cmdSync_upAndDown_losesNothing() throws IOException {
        var home = home("s3cmd");
        var client = DebianClient.s3cmd(backend.alice(), URI.create(endpoint(1)));
        var conf = Files.writeString(home.resolve("conf"), client.conf());
        var s3cmd = List.of("/usr/bin/s3cmd", "-q", "-c", conf.toString());

        assertFinishesHeld(
                "held-s3cmd", FEW, () -> synchronise(Map.of("HOME", home.toString()), s3cmd, "held-s3cmd", home, FEW));
    }

    @Test
    void boto3_withEightThreadsThroughBothSidecars_losesNothing() throws IOException {
        var environment = DebianClient.boto3Environment(backend.alice(), home("boto3"));

        assertFinishesHeld(
                "held-boto3",
                MANY,
                () -> python(environment, "many_objects.py", endpoint(0) + "," + endpoint(1), "held-boto3"));
    }

    @Test
    void pyarrow_writesAndReadsADataSet() throws IOException {
        var environment = DebianClient.boto3Environment(backend.alice(), home("pyarrow"));
        environment.put("PYTHONPATH", install("readers"));
        // radosgw 16.2 knows no checksums in trailers.
        environment.put("AWS_REQUEST_CHECKSUM_CALCULATION", "when_required");

        assertFinishesHeld(
                "held-pyarrow", MANY, () -> python(environment, "pyarrow_dataset.py", endpoint(0), "held-pyarrow"));
    }

    @Test
    void duckdb_writesAndReadsADataSet() throws IOException {
        var environment = DebianClient.boto3Environment(backend.alice(), home("duckdb"));
        environment.put("PYTHONPATH", install("readers"));
        try (var s3 = new S3Target(backend.endpoints().get(0), backend).client(backend.alice())) {
            s3.createBucket(b -> b.bucket("held-duckdb"));
        }

        assertFinishesHeld(
                "held-duckdb", MANY, () -> python(environment, "duckdb_parquet.py", endpoint(1), "held-duckdb"));
    }

    private static void synchronise(
            Map<String, String> environment, List<String> client, String bucket, Path home, Amount amount)
            throws IOException {
        var here = Files.createDirectory(home.resolve("here"));
        var back = Files.createDirectory(home.resolve("back"));
        for (int i = 0; i < amount.files(); i++) {
            Files.write(here.resolve("file-" + i), TestBytes.random(1_000 + i, i));
        }

        run(environment, client, "mb", "s3://" + bucket);
        run(environment, client, "sync", here + "/", "s3://" + bucket + "/");
        run(environment, client, "sync", "s3://" + bucket + "/", back + "/");

        for (int i = 0; i < amount.files(); i++) {
            assertThat(back.resolve("file-" + i)).hasSameBinaryContentAs(here.resolve("file-" + i));
        }
    }

    private static void run(Map<String, String> environment, List<String> client, String... arguments) {
        var command = new ArrayList<>(client);
        command.addAll(List.of(arguments));
        ShellCommand.of(command.toArray(String[]::new))
                .onlyWith(environment)
                .within(DEADLINE)
                .output();
    }

    private static void python(Map<String, String> environment, String script, String endpoints, String bucket) {
        var output = ShellCommand.of(
                        "/usr/bin/python3",
                        SourceTree.path("it-tests/clients/" + script).toString(),
                        endpoints,
                        bucket,
                        Integer.toString(MANY.files()))
                .onlyWith(environment)
                .within(DEADLINE)
                .output();
        assertThat(output).endsWith("ok\n");
    }

    private void assertFinishesHeld(String bucket, Amount amount, Work work) throws IOException {
        double seconds;
        if (STRICT) {
            synchronized (ONE_AT_A_TIME) {
                seconds = seconds(work);
            }
        } else {
            seconds = seconds(work);
        }

        long reads = sum(bucket, "read-ops", "admitted");
        long writes = sum(bucket, "write-ops", "admitted");
        // A second's worth is there at once for each of them.
        double dictated = (reads + writes) / (double) amount.perSecond() - 2;
        System.out.printf(
                "%s: %d reads and %d writes in %.1f s, where %d/s take %.1f s%n",
                bucket, reads, writes, seconds, amount.perSecond(), dictated);
        assertThat(sum(bucket, "read-ops", "held") + sum(bucket, "write-ops", "held"))
                .isPositive();
        assertThat(sum(bucket, "read-ops", "waiting_requests") + sum(bucket, "write-ops", "waiting_requests"))
                .isZero();
        if (STRICT) {
            assertThat(seconds).isLessThan(1.25 * dictated);
        }
    }

    private static double seconds(Work work) throws IOException {
        long begin = System.nanoTime();
        work.run();
        return (System.nanoTime() - begin) * 1e-9;
    }

    /** A count of a bucket's limit on both sidecars. */
    private long sum(String bucket, String dimension, String count) {
        return Stream.of(0, 1)
                .flatMap(i ->
                        ConfigFactory.parseString(AdminPort.usage(sidecars.get(i))).getConfigList("usage").stream())
                .filter(row -> row.getString("subject").equals(bucket)
                        && row.getString("dimension").equals(dimension))
                .mapToLong((Config row) -> row.getLong(count))
                .sum();
    }
}
