package dev.sluice.policy.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.policy.hocon.ConfigProblem;
import dev.sluice.policy.hocon.ConfigProblem.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Polls a source that is no file: a text in memory, which is bad if it begins with {@code bad}. */
class SourcePollerTest {
    private final Reloadable<String> reloadable = new Reloadable<>("first");
    private String content = "first";
    private boolean isKnownUnchanged;
    private boolean isUnreachable;
    private boolean isHeapFree;
    private int parsed;
    private Runnable behindNextRead = () -> {};
    private long nowWallMillis = 10_000;

    private SourcePoller<String> poller(SettlingTime settling) {
        ReloadSource<String> source = now -> {
            if (isUnreachable) {
                throw new IllegalArgumentException("a source that fails");
            }
            return isKnownUnchanged ? Optional.empty() : Optional.of(new MemoryVersion(content));
        };
        return new SourcePoller<>("memory-watcher", 1_000, settling, source, reloadable);
    }

    private final class MemoryVersion implements SourceVersion<String> {
        private final String text;

        private MemoryVersion(String text) {
            this.text = text;
        }

        @Override
        public Object fingerprint() {
            return text;
        }

        @Override
        public boolean looksCut() {
            return text.endsWith("6");
        }

        @Override
        public Optional<SourceReading<String>> read(String inUse, long nowMillis) {
            parsed++;
            if (text.equals("broken reader")) {
                throw new IllegalStateException("a reader that fails");
            }
            if (!text.equals(content)) {
                return Optional.empty();
            }
            Runnable next = behindNextRead;
            behindNextRead = () -> {};
            next.run();
            return Optional.of(
                    text.startsWith("bad") && !isHeapFree
                            ? new SourceReading<>(
                                    Optional.empty(),
                                    List.of(ConfigProblem.ofSetting(Severity.ERROR, "memory", text, "mend it")),
                                    text.equals("bad for now"))
                            : new SourceReading<>(Optional.of(text), List.of()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"version 1", "bad version"})
    void contentThatWasReadBeforeAnotherUpdate_doesNotUndoIt(String older) {
        List<String> loaded = loadedValues();
        SourcePoller<String> poller = poller(SettlingTime.NONE);
        content = older;
        // another thread writes the source and brings it into use
        behindNextRead = () -> {
            content = "version 2";
            reloadable.update(new SourceReading<>(Optional.of(content), List.of()), nowWallMillis);
        };
        poll(poller, 5);

        assertThat(loaded).containsExactly("version 2");
        assertThat(reloadable.value()).isEqualTo("version 2");
        assertThat(reloadable.failures()).isZero();

        content = older;
        poll(poller, 1);
        assertThat(loaded.size() + reloadable.failures())
                .as("the source is still followed")
                .isEqualTo(2);
    }

    private List<String> loadedValues() {
        List<String> loaded = new ArrayList<>();
        reloadable.addListener(new ReloadListener<>() {
            @Override
            public void onLoaded(String value, List<ConfigProblem> problems) {
                loaded.add(value);
            }

            @Override
            public void onRejected(Staleness staleness, List<ConfigProblem> problems) {}
        });
        return loaded;
    }

    @Test
    void contentThatMayBeGoodLater_isReadAgainWithoutAChange() {
        SourcePoller<String> poller = poller(SettlingTime.NONE);
        content = "bad for now";
        poll(poller, 14);
        assertThat(parsed).isEqualTo(1);
        assertThat(reloadable.failures()).isEqualTo(1);

        poll(poller, 6);
        assertThat(reloadable.failures()).isEqualTo(2);
        assertThat(reloadable.staleness().orElseThrow().sinceWallMillis()).isEqualTo(11_000);

        isHeapFree = true;
        poll(poller, 15);
        assertThat(reloadable.value()).isEqualTo("bad for now");
        assertThat(reloadable.staleness()).isEmpty();
        poll(poller, 60);
        assertThat(parsed).isEqualTo(3);
    }

    private void poll(SourcePoller<String> poller, int times) {
        for (int i = 0; i < times; i++) {
            nowWallMillis += 1_000;
            poller.poll(nowWallMillis);
        }
    }

    @Test
    void eachContent_isParsedAndHandedOverOnce() {
        SourcePoller<String> poller = poller(SettlingTime.NONE);
        poll(poller, 3);
        content = "second";
        poll(poller, 3);
        content = "bad";
        poll(poller, 3);

        assertThat(parsed).isEqualTo(3);
        assertThat(reloadable.value()).isEqualTo("second");
        assertThat(reloadable.loads()).isEqualTo(1);
        assertThat(reloadable.failures()).isEqualTo(1);
        assertThat(reloadable.staleness()).map(Staleness::sinceWallMillis).contains(17_000L);
    }

    @Test
    void goodContent_waitsUntilItHasSettled() {
        SourcePoller<String> poller = poller(new SettlingTime(1, 1, 1, Long.MAX_VALUE));
        content = "half";
        poll(poller, 1);
        content = "whole";
        poll(poller, 1);
        assertThat(reloadable.value()).isEqualTo("first");

        poll(poller, 1);

        assertThat(reloadable.value()).isEqualTo("whole");
        assertThat(reloadable.loads()).isEqualTo(1);
    }

    @Test
    void clockThatIsSetBack_doesNotPutSettlingOff() {
        SourcePoller<String> poller = poller(new SettlingTime(1, 1, 1, Long.MAX_VALUE));
        content = "second";
        poll(poller, 1);
        nowWallMillis -= 8_000;

        poll(poller, 2);

        assertThat(reloadable.value()).isEqualTo("second");
    }

    @Test
    void settledContent_isHandedOverAlsoWhereTheSourceIsKnownToBeUnchanged() {
        SourcePoller<String> poller = poller(new SettlingTime(2_000, 2_000, 2_000, Long.MAX_VALUE));
        content = "second";
        poll(poller, 1);
        isKnownUnchanged = true;

        poll(poller, 2);

        assertThat(reloadable.value()).isEqualTo("second");
    }

    @Test
    void badContent_thatIsRepairedBeforeItSettles_isNeverReported() {
        SourcePoller<String> poller = poller(new SettlingTime(0, 0, 5_000, 30_000));
        content = "bad";
        poll(poller, 4);
        content = "first";
        poll(poller, 10);

        assertThat(reloadable.failures()).isZero();
        assertThat(reloadable.loads()).isZero();
    }

    @Test
    void contentThatNeverSettles_isReportedWhenPatienceEnds_sinceItsFirstFailure() {
        SourcePoller<String> poller = poller(new SettlingTime(0, 0, 5_000, 30_000));
        for (int i = 0; i < 30; i++) {
            content = "bad " + i;
            poll(poller, 1);
        }
        assertThat(reloadable.failures()).isZero();

        content = "bad at last";
        poll(poller, 1);

        assertThat(reloadable.staleness()).contains(new Staleness(11_000, "memory: bad at last; mend it"));
    }

    @Test
    void contentThatLooksCut_waitsLonger() {
        SourcePoller<String> poller = poller(new SettlingTime(1_000, 3_000, 1_000, Long.MAX_VALUE));
        content = "limit 6";
        poll(poller, 3);
        assertThat(reloadable.value()).isEqualTo("first");
        content = "limit 64";
        poll(poller, 2);
        assertThat(reloadable.value()).isEqualTo("limit 64");

        content = "limit 6";
        poll(poller, 4);

        assertThat(reloadable.value()).isEqualTo("limit 6");
    }

    @Test
    void contentThatChangesOften_isParsedWhenItHasSettled() {
        SourcePoller<String> poller = poller(new SettlingTime(1_000, 1_000, 1_000, Long.MAX_VALUE));
        for (int i = 1; i < 50; i++) {
            content = "first and " + "x".repeat(i);
            poll(poller, 1);
        }
        assertThat(parsed).isZero();

        poll(poller, 1);

        assertThat(parsed).isEqualTo(1);
        assertThat(reloadable.value()).isEqualTo(content);
    }

    @Test
    void readerThatFails_makesTheSourceBad() {
        SourcePoller<String> poller = poller(SettlingTime.NONE);
        content = "broken reader";
        poll(poller, 3);

        assertThat(parsed).isEqualTo(1);
        assertThat(reloadable.value()).isEqualTo("first");
        assertThat(reloadable.staleness())
                .map(Staleness::firstProblem)
                .hasValueSatisfying(problem -> assertThat(problem).contains("IllegalStateException"));
    }

    @Test
    void sourceThatCannotBePolled_isBad_untilItCan() {
        SourcePoller<String> poller = poller(SettlingTime.NONE);
        poll(poller, 1);
        isUnreachable = true;
        poll(poller, 5);
        assertThat(reloadable.failures()).isEqualTo(1);
        assertThat(reloadable.staleness().orElseThrow().firstProblem()).contains("IllegalArgumentException");

        isUnreachable = false;
        poll(poller, 1);

        assertThat(reloadable.staleness()).isEmpty();
        assertThat(reloadable.value()).isEqualTo("first");
    }

    @Test
    void goodContentsOfWhichNoneStays_areReported_andTheFirstThatStaysCounts() {
        SourcePoller<String> poller = poller(new SettlingTime(1, 1, 1, 30_000));
        for (int i = 0; i < 30; i++) {
            content = "restless " + i;
            poll(poller, 1);
        }
        assertThat(reloadable.failures()).isZero();
        assertThat(parsed).isZero();

        for (int i = 0; i < 30; i++) {
            content = "still restless " + i;
            poll(poller, 1);
        }
        assertThat(reloadable.failures()).isEqualTo(1);
        assertThat(reloadable.staleness().orElseThrow())
                .satisfies(stale -> assertThat(stale.sinceWallMillis()).isEqualTo(11_000))
                .satisfies(stale -> assertThat(stale.firstProblem()).contains("none that stays"));
        assertThat(reloadable.value()).isEqualTo("first");
        assertThat(parsed).isEqualTo(1);

        poll(poller, 1);

        assertThat(reloadable.value()).isEqualTo("still restless 29");
        assertThat(reloadable.staleness()).isEmpty();
    }

    @Test
    void contentThatAListenerFailsToUse_isTriedAgain_andStaleMeanwhile() {
        SourcePoller<String> poller = poller(SettlingTime.NONE);
        boolean[] fails = {true};
        reloadable.addListener(new ReloadListener<>() {
            @Override
            public void onLoaded(String value, List<ConfigProblem> problems) {
                if (fails[0]) {
                    throw new IllegalStateException("a listener that fails");
                }
            }

            @Override
            public void onRejected(Staleness staleness, List<ConfigProblem> problems) {
                // not what this is about
            }
        });
        content = "second";

        assertThatThrownBy(() -> poll(poller, 1)).hasMessage("a listener that fails");
        assertThat(reloadable.staleness().orElseThrow().firstProblem()).contains("using it failed");
        poll(poller, 10);
        assertThat(reloadable.staleness()).isPresent();
        fails[0] = false;
        poll(poller, 5);

        assertThat(reloadable.staleness()).isEmpty();
        assertThat(reloadable.loads()).isEqualTo(2);
        poll(poller, 60);
        assertThat(reloadable.loads()).isEqualTo(2);
    }
}
