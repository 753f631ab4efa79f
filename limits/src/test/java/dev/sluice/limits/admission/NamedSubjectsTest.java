package dev.sluice.limits.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectIds;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NamedSubjectsTest {
    private static final LimitSet LIMITS = LimitSet.of(Dimension.READ_OPS, Limit.perSecond(5, MeterAlgorithm.WINDOW));

    private final SubjectIds ids = new SubjectIds("named");

    private static Map<String, LimitSet> entries(String prefix, int count) {
        Map<String, LimitSet> entries = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            entries.put(prefix + i, LIMITS);
        }
        return entries;
    }

    private NamedSubjects subjects(int users, int buckets, int tenants) {
        Policy policy = new Policy(
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                entries("user", users),
                entries("bucket", buckets),
                entries("tenant", tenants));
        return new NamedSubjects(ids, policy);
    }

    @Test
    void everyEntry_isFoundByItsId() {
        NamedSubjects subjects = subjects(3_000, 2_000, 7);

        for (int i = 0; i < 3_000; i++) {
            assertThat(subjects.get(ids.of(Scope.USER, "user" + i))).isEqualTo("user" + i);
            assertThat(subjects.contains(ids.of(Scope.USER, "user" + i))).isTrue();
        }
        for (int i = 0; i < 2_000; i++) {
            assertThat(subjects.get(ids.of(Scope.BUCKET, "bucket" + i))).isEqualTo("bucket" + i);
        }
        for (int i = 0; i < 7; i++) {
            assertThat(subjects.get(ids.of(Scope.TENANT, "tenant" + i))).isEqualTo("tenant" + i);
        }
    }

    @Test
    void sameName_isAnotherSubjectInAnotherScope() {
        NamedSubjects subjects = subjects(10, 10, 10);

        assertThat(subjects.get(ids.of(Scope.BUCKET, "user1"))).isNull();
        assertThat(subjects.contains(ids.of(Scope.BUCKET, "user1"))).isFalse();
        assertThat(subjects.get(ids.of(Scope.TOTAL, ""))).isNull();
    }

    @Test
    void idsThatAreNotThere_areNotFound() {
        NamedSubjects subjects = subjects(1_000, 0, 0);

        for (int i = 0; i < 10_000; i++) {
            assertThat(subjects.contains(ids.of(Scope.USER, "other" + i))).isFalse();
        }
        assertThat(new NamedSubjects(
                                new SubjectIds("another cluster"),
                                new Policy(
                                        LimitSet.UNLIMITED,
                                        LimitSet.UNLIMITED,
                                        LimitSet.UNLIMITED,
                                        LimitSet.UNLIMITED,
                                        entries("user", 5),
                                        Map.of(),
                                        Map.of()))
                        .contains(ids.of(Scope.USER, "user1")))
                .isFalse();
    }

    @Test
    void policyWithoutNames_hasNoSubjects() {
        assertThat(subjects(0, 0, 0).contains(ids.of(Scope.USER, "user1"))).isFalse();
        assertThat(subjects(0, 0, 1).get(ids.of(Scope.TENANT, "tenant0"))).isEqualTo("tenant0");
    }
}
