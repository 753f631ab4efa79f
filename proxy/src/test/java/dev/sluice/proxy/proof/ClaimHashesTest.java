package dev.sluice.proxy.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.IpAddress;
import dev.sluice.limits.model.Policy;
import dev.sluice.policy.identity.IdentityDirectory;
import dev.sluice.policy.identity.VerifyMode;
import dev.sluice.policy.source.PolicySnapshot;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ClaimHashesTest {
    private static final List<String> KEYS = List.of("", "ALICE1", "ALICE2", "BOB");
    private static final List<IpAddress> ADDRESSES = List.of(
            IpAddress.UNSPECIFIED,
            IpAddress.parse("192.0.2.1").orElseThrow(),
            IpAddress.parse("192.0.2.2").orElseThrow());

    private final IdentityDirectory directory =
            new IdentityDirectory("test", () -> new PolicySnapshot(Policy.UNLIMITED, Map.of()));
    private final ClaimProofs proofs = new ClaimProofs(VerifyMode.AUTO, directory, () -> 0);
    private final ClaimHashes hashes = new ClaimHashes();

    @Test
    void hashes_areThoseOfTheRequest_whateverCameBefore() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            String key = KEYS.get(random.nextInt(KEYS.size()));
            IpAddress address = ADDRESSES.get(random.nextInt(ADDRESSES.size()));
            CredentialKind kind = CredentialKind.values()[random.nextInt(CredentialKind.values().length)];

            assertThat(hashes.ofKey(key, proofs)).as("seed %d", seed).isEqualTo(proofs.hashOf(key));
            if (random.nextBoolean()) {
                assertThat(hashes.ofPair(kind, address, proofs))
                        .as("seed %d", seed)
                        .isEqualTo(proofs.hashOf(proofs.hashOf(key), kind, address));
            }
        }
    }
}
