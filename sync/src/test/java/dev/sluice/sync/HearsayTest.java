package dev.sluice.sync;

import static dev.sluice.sync.TestNode.MS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sync.Reporter.Content;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HearsayTest {
    private static final Hearing TWO = new Hearing(List.of(1L, 2L));

    private Hearing hearing = Hearing.NOBODY;
    private final Hearsay hearsay = new Hearsay(() -> hearing, 0);

    @Test
    void nobodyHeardYet_isNotTold() {
        assertThat(hearsay.next(Content.NEWS, 0)).isEmpty();
        assertThat(hearsay.next(Content.EVERYTHING, 5_000 * MS)).isEmpty();
    }

    @Test
    void change_isToldAtOnce_alsoThatNobodyIsHeardAnyMore() {
        hearing = TWO;
        assertThat(hearsay.next(Content.NEWS, 10 * MS)).contains(TWO);

        hearing = Hearing.NOBODY;
        assertThat(hearsay.next(Content.SURPRISE, 20 * MS)).contains(Hearing.NOBODY);
    }

    @Test
    void whatIsTheSame_isToldOnceASecond_andToWhoComes() {
        hearing = TWO;
        long told = 0;
        for (long now = 0; now < 5_000; now += 100) {
            told += hearsay.next(Content.NEWS, now * MS).isPresent() ? 1 : 0;
        }
        assertThat(told).isEqualTo(5);

        assertThat(hearsay.next(Content.EVERYTHING, 4_950 * MS)).contains(TWO);
    }

    @Test
    void reports_tellIt() {
        NodeIdentity self = new NodeIdentity(1, "a", 7, TestNode.INTERVAL_NANOS);
        Reporter reporter = new Reporter(self, new TestBook(), () -> 0, () -> hearing, SyncConfig.RATE_MAX, 0);
        hearing = TWO;

        Report first = TestNode.decoded(reporter.tick(Content.NEWS, 0, 0).get(0));
        Report second =
                TestNode.decoded(reporter.tick(Content.NEWS, 100 * MS, 0).get(0));

        assertThat(first.hearing()).isEqualTo(Optional.of(TWO));
        assertThat(second.hearing()).isEmpty();
    }
}
