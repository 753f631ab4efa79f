package dev.sluice.policy.rgw;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.HostPort;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.OnExceed;
import dev.sluice.limits.model.OperationRateLimit;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.Scope;
import dev.sluice.policy.identity.KeyOwner;
import dev.sluice.policy.identity.SecretKey;
import dev.sluice.policy.rgw.client.RgwAdminSettings;
import dev.sluice.policy.rgw.client.RgwGlobalLimits;
import dev.sluice.policy.rgw.client.RgwLimitsReach;
import dev.sluice.policy.rgw.client.RgwLimitsUse;
import dev.sluice.policy.rgw.client.RgwRateLimit;
import dev.sluice.policy.rgw.client.RgwState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RgwLookupsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MILLI = 1_000_000L;
    private static final int REFRESH_SECONDS = 30;
    private static final RgwRateLimit TEN_READS = new RgwRateLimit(true, 10, 0, 0, 0, 0, 0);

    private final FakeRgw rgw = new FakeRgw();
    private long now = 7 * SECOND;
    private RgwKeyTable keys;
    private RgwBucketTable buckets;
    private RgwLimitLookups limits;
    private RgwLookups lookups;

    private void start(RgwLimitsUse use) {
        start(use, RgwLimitsReach.ZONE, 50);
    }

    private void start(RgwLimitsUse use, RgwLimitsReach reach, int callsPerSecond) {
        RgwAdminSettings settings = new RgwAdminSettings(
                new HostPort("127.0.0.1", 1),
                Optional.empty(),
                "127.0.0.1:1",
                "admin",
                "ADMIN",
                Path.of("none"),
                SecretKey.of("secret"),
                Duration.ofSeconds(REFRESH_SECONDS),
                callsPerSecond,
                new RgwAdminSettings.RgwLimits(use, reach, Duration.ofSeconds(60)));
        keys = new RgwKeyTable(() -> now, REFRESH_SECONDS * SECOND, () -> {});
        buckets = new RgwBucketTable();
        RgwUserTable users = new RgwUserTable(keys);
        limits = new RgwLimitLookups(rgw, settings, users, buckets, now, 0);
        limits.countBy(() -> 3);
        lookups = new RgwLookups(rgw, settings, keys, users, limits, now, 0);
    }

    /** Plays so many milliseconds, as the worker does. */
    private void run(long millis) {
        long end = now + millis * MILLI;
        while (now - end < 0) {
            long pause = lookups.step(now, now / MILLI);
            now += Math.max(MILLI, Math.min(pause, 50 * MILLI));
        }
    }

    private String userOf(String accessKey) {
        KeyOwner owner = keys.find(accessKey);
        return owner == null ? "" : owner.identity().user();
    }

    @Test
    void acceptedKey_isKnownSoon_withAllKeysOfItsUser() {
        rgw.key("acme$carol", "C1").key("acme$carol", "C2").key("bob", "B1");
        start(RgwLimitsUse.OFF);

        keys.accepted("C1");
        run(100);

        assertThat(userOf("C1")).isEqualTo("acme$carol");
        assertThat(userOf("C2")).isEqualTo("acme$carol");
        assertThat(keys.find("C1").identity().tenant()).isEqualTo("acme");
        assertThat(keys.find("C1").identity()).isSameAs(keys.find("C2").identity());
        assertThat(userOf("B1")).isEmpty();
        assertThat(rgw.asked).containsExactly("check", "key C1");
    }

    @Test
    void keyThatWasNotAccepted_isNeverAskedAbout() {
        rgw.key("alice", "A1");
        start(RgwLimitsUse.OFF);

        IntStream.range(0, 10_000)
                .forEach(i -> assertThat(keys.find("random" + i)).isNull());
        keys.refused("A1");
        run(3_000);

        assertThat(rgw.asked).containsExactly("check");
        assertThat(keys.wantedKeys()).isZero();
    }

    @Test
    void removedKey_isForgotten_whenRgwRefusesIt() {
        rgw.key("alice", "A1").key("alice", "A2");
        start(RgwLimitsUse.OFF);
        keys.accepted("A1");
        run(100);

        rgw.removeKey("alice", "A1");
        keys.refused("A1");
        run(100);

        assertThat(userOf("A1")).isEmpty();
        assertThat(userOf("A2")).isEqualTo("alice");
    }

    @Test
    void keyThatMovedToAnotherUser_isTheOthers() {
        rgw.key("alice", "A1");
        start(RgwLimitsUse.OFF);
        keys.accepted("A1");
        run(100);

        rgw.removeKey("alice", "A1").key("bob", "A1");
        keys.refused("A1");
        run(100);

        assertThat(userOf("A1")).isEqualTo("bob");
    }

    @Test
    void userInUse_isRefreshed_andAnIdleOneIsNot() {
        rgw.key("alice", "A1").key("bob", "B1");
        start(RgwLimitsUse.OFF);
        keys.accepted("A1");
        keys.accepted("B1");
        run(500);
        rgw.takeAsked();

        rgw.key("alice", "A2").removeKey("alice", "A1").exempt("alice");
        for (int second = 0; second <= REFRESH_SECONDS; second++) {
            keys.find("A1");
            run(1_000);
        }

        assertThat(rgw.asked).containsExactly("user alice");
        assertThat(userOf("A1")).isEmpty();
        assertThat(keys.find("A2").identity().isExempt()).isTrue();
        assertThat(userOf("B1")).isEqualTo("bob");
    }

    @Test
    void adminWrite_refreshesAllAtOnce() {
        rgw.key("alice", "A1").key("bob", "B1");
        start(RgwLimitsUse.OFF);
        keys.accepted("A1");
        keys.accepted("B1");
        run(1_500);
        rgw.takeAsked();

        rgw.removeUser("bob");
        lookups.adminWrite();
        run(1_000);

        assertThat(rgw.asked).containsExactlyInAnyOrder("user alice", "user bob");
        assertThat(userOf("B1")).isEmpty();
        assertThat(userOf("A1")).isEqualTo("alice");
    }

    @Test
    void unchangedUser_keepsItsObjects() {
        rgw.key("alice", "A1");
        start(RgwLimitsUse.OFF);
        keys.accepted("A1");
        run(1_500);
        KeyOwner before = keys.find("A1");

        lookups.adminWrite();
        run(1_000);

        assertThat(keys.find("A1")).isSameAs(before);
        rgw.key("alice", "A1", "another");
        run(1_000);
        lookups.adminWrite();
        run(1_000);
        assertThat(keys.find("A1")).isNotSameAs(before);
        byte[] wiped = new byte[before.secret().length()];
        before.secret().copyTo(wiped, 0);
        assertThat(wiped).containsOnly(0);
    }

    @Test
    void knownUsersStay_whileRgwIsAway_andWhatIsWantedIsAskedLater() {
        rgw.key("alice", "A1").key("bob", "B1");
        start(RgwLimitsUse.OFF);
        keys.accepted("A1");
        run(500);

        rgw.failure = Optional.of(RgwState.UNREACHABLE);
        keys.accepted("B1");
        long calls = lookups.calls();
        run(60_000);

        assertThat(userOf("A1")).isEqualTo("alice");
        assertThat(userOf("B1")).isEmpty();
        assertThat(lookups.status().state()).isEqualTo(RgwState.UNREACHABLE);
        assertThat(lookups.status().problem()).isNotEmpty();
        assertThat(lookups.calls() - calls).isLessThan(15);
        rgw.failure = Optional.empty();
        run(11_000);
        assertThat(lookups.status().isOk()).isTrue();
        assertThat(userOf("B1")).isEqualTo("bob");
    }

    @Test
    void refusalOfAnUnknownKey_isNoFault_andTheKeyIsAskedAboutLessAndLessOften() {
        rgw.refusesUnknownKeys = true;
        start(RgwLimitsUse.OFF);

        for (int i = 0; i < 100; i++) {
            keys.accepted("of-keystone");
            run(100);
        }

        assertThat(lookups.status().isOk()).isTrue();
        assertThat(rgw.asked.stream().filter("key of-keystone"::equals).count()).isBetween(3L, 5L);
        assertThat(userOf("of-keystone")).isEmpty();
    }

    @Test
    void tokenForLdap_whichHoldsAPassword_isNeverAskedAbout() {
        start(RgwLimitsUse.OFF);
        String json = "{\"RGW_TOKEN\":{\"version\":1,\"type\":\"ldap\",\"id\":\"eve\",\"key\":\"hidden\"}}";

        keys.accepted(Base64.getEncoder().encodeToString(json.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        keys.accepted("x".repeat(129));
        keys.accepted("");
        run(1_000);

        assertThat(rgw.asked).containsExactly("check");
    }

    @Test
    void budget_isKept_andTheMostUsedKeyComesFirst() {
        IntStream.range(0, 100).forEach(i -> rgw.key("user" + i, "K" + i));
        start(RgwLimitsUse.OFF, RgwLimitsReach.ZONE, 10);

        IntStream.range(0, 100).forEach(i -> keys.accepted("K" + i));
        IntStream.range(0, 50).forEach(i -> keys.accepted("K77"));
        run(2_000);

        assertThat(rgw.asked).hasSizeBetween(19, 22);
        assertThat(rgw.asked.subList(0, 2)).containsExactly("check", "key K77");
    }

    private static Limit minute(long amount) {
        return new OperationRateLimit(
                Limit.bucket(amount, 60 * SECOND, amount).rate(),
                OnExceed.REJECT,
                OperationRateLimit.ListedObjects.REQUEST_COUNTS);
    }

    @Test
    void limits_haveRgwsMeaning() {
        rgw.key("alice", "A1").key("bob", "B1");
        rgw.userLimits.put("alice", new RgwRateLimit(true, 10, 5, 0, 0, 1000, 0));
        rgw.userLimits.put("bob", new RgwRateLimit(true, 0, 0, 0, 0, 0, 0));
        rgw.bucketLimits.put("acme:logs", new RgwRateLimit(false, 3, 0, 0, 0, 0, 0));
        rgw.bucketLimits.put("data", TEN_READS);
        rgw.global = new RgwGlobalLimits(
                new RgwRateLimit(true, 100, 0, 0, 0, 0, 0), RgwRateLimit.DISABLED, RgwRateLimit.DISABLED);
        start(RgwLimitsUse.ENFORCE);

        keys.accepted("A1");
        keys.accepted("B1");
        buckets.served("acme:logs");
        buckets.served("data");
        run(3_000);

        Policy policy = limits.layer().value().limits();
        LimitSet alice = policy.limitsOf(Scope.USER, "alice");
        assertThat(alice.get(Dimension.READ_OPS)).isEqualTo(minute(10));
        assertThat(alice.get(Dimension.WRITE_OPS)).isEqualTo(minute(5));
        assertThat(alice.get(Dimension.READ_BYTES).text()).isEqualTo("1000/min");
        assertThat(alice.get(Dimension.WRITE_BYTES)).isNull();
        assertThat(policy.limitsOf(Scope.USER, "bob").isUnlimited())
                .as("enabled and 0: it replaces the global one and limits nothing")
                .isTrue();
        assertThat(policy.limitsOf(Scope.USER, "eve").get(Dimension.READ_OPS).amount())
                .isEqualTo(100);
        assertThat(policy.limitsOf(Scope.ANONYMOUS, "").get(Dimension.READ_OPS).amount())
                .as("falls under the global user's")
                .isEqualTo(100);
        assertThat(policy.buckets().keySet()).containsExactly("data");
    }

    @Test
    void limits_inShadow_rejectNothing_andGatewaysAreCounted() {
        rgw.key("alice", "A1");
        rgw.userLimits.put("alice", TEN_READS);
        start(RgwLimitsUse.SHADOW, RgwLimitsReach.GATEWAY, 50);

        keys.accepted("A1");
        run(3_000);

        assertThat(limits.layer().value().isTrial()).isTrue();
        Limit limit = limits.layer().value().limits().users().get("alice").get(Dimension.READ_OPS);
        assertThat(limit.onExceed()).isEqualTo(OnExceed.SHADOW);
        assertThat(limit.amount()).isEqualTo(30);
        assertThat(limit.capacity()).isEqualTo(30);
    }

    @Test
    void changedLimit_isInForceWithinTheRefreshTime() {
        rgw.key("alice", "A1");
        start(RgwLimitsUse.ENFORCE);
        keys.accepted("A1");
        run(2_000);
        assertThat(limits.layer().value().limits().users()).isEmpty();

        rgw.userLimits.put("alice", TEN_READS);
        for (int second = 0; second < REFRESH_SECONDS + 1; second++) {
            keys.find("A1");
            run(1_000);
        }

        assertThat(limits.layer().value().limits().users()).containsKey("alice");
    }

    @Test
    void releaseWithoutLimits_isAskedOnceARefresh() {
        rgw.hasLimits = false;
        rgw.key("alice", "A1");
        start(RgwLimitsUse.ENFORCE);

        keys.accepted("A1");
        buckets.served("data");
        run(20_000);

        assertThat(rgw.asked).containsExactlyInAnyOrder("check", "key A1", "global limits");
        assertThat(lookups.status().isOk()).isTrue();
        assertThat(limits.status().state()).isEqualTo(RgwState.NOT_SERVED);
    }

    @Test
    void missingCapabilityForLimits_isNamed_andUsersAreKnownAllTheSame() {
        rgw.mayReadLimits = false;
        rgw.key("alice", "A1");
        start(RgwLimitsUse.ENFORCE);

        keys.accepted("A1");
        run(2_000);

        assertThat(userOf("A1")).isEqualTo("alice");
        assertThat(lookups.status().isOk()).isTrue();
        assertThat(limits.status().state()).isEqualTo(RgwState.MISSING_CAPABILITY);
        assertThat(limits.status().problem()).contains("ratelimit=read");
    }

    @Test
    void states_areTakenFromTheCheck() {
        for (RgwState state : List.of(RgwState.WRONG_SECRET, RgwState.CLOCK_SKEW, RgwState.NOT_SERVED)) {
            rgw.failure = Optional.of(state);
            start(RgwLimitsUse.OFF);

            run(500);

            assertThat(lookups.status().state()).isEqualTo(state);
            assertThat(lookups.status().problem()).isNotEmpty();
        }
    }
}
