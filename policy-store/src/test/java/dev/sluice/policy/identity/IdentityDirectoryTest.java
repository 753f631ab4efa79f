package dev.sluice.policy.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.Policy;
import dev.sluice.policy.source.PolicyLayer;
import dev.sluice.policy.source.PolicyMerger;
import dev.sluice.policy.source.PolicySnapshot;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IdentityDirectoryTest {
    private PolicySnapshot snapshot = PolicySnapshot.EMPTY;
    private final IdentityDirectory directory = directory("default");

    private IdentityDirectory directory(String cluster) {
        return new IdentityDirectory(cluster, () -> snapshot);
    }

    private void swap(Map<String, String> accessKeys, String... systemUsers) {
        snapshot = PolicyMerger.merge(List.of(new PolicyLayer(Policy.UNLIMITED, accessKeys, Set.of(systemUsers))));
    }

    @Test
    void knownKey_isItsUsers() {
        swap(Map.of("AK1", "alice", "AK2", "acme$carol"));

        assertThat(directory.lookup("AK1")).isEqualTo(new Identity("alice", ""));
        assertThat(directory.lookup("AK2")).isEqualTo(new Identity("acme$carol", "acme"));
    }

    @Test
    void keysOfOneUser_shareTheIdentity() {
        swap(Map.of("AK1", "alice", "AK2", "alice"));

        assertThat(directory.lookup("AK1")).isSameAs(directory.lookup("AK1")).isSameAs(directory.lookup("AK2"));
    }

    @Test
    void unknownKey_isAUserOfItsOwn() {
        Identity first = directory.lookup("UNKNOWN1");
        Identity second = directory.lookup("UNKNOWN2");

        assertThat(first.user()).matches("key:[0-9a-f]{32}").isNotEqualTo(second.user());
        assertThat(first.tenant()).isEmpty();
        assertThat(first.isAnonymous()).isFalse();
        assertThat(directory.lookup("UNKNOWN1")).isSameAs(first);
    }

    @Test
    void unknownKey_isNamedAlikeInOneCluster() {
        assertThat(directory("default").lookup("UNKNOWN")).isEqualTo(directory.lookup("UNKNOWN"));
        assertThat(directory("other").lookup("UNKNOWN")).isNotEqualTo(directory.lookup("UNKNOWN"));
    }

    @Test
    void emptyAndHugeKeys_areUsersOfTheirOwn() {
        assertThat(directory.lookup("").user()).startsWith("key:");
        assertThat(directory.lookup("x".repeat(1 << 20)).user()).hasSize(36);
        assertThat(directory.lookup("\u0000\ud800").user()).hasSize(36);
    }

    @Test
    void display_showsEightDigits() {
        String user = directory.lookup("UNKNOWN").user();

        assertThat(IdentityDirectory.display(user))
                .isEqualTo(user.substring(0, 12))
                .matches("key:[0-9a-f]{8}");
        assertThat(IdentityDirectory.display("alice")).isEqualTo("alice");
        assertThat(IdentityDirectory.display("acme$carol")).isEqualTo("acme$carol");
        assertThat(IdentityDirectory.display("")).isEmpty();
    }

    @Test
    void replacedKeys_countAtOnce() {
        Identity unknown = directory.lookup("AK1");
        swap(Map.of("AK1", "alice"));
        assertThat(directory.lookup("AK1").user()).isEqualTo("alice");

        swap(Map.of("AK2", "bob"));

        assertThat(directory.lookup("AK1")).isEqualTo(unknown);
        assertThat(directory.lookup("AK2").user()).isEqualTo("bob");
    }

    @Test
    void manyUnknownKeys_staySteady() {
        Identity busy = directory.lookup("BUSY");
        Set<String> users = new HashSet<>();

        for (int i = 0; i < 100_000; i++) {
            users.add(directory.lookup("NOISE" + i).user());
            directory.lookup("BUSY");
        }

        assertThat(users).hasSize(100_000);
        assertThat(directory.lookup("BUSY")).isEqualTo(busy);
    }

    @Test
    void lookups_mayComeFromManyThreads() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            Callable<List<Identity>> all = () -> IntStream.range(0, 2_000)
                    .mapToObj(i -> directory.lookup("UNKNOWN" + i))
                    .toList();
            List<Future<List<Identity>>> results =
                    IntStream.range(0, 8).mapToObj(i -> threads.submit(all)).toList();

            for (Future<List<Identity>> result : results) {
                assertThat(result.get()).isEqualTo(all.call());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void keysOfSystemUsers_areExempt() {
        swap(Map.of("AK1", "zone.sync", "AK2", "alice"), "zone.sync");

        assertThat(directory.lookup("AK1").isExempt()).isTrue();
        assertThat(directory.lookup("AK1").user()).isEqualTo("zone.sync");
        assertThat(directory.lookup("AK2").isExempt()).isFalse();
        assertThat(directory.lookup("zone.sync").isExempt()).isFalse();
    }
}
