package dev.sluice.policy.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.policy.hocon.ConfigProblem;
import dev.sluice.policy.hocon.ConfigProblem.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReloadableTest {
    private final Reloadable<String> reloadable = new Reloadable<>("first");
    private final List<String> events = new ArrayList<>();

    @BeforeEach
    void listen() {
        reloadable.addListener(new ReloadListener<>() {
            @Override
            public void onLoaded(String value, List<ConfigProblem> problems) {
                events.add("loaded " + value + " with " + problems.size() + " problems");
            }

            @Override
            public void onRejected(Staleness staleness, List<ConfigProblem> problems) {
                events.add("rejected since " + staleness.sinceWallMillis() + ": " + staleness.firstProblem());
            }
        });
    }

    private static ConfigProblem problem(Severity severity, String message) {
        return ConfigProblem.ofSetting(severity, "a.key", message, "mend it");
    }

    private static SourceReading<String> good(String value, ConfigProblem... warnings) {
        return new SourceReading<>(Optional.of(value), List.of(warnings));
    }

    private static SourceReading<String> bad(String message) {
        return new SourceReading<>(Optional.empty(), List.of(problem(Severity.ERROR, message)));
    }

    @Test
    void firstValue_isInUseAndNotReported() {
        assertThat(reloadable.value()).isEqualTo("first");
        assertThat(reloadable.staleness()).isEmpty();
        assertThat(reloadable.loads()).isZero();
        assertThat(reloadable.failures()).isZero();
        assertThat(events).isEmpty();
    }

    @Test
    void anotherValue_replacesTheFirst() {
        reloadable.update(good("second", problem(Severity.WARNING, "odd")), 1_000);

        assertThat(reloadable.value()).isEqualTo("second");
        assertThat(reloadable.staleness()).isEmpty();
        assertThat(reloadable.loads()).isEqualTo(1);
        assertThat(events).containsExactly("loaded second with 1 problems");
    }

    @Test
    void equalValue_isNotReported() {
        reloadable.update(good("first"), 1_000);

        assertThat(reloadable.loads()).isZero();
        assertThat(events).isEmpty();
    }

    @Test
    void badSource_keepsTheLastGoodValue_andTheTimeOfTheFirstFailure() {
        reloadable.update(bad("none"), 1_000);
        reloadable.update(bad("still none"), 2_000);

        assertThat(reloadable.value()).isEqualTo("first");
        assertThat(reloadable.staleness()).contains(new Staleness(1_000, "a.key: still none; mend it"));
        assertThat(reloadable.failures()).isEqualTo(2);
        assertThat(events)
                .containsExactly(
                        "rejected since 1000: a.key: none; mend it", "rejected since 1000: a.key: still none; mend it");
    }

    @Test
    void repairedSource_isLoadedThoughItsValueIsTheSame() {
        reloadable.update(bad("none"), 1_000);
        reloadable.update(good("first"), 2_000);
        reloadable.update(bad("none"), 3_000);

        assertThat(reloadable.loads()).isEqualTo(1);
        assertThat(reloadable.staleness()).map(Staleness::sinceWallMillis).contains(3_000L);
        assertThat(events).element(1).isEqualTo("loaded first with 0 problems");
    }

    @Test
    void partlyReadableSource_isLoadedAndStale() {
        reloadable.update(
                new SourceReading<>(
                        Optional.of("second"),
                        List.of(problem(Severity.WARNING, "odd"), problem(Severity.ERROR, "half"))),
                1_000);

        assertThat(reloadable.value()).isEqualTo("second");
        assertThat(reloadable.staleness()).contains(new Staleness(1_000, "a.key: half; mend it"));
        assertThat(reloadable.loads()).isEqualTo(1);
        assertThat(reloadable.failures()).isEqualTo(1);
        assertThat(events)
                .containsExactly("loaded second with 2 problems", "rejected since 1000: a.key: half; mend it");
    }

    @Test
    void counters_changeAfterTheListeners() {
        AtomicBoolean sawOldCount = new AtomicBoolean();
        reloadable.addListener(new ReloadListener<>() {
            @Override
            public void onLoaded(String value, List<ConfigProblem> problems) {
                sawOldCount.set(reloadable.loads() == 0);
            }

            @Override
            public void onRejected(Staleness staleness, List<ConfigProblem> problems) {}
        });

        reloadable.update(good("second"), 1_000);

        assertThat(sawOldCount).isTrue();
    }

    @Test
    void failingListener_leavesTheNewValueInUse() {
        reloadable.addListener(new ReloadListener<>() {
            @Override
            public void onLoaded(String value, List<ConfigProblem> problems) {
                throw new IllegalStateException("a listener that fails");
            }

            @Override
            public void onRejected(Staleness staleness, List<ConfigProblem> problems) {}
        });

        assertThatThrownBy(() -> reloadable.update(good("second"), 1_000)).hasMessage("a listener that fails");

        assertThat(reloadable.value()).isEqualTo("second");
        assertThat(reloadable.loads()).isEqualTo(1);
    }

    @Test
    void staleness_isOneLineForPeople() {
        assertThat(new Staleness(1_000, "limits.conf:1:1: limits: wrong; mend it").text())
                .isEqualTo("stale since 1970-01-01T00:00:01Z: limits.conf:1:1: limits: wrong; mend it");
    }
}
