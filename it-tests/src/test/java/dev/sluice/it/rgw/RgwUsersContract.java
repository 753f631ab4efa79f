package dev.sluice.it.rgw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.it.harness.net.TcpForwarder;
import dev.sluice.it.harness.s3.RgwRelease;
import dev.sluice.it.harness.s3.RgwTestBed;
import dev.sluice.it.harness.s3.S3Backend;
import dev.sluice.it.harness.s3.S3Credentials;
import dev.sluice.it.harness.s3.S3Target;
import dev.sluice.it.harness.sidecar.AdminPort;
import dev.sluice.it.harness.sidecar.SidecarCluster;
import dev.sluice.it.harness.sidecar.SidecarProcess;
import dev.sluice.policy.rgw.client.RgwLookup;
import dev.sluice.policy.rgw.client.RgwState;
import dev.sluice.policy.rgw.client.RgwUser;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Two sidecars without any access key in their limits file, before a real radosgw. Whose a key is they learn from RGW. The
 * order of the tests matters: the last one takes the Admin API away.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class RgwUsersContract {
    private static final int LIMIT = 120;
    private static final int REQUESTS = 170;
    private static final int REFUSED = 503;
    /** It takes a tenth of a second; a machine with much else to do gets more time. */
    private static final Duration SOON = Duration.ofSeconds(30);
    /** alice has two keys, bob three with that of his subuser, and carol one. */
    private static final int KEYS = 6;

    private static final String LIMITS = """
            users {
              alice { read-ops = %1$d/h }
              bob { read-ops = %1$d/h }
              "acme$carol" { read-ops = %1$d/h }
              frank { read-ops = 100000/min }
            }
            """.formatted(LIMIT);

    private final RgwRelease release;

    private RgwTestBed bed;
    private S3Backend backend;
    private URI gateway;
    private TcpForwarder adminApi;
    private SidecarCluster sidecars;
    private final List<S3Client> clients = new ArrayList<>();

    RgwUsersContract(RgwRelease release) {
        this.release = release;
    }

    @BeforeAll
    void startSidecars(@TempDir Path folder) {
        bed = RgwTestBed.require(release);
        backend = S3Backend.rgw(release);
        gateway = backend.endpoints().get(0);
        adminApi = TcpForwarder.start("127.0.0.1", 0, TcpForwarder.target(gateway), 0);
        String config = RgwAdminAccess.make(bed, folder).config("endpoint = \"" + adminApi.http() + "\", limits = off");
        sidecars = SidecarCluster.start(2, List.of(gateway), LIMITS, config);
    }

    @AfterAll
    void stopSidecars() {
        clients.forEach(S3Client::close);
        if (sidecars != null) {
            sidecars.close();
        }
        if (adminApi != null) {
            adminApi.close();
        }
    }

    private S3Client client(int sidecar, S3Credentials keys) {
        var client = new S3Target(sidecars.get(sidecar).s3(), backend).client(keys);
        clients.add(client);
        return client;
    }

    /** One request; its status. */
    private static int list(S3Client client) {
        try {
            client.listBuckets();
            return 200;
        } catch (S3Exception e) {
            return e.statusCode();
        }
    }

    /** Sends requests by the clients in turn, and counts those that were not refused. */
    private static long admittedOf(List<S3Client> users) {
        long admitted = 0;
        for (int i = 0; i < REQUESTS; i++) {
            int status = list(users.get(i % users.size()));
            assertThat(status).isIn(200, REFUSED);
            admitted += status == REFUSED ? 0 : 1;
        }
        return admitted;
    }

    private static double knownKeys(SidecarProcess sidecar) {
        return AdminPort.metric(sidecar, "sluice_rgw_keys");
    }

    @Test
    @Order(1)
    void allKeysOfAUser_shareOneLimit_overTwoSidecars() {
        var alice = clientsOf(backend.alice(), backend.aliceSecond());
        var bob = clientsOf(bed.keys("BOB", ""), bed.keys("BOB_SUBUSER", ""));
        var carol = clientsOf(backend.carol());
        // A key is asked about when RGW has accepted it.
        for (var users : List.of(alice, bob, carol)) {
            users.forEach(user -> assertThat(list(user)).isEqualTo(200));
        }
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(knownKeys(sidecars.get(0))).isEqualTo(KEYS);
            assertThat(knownKeys(sidecars.get(1))).isEqualTo(KEYS);
        });

        var admitted = List.of(alice, bob, carol).stream()
                .map(users -> CompletableFuture.supplyAsync(() -> admittedOf(users)))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();

        System.out.println(release + ": admitted of " + LIMIT + "/h: " + admitted);
        assertThat(admitted).allSatisfy(count -> assertThat((double) count).isBetween(LIMIT * 0.95, LIMIT * 1.05));
    }

    private List<S3Client> clientsOf(S3Credentials... keys) {
        var all = new ArrayList<S3Client>();
        for (var key : keys) {
            all.add(client(0, key));
            all.add(client(1, key));
        }
        return all;
    }

    @Test
    @Order(2)
    void newKey_countsForItsUser_soon() {
        bed.ceph(
                "radosgw-admin",
                "key",
                "create",
                "--uid=alice",
                "--key-type=s3",
                "--access-key=ALICENEW1",
                "--secret-key=alicenewsecret");
        var user = client(0, new S3Credentials("ALICENEW1", "alicenewsecret"));
        // alice's limit is used up by now
        long begin = System.nanoTime();
        assertThat(list(user)).isEqualTo(200);

        await().atMost(SOON).until(() -> list(user) == REFUSED);

        System.out.println(release + ": a new key counted after " + (System.nanoTime() - begin) / 1_000_000 + " ms");
    }

    @Test
    @Order(3)
    void removedKey_countsForItsUserNoMore_soon() {
        bed.ceph(
                "radosgw-admin",
                "user",
                "create",
                "--uid=frank",
                "--display-name=Frank",
                "--access-key=FRANKKEY1",
                "--secret-key=franksecret1");
        var user = client(0, new S3Credentials("FRANKKEY1", "franksecret1"));
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(list(user)).isEqualTo(200);
            assertThat(AdminPort.usage(sidecars.get(0))).contains("\"frank\"");
        });
        double before = knownKeys(sidecars.get(0));

        bed.ceph("radosgw-admin", "key", "rm", "--uid=frank", "--access-key=FRANKKEY1", "--key-type=s3");

        long begin = System.nanoTime();
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(list(user)).isEqualTo(403);
            assertThat(knownKeys(sidecars.get(0))).isEqualTo(before - 1);
        });
        System.out.println(
                release + ": a removed key was forgotten after " + (System.nanoTime() - begin) / 1_000_000 + " ms");
    }

    @Test
    @Order(4)
    void whatRefusalsMean_isNamed() {
        try (var good = RgwAdminAccess.client(gateway, bed.value("ADMIN_ACCESS_KEY"), bed.value("ADMIN_SECRET_KEY"));
                var plain = RgwAdminAccess.client(gateway, bed.value("BOB_ACCESS_KEY"), bed.value("BOB_SECRET_KEY"));
                var wrong = RgwAdminAccess.client(gateway, bed.value("ADMIN_ACCESS_KEY"), "another");
                var none = RgwAdminAccess.client(gateway, "NOBODYSKEY", "another")) {
            assertThat(good.check()).isInstanceOf(RgwLookup.Found.class);
            assertThat(stateOf(plain.check())).isEqualTo(RgwState.MISSING_CAPABILITY);
            assertThat(stateOf(wrong.check())).isEqualTo(RgwState.WRONG_SECRET);
            assertThat(stateOf(none.check())).isEqualTo(RgwState.UNKNOWN_ACCESS_KEY);
            var bob = good.userOfKey(bed.value("BOB_SUBUSER_ACCESS_KEY"));
            assertThat(((RgwLookup.Found<RgwUser>) bob).value().name()).isEqualTo("bob");
            assertThat(good.user("nobody")).isInstanceOf(RgwLookup.NotFound.class);
        }
    }

    private static RgwState stateOf(RgwLookup<RgwState> answer) {
        return ((RgwLookup.Failed<RgwState>) answer).state();
    }

    /** bob's limit may have room again by now: a few requests more use it up. */
    @Test
    @Order(5)
    void knownUsers_stayLimited_whenTheAdminApiIsGone() {
        var bob = clientsOf(bed.keys("BOB", ""));
        double calls = AdminPort.metric(sidecars.get(0), "sluice_rgw_admin_calls_total");

        adminApi.close();
        bed.ceph(
                "radosgw-admin",
                "user",
                "create",
                "--uid=erin",
                "--display-name=Erin",
                "--access-key=ERINKEY1",
                "--secret-key=erinsecret1");
        assertThat(list(client(0, new S3Credentials("ERINKEY1", "erinsecret1"))))
                .isEqualTo(200);

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(AdminPort.ready(sidecars.get(0)))
                        .contains("\"rgw_admin\":{\"state\":\"unreachable\""));
        assertThat(AdminPort.metric(sidecars.get(0), "sluice_rgw_admin_calls_total"))
                .isGreaterThan(calls);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(bob)
                        .anySatisfy(user -> assertThat(list(user)).isEqualTo(REFUSED)));
        assertThat(AdminPort.usage(sidecars.get(0))).contains("\"bob\"");
        assertThat(sidecars.get(0).log())
                .contains("users are not known from RGW")
                .doesNotContain("ERINKEY1", "erinsecret1", "ALICEKEY1", "BOBKEY1");
    }
}
