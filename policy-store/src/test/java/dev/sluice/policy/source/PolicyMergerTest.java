package dev.sluice.policy.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitRate;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.OnExceed;
import dev.sluice.limits.model.OperationRateLimit;
import dev.sluice.limits.model.OperationRateLimit.ListedObjects;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.QuotaLimits;
import dev.sluice.limits.model.Scope;
import dev.sluice.policy.hocon.ConfigProblem;
import dev.sluice.policy.hocon.ConfigProblem.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PolicyMergerTest {
    private static LimitSet reads(long perSecond) {
        return LimitSet.of(Dimension.READ_OPS, Limit.perSecond(perSecond, MeterAlgorithm.WINDOW));
    }

    private static LimitSet writes(long perSecond) {
        return LimitSet.of(Dimension.WRITE_OPS, Limit.perSecond(perSecond, MeterAlgorithm.WINDOW));
    }

    private static Policy users(LimitSet each, Map<String, LimitSet> users) {
        return new Policy(each, LimitSet.UNLIMITED, LimitSet.UNLIMITED, LimitSet.UNLIMITED, users, Map.of(), Map.of());
    }

    private static PolicyLayer layer(Policy limits) {
        return new PolicyLayer(limits, Map.of());
    }

    @Test
    void oneLayer_isTheSnapshot() {
        Policy limits = users(reads(1), Map.of("alice", reads(2)));
        PolicyLayer layer = new PolicyLayer(limits, Map.of("K", "acme$carol"));

        PolicySnapshot snapshot = PolicyMerger.merge(List.of(layer));

        assertThat(snapshot.limits()).isEqualTo(limits);
        assertThat(snapshot.identities()).isEqualTo(Map.of("K", Identity.ofUser("acme$carol")));
        assertThat(PolicyMerger.merge(List.of())).isEqualTo(PolicySnapshot.EMPTY);
    }

    @Test
    void entryOfTheFirstLayer_replacesThatOfALaterOneAsAWhole() {
        PolicyLayer file = layer(users(LimitSet.UNLIMITED, Map.of("alice", reads(1))));
        PolicyLayer rgw = layer(users(LimitSet.UNLIMITED, Map.of("alice", writes(2), "bob", writes(3))));

        Policy merged = PolicyMerger.merge(List.of(file, rgw)).limits();

        assertThat(merged.users()).isEqualTo(Map.of("alice", reads(1), "bob", writes(3)));
    }

    private static PolicyLayer unproven(LimitSet limits) {
        return layer(new Policy(
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                Map.of(),
                Map.of(),
                Map.of(),
                limits));
    }

    @Test
    void unprovenOfTheFirstLayerThatSetsIt_counts_wereItTheDefault() {
        PolicyLayer first = unproven(Policy.UNPROVEN_DEFAULT);
        PolicyLayer second = unproven(reads(3));
        PolicyEntry entry = new PolicyEntry(Scope.UNPROVEN, "");

        assertThat(PolicyMerger.merge(List.of(layer(Policy.UNLIMITED), first, second))
                        .limits()
                        .unproven())
                .isEqualTo(Policy.UNPROVEN_DEFAULT);
        assertThat(PolicyMerger.merge(List.of(layer(Policy.UNLIMITED), second, first))
                        .limits()
                        .unproven())
                .isEqualTo(reads(3));
        assertThat(PolicyMerger.merge(List.of(unproven(LimitSet.UNLIMITED), second))
                        .limits()
                        .unproven())
                .isEqualTo(LimitSet.UNLIMITED);
        assertThat(new PolicyOrigins(List.of(first, second)).of(entry, Dimension.READ_OPS))
                .as("of a layer, not the default")
                .isEqualTo(LimitOrigin.UNKNOWN);
        assertThat(new PolicyOrigins(List.of(layer(Policy.UNLIMITED))).of(entry, Dimension.READ_OPS))
                .isEqualTo(LimitOrigin.DEFAULT);
    }

    private static PolicyLayer trial(Policy limits) {
        return new PolicyLayer(limits, Map.of(), Set.of(), LayerOrigins.RGW, true);
    }

    @Test
    void entryThatIsOnlyTried_keepsWhatEarlierLayersLimitForAll() {
        PolicyLayer file = layer(users(reads(1), Map.of("carol", reads(7))));
        PolicyLayer rgw = trial(users(
                writes(9), Map.of("alice", writes(2), "bob", LimitSet.UNLIMITED, "carol", reads(3), "dave", reads(4))));

        Policy merged = PolicyMerger.merge(List.of(file, rgw)).limits();

        assertThat(merged.eachUser()).isEqualTo(reads(1));
        assertThat(merged.users().get("alice").get(Dimension.READ_OPS)).isEqualTo(reads(1).get(Dimension.READ_OPS));
        assertThat(merged.users().get("alice").get(Dimension.WRITE_OPS))
                .isEqualTo(writes(2).get(Dimension.WRITE_OPS));
        assertThat(merged.users().get("bob")).isEqualTo(reads(1));
        assertThat(merged.users().get("carol")).isEqualTo(reads(7));
        assertThat(merged.users().get("dave")).isEqualTo(reads(1));
        PolicyOrigins origins = new PolicyOrigins(List.of(file, rgw));
        assertThat(origins.of(new PolicyEntry(Scope.USER, "alice"), Dimension.READ_OPS))
                .as("of the file, which has no lines here")
                .isEqualTo(LimitOrigin.UNKNOWN);
        assertThat(origins.of(new PolicyEntry(Scope.USER, "alice"), Dimension.WRITE_OPS)
                        .text())
                .isEqualTo("RGW user alice");
    }

    @Test
    void entryThatIsOnlyTried_isAsItIs_whereNothingElseLimits() {
        PolicyLayer rgw = trial(users(reads(5), Map.of("alice", LimitSet.UNLIMITED, "bob", reads(2))));

        Policy merged = PolicyMerger.merge(List.of(PolicyLayer.EMPTY, rgw)).limits();

        assertThat(merged.eachUser()).isEqualTo(reads(5));
        assertThat(merged.users()).isEqualTo(Map.of("alice", LimitSet.UNLIMITED, "bob", reads(2)));
    }

    @Test
    void limitThatCountsRequests_staysOneThroughTheMerger() {
        OperationRateLimit limit = new OperationRateLimit(
                LimitRate.of(6, Limit.SECOND_NANOS, MeterAlgorithm.WINDOW),
                OnExceed.REJECT,
                ListedObjects.REQUEST_COUNTS);
        LimitSet writes = LimitSet.of(Dimension.WRITE_OPS, limit);
        PolicyLayer file = layer(new Policy(
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                Map.of("bob", reads(1)),
                Map.of("images", reads(1)),
                Map.of()));
        PolicyLayer rgw = trial(new Policy(
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                Map.of("alice", writes),
                Map.of("logs", writes),
                Map.of()));

        Policy merged = PolicyMerger.merge(List.of(file, rgw)).limits();

        assertThat(merged.users().get("alice")).isEqualTo(writes);
        assertThat(merged.buckets().get("logs")).isEqualTo(writes);
        assertThat(merged.users().get("bob")).isEqualTo(reads(1));
    }

    @Test
    void limitsOfEachUser_comeFromTheFirstLayerThatHasAny() {
        PolicyLayer none = layer(Policy.UNLIMITED);
        PolicyLayer some = layer(users(reads(5), Map.of()));
        PolicyLayer others = layer(users(reads(7), Map.of()));

        assertThat(PolicyMerger.merge(List.of(none, some, others)).limits().eachUser())
                .isEqualTo(reads(5));
    }

    @Test
    void bucketsTenantsAndTotals_areMergedAlike() {
        PolicyLayer file = layer(new Policy(
                LimitSet.UNLIMITED,
                reads(1),
                LimitSet.UNLIMITED,
                reads(2),
                Map.of(),
                Map.of("logs", reads(3)),
                Map.of("acme", reads(4))));
        PolicyLayer rgw = layer(new Policy(
                LimitSet.UNLIMITED,
                writes(1),
                writes(2),
                writes(3),
                Map.of(),
                Map.of("logs", writes(4), "images", writes(5)),
                Map.of("acme", writes(6), "other", writes(7))));

        assertThat(PolicyMerger.merge(List.of(file, rgw)).limits())
                .isEqualTo(new Policy(
                        LimitSet.UNLIMITED,
                        reads(1),
                        writes(2),
                        reads(2),
                        Map.of(),
                        Map.of("logs", reads(3), "images", writes(5)),
                        Map.of("acme", reads(4), "other", writes(7))));
    }

    @Test
    void accessKey_belongsToTheUserThatTheFirstLayerNames() {
        PolicyLayer file = new PolicyLayer(Policy.UNLIMITED, Map.of("K1", "alice"));
        PolicyLayer rgw = new PolicyLayer(Policy.UNLIMITED, Map.of("K1", "bob", "K2", "bob"));

        Map<String, Identity> identities =
                PolicyMerger.merge(List.of(file, rgw)).identities();

        assertThat(identities).isEqualTo(Map.of("K1", Identity.ofUser("alice"), "K2", Identity.ofUser("bob")));
    }

    @Test
    void systemUserOfOneLayer_isExemptWithTheKeysOfAnother() {
        PolicyLayer file = new PolicyLayer(Policy.UNLIMITED, Map.of(), Set.of("zone.sync"));
        PolicyLayer rgw = new PolicyLayer(Policy.UNLIMITED, Map.of("K", "zone.sync"));

        assertThat(PolicyMerger.merge(List.of(file, rgw)).identities().get("K").isExempt())
                .isTrue();
    }

    @Test
    void changeOfAnySource_publishesASnapshotOfAll() {
        Reloadable<PolicyLayer> file = new Reloadable<>(layer(users(reads(1), Map.of())));
        Reloadable<PolicyLayer> rgw = new Reloadable<>(PolicyLayer.EMPTY);
        PolicyMerger merger = new PolicyMerger(List.of(file, rgw));
        List<PolicySnapshot> published = new ArrayList<>();
        merger.publishTo(published::add);

        rgw.update(
                new SourceReading<>(Optional.of(new PolicyLayer(Policy.UNLIMITED, Map.of("K", "alice"))), List.of()),
                1_000);

        assertThat(published).containsExactly(merger.snapshot());
        assertThat(merger.snapshot().limits().eachUser()).isEqualTo(reads(1));
        assertThat(merger.snapshot().identities()).containsOnlyKeys("K");
    }

    @Test
    void quotas_areMergedByName() {
        Policy first = Policy.UNLIMITED.with(new QuotaLimits(Map.of("ns/a", tokens(1)), Map.of("ns", tokens(2))));
        Policy later = Policy.UNLIMITED.with(
                new QuotaLimits(Map.of("ns/a", tokens(3), "ns/b", tokens(4)), Map.of("ns", tokens(5))));

        QuotaLimits merged =
                PolicyMerger.merge(List.of(layer(first), layer(later))).limits().quotas();

        assertThat(merged.named()).isEqualTo(Map.of("ns/a", tokens(1), "ns/b", tokens(4)));
        assertThat(merged.others()).isEqualTo(Map.of("ns", tokens(2)));
    }

    private static LimitSet tokens(long perSecond) {
        return LimitSet.of(Dimension.TOKENS, Limit.perSecond(perSecond, MeterAlgorithm.WINDOW));
    }

    @Test
    void badSource_publishesNothing() {
        Reloadable<PolicyLayer> file = new Reloadable<>(layer(users(reads(1), Map.of())));
        PolicyMerger merger = new PolicyMerger(List.of(file));
        List<PolicySnapshot> published = new ArrayList<>();
        merger.publishTo(published::add);

        file.update(
                new SourceReading<>(
                        Optional.empty(), List.of(ConfigProblem.ofSetting(Severity.ERROR, "limits", "bad", "mend it"))),
                1_000);

        assertThat(published).isEmpty();
        assertThat(merger.snapshot().limits().eachUser()).isEqualTo(reads(1));
    }

    @Test
    void accessKeys_areNotPrinted() {
        PolicyLayer layer = new PolicyLayer(Policy.UNLIMITED, Map.of("SECRETKEY", "alice"));

        assertThat(layer.toString()).doesNotContain("SECRETKEY");
        assertThat(PolicyMerger.merge(List.of(layer)).toString()).doesNotContain("SECRETKEY");
    }
}
