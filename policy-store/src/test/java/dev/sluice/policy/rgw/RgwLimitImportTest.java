package dev.sluice.policy.rgw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.Policy;
import dev.sluice.policy.limitsfile.LimitsFile;
import dev.sluice.policy.limitsfile.LimitsFileWriter;
import dev.sluice.policy.rgw.RgwLimitImport.ImportFailedException;
import dev.sluice.policy.rgw.RgwLimitImport.ImportedLimits;
import dev.sluice.policy.rgw.client.RgwGlobalLimits;
import dev.sluice.policy.rgw.client.RgwLookup;
import dev.sluice.policy.rgw.client.RgwNamePage;
import dev.sluice.policy.rgw.client.RgwNames;
import dev.sluice.policy.rgw.client.RgwRateLimit;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RgwLimitImportTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final FakeRgw rgw = new FakeRgw();

    /** Two pages of users. */
    private final RgwNames names = new RgwNames() {
        @Override
        public RgwLookup<RgwNamePage> users(String marker) {
            return new RgwLookup.Found<>(
                    marker.isEmpty()
                            ? new RgwNamePage(List.of("alice", "bob"), "next")
                            : new RgwNamePage(List.of("acme$carol"), ""));
        }

        @Override
        public RgwLookup<RgwNamePage> buckets() {
            return new RgwLookup.Found<>(new RgwNamePage(List.of("logs", "acme:images"), ""));
        }
    };

    private static RgwRateLimit limit(long readOps, long writeBytes) {
        return new RgwRateLimit(true, readOps, 0, 0, 0, 0, writeBytes);
    }

    private ImportedLimits read(Duration interval, int gateways) throws ImportFailedException {
        return new RgwLimitImport(rgw, names, interval, gateways, () -> {}).read();
    }

    private static Policy policy(ImportedLimits imported) {
        String text = LimitsFileWriter.text(List.of("imported"), imported.entries());
        var result = LimitsFile.parse("imported.conf", text.getBytes(StandardCharsets.UTF_8));
        assertThat(result.problems()).isEmpty();
        return result.value().orElseThrow().limits();
    }

    @Test
    void enabledLimits_becomeEntriesWithTheSameMeaning() throws ImportFailedException {
        rgw.global = new RgwGlobalLimits(limit(600, 0), RgwRateLimit.DISABLED, RgwRateLimit.DISABLED);
        rgw.userLimits.put("alice", limit(120, 1 << 20));
        rgw.userLimits.put("bob", new RgwRateLimit(false, 7, 7, 0, 0, 0, 0));
        rgw.userLimits.put("acme$carol", new RgwRateLimit(true, 0, 0, 0, 0, 0, 0));
        rgw.bucketLimits.put("acme:images", limit(30, 0));

        ImportedLimits imported = read(MINUTE, 1);

        // what the sidecar itself makes of the same settings of RGW
        Policy file = policy(imported);
        assertThat(file.users().keySet()).containsExactlyInAnyOrder("alice", "acme$carol");
        assertThat(file.users().get("alice").toString()).isEqualTo("{ read-ops=120/min write-bytes=1048576/min }");
        assertThat(file.users().get("acme$carol").isUnlimited()).isTrue();
        assertThat(file.buckets().get("acme:images").toString()).isEqualTo("{ read-ops=30/min }");
        assertThat(file.eachUser().toString()).isEqualTo("{ read-ops=600/min }");
        assertThat(file.anonymous()).as("RGW treats them as one user").isEqualTo(file.eachUser());
        assertThat(imported.commands())
                .containsExactly(
                        "radosgw-admin global ratelimit disable --ratelimit-scope=user",
                        "radosgw-admin ratelimit disable --ratelimit-scope=user --uid='alice'",
                        "radosgw-admin ratelimit disable --ratelimit-scope=user --uid='acme$carol'",
                        "radosgw-admin ratelimit disable --ratelimit-scope=bucket --bucket='acme/images'");
    }

    @Test
    void otherInterval_isTheBurst_andGatewaysMultiply() throws ImportFailedException {
        rgw.userLimits.put("alice", limit(100, 0));

        Limit limit =
                policy(read(Duration.ofSeconds(30), 3)).users().get("alice").get(Dimension.READ_OPS);

        assertThat(limit.capacity()).isEqualTo(300);
        assertThat((double) limit.amount() * 30_000_000_000L / limit.periodNanos())
                .isEqualTo(300);
    }

    @Test
    void releaseWithoutRateLimits_isNamed() {
        rgw.hasLimits = false;

        assertThatThrownBy(() -> read(MINUTE, 1)).hasMessageContaining("this release of RGW has none");
    }
}
