package dev.sluice.policy.rgw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.common.HostPort;
import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.Policy;
import dev.sluice.policy.identity.IdentityDirectory;
import dev.sluice.policy.identity.KeyOwner;
import dev.sluice.policy.identity.SecretKey;
import dev.sluice.policy.rgw.client.RgwAdminSettings;
import dev.sluice.policy.rgw.client.RgwLookup;
import dev.sluice.policy.rgw.client.RgwState;
import dev.sluice.policy.rgw.client.RgwUser;
import dev.sluice.policy.source.PolicyLayer;
import dev.sluice.policy.source.PolicyMerger;
import dev.sluice.policy.source.PolicySnapshot;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The directory with its thread. */
class RgwDirectoryTest {
    private final FakeRgw rgw = new FakeRgw();
    private final RgwAdminSettings settings = new RgwAdminSettings(
            new HostPort("127.0.0.1", 1),
            Optional.empty(),
            "127.0.0.1:1",
            "admin",
            "ADMIN",
            Path.of("none"),
            SecretKey.of("secret"),
            Duration.ofSeconds(30),
            1000,
            RgwAdminSettings.RgwLimits.DEFAULT);
    private RgwDirectory directory = new RgwDirectory(rgw, settings);

    @AfterEach
    void close() throws InterruptedException {
        directory.close();
    }

    @Test
    void acceptedKey_isItsUsers_andTheLimitsFileComesFirst() {
        rgw.key("alice", "A1").key("alice", "A2");
        PolicySnapshot snapshot = PolicyMerger.merge(List.of(new PolicyLayer(Policy.UNLIMITED, Map.of("A2", "eve"))));
        IdentityDirectory identities = new IdentityDirectory("test", () -> snapshot, directory);
        directory.start(() -> 1);

        assertThat(IdentityDirectory.isUnknown(identities.lookup("A1").user())).isTrue();
        identities.observer().accepted("A1");

        await().untilAsserted(() -> assertThat(identities.lookup("A1")).isEqualTo(Identity.ofUser("alice")));
        assertThat(identities.lookup("A1")).isSameAs(identities.lookup("A1"));
        assertThat(identities.lookup("A2")).isEqualTo(Identity.ofUser("eve"));
        assertThat(identities.owner("A2").identity()).isEqualTo(Identity.ofUser("alice"));
        assertThat(directory.status().isOk()).isTrue();
        assertThat(directory.knownKeys()).isEqualTo(2);
        assertThat(directory.knownUsers()).isLessThanOrEqualTo(1);
    }

    @Test
    void failureOfACall_doesNotEndTheThread() {
        AtomicInteger calls = new AtomicInteger();
        FakeRgw failing = new FakeRgw() {
            @Override
            public RgwLookup<RgwUser> userOfKey(String accessKey) {
                if (calls.incrementAndGet() == 1) {
                    throw new IllegalStateException("as a test wants it");
                }
                return super.userOfKey(accessKey);
            }
        };
        failing.key("alice", "A1").key("bob", "B1");
        directory = new RgwDirectory(failing, settings);
        directory.start(() -> 1);

        directory.accepted("A1");
        await().until(() -> calls.get() == 1);
        directory.accepted("B1");

        await().untilAsserted(() -> assertThat(directory.find("B1")).isNotNull());
    }

    @Test
    void close_forgetsAllSecrets() throws InterruptedException {
        rgw.key("alice", "A1");
        directory.start(() -> 1);
        directory.accepted("A1");
        await().until(() -> directory.find("A1") != null);
        KeyOwner owner = directory.find("A1");

        directory.close();

        assertThat(directory.find("A1")).isNull();
        byte[] secret = new byte[owner.secret().length()];
        owner.secret().copyTo(secret, 0);
        assertThat(secret).containsOnly(0);
        assertThat(owner.toString() + owner.secret()).doesNotContain("secret of");
    }

    @Test
    void state_isShown() {
        rgw.failure = Optional.of(RgwState.WRONG_SECRET);
        directory.start(() -> 1);

        await().until(() -> directory.status().state() == RgwState.WRONG_SECRET);
        assertThat(directory.failures()).isPositive();
    }
}
