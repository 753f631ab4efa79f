package dev.sluice.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.demo.DemoVerdict.DemoOutcome;
import dev.sluice.demo.OutcomeCounters.Counts;
import org.junit.jupiter.api.Test;

/** Recorded series of seconds, each of a client that was to send 800 requests a second at a limit of 200. */
class DemoVerdictTest {
    private static final int LIMIT = 200;
    private static final int RATE = 800;

    /** Seconds of {@code offered, admitted, rejected}. */
    private static DemoVerdict verdict(int limit, int rate, long[]... seconds) {
        DemoVerdict verdict = new DemoVerdict(limit, rate);
        for (long[] second : seconds) {
            verdict.add(new Counts(second[0], second[1], second[2], 0));
        }
        return verdict;
    }

    private static long[] second(long offered, long admitted, long rejected) {
        return new long[] {offered, admitted, rejected};
    }

    @Test
    void steadySeconds_areHeld() {
        DemoVerdict verdict = verdict(LIMIT, RATE, second(800, 201, 590), second(800, 199, 601), second(800, 204, 596));

        assertThat(verdict.outcome()).isEqualTo(DemoOutcome.HELD);
        assertThat(verdict.text())
                .isEqualTo("In 3 s: 2400 offered, 604 admitted (201/s), 1787 rejected, 0 failed. "
                        + "Limit 200/s: held. The fullest second had 204 of 200.");
    }

    @Test
    void oneSecondFarOverTheLimit_isNotHeld_howeverTheOthersWere() {
        DemoVerdict verdict = verdict(LIMIT, RATE, second(800, 60, 740), second(800, 329, 471), second(800, 120, 680));

        assertThat(verdict.outcome()).isEqualTo(DemoOutcome.NOT_HELD);
        assertThat(verdict.text()).endsWith("Limit 200/s: NOT HELD. The fullest second had 329 of 200.");
    }

    @Test
    void secondsThatAreAllALittleOver_areNotHeld() {
        DemoVerdict verdict = new DemoVerdict(LIMIT, RATE);
        for (int i = 0; i < 10; i++) {
            verdict.add(new Counts(800, 222, 578, 0));
        }

        assertThat(verdict.outcome()).isEqualTo(DemoOutcome.NOT_HELD);
    }

    @Test
    void machineThatDoesNotReachTheLimit_isTooSlow() {
        DemoVerdict verdict = verdict(LIMIT, RATE, second(150, 148, 0), second(163, 160, 0));

        assertThat(verdict.outcome()).isEqualTo(DemoOutcome.MACHINE_TOO_SLOW);
        assertThat(verdict.text())
                .contains("too slow", "was to send 800/s and sent 156/s", "The fullest second had 160", "--limit 38");
    }

    @Test
    void machineWhoseResponsesComeInHeaps_isTooSlow_evenWhereASecondIsFull() {
        DemoVerdict verdict = verdict(
                LIMIT, RATE, second(70, 68, 35), second(399, 239, 135), second(212, 134, 265), second(0, 10, 0));

        assertThat(verdict.outcome()).isEqualTo(DemoOutcome.MACHINE_TOO_SLOW);
        assertThat(verdict.text()).contains("sent 170/s", "The fullest second had 239.");
    }

    @Test
    void rateBelowTheLimit_showsThatNothingWasLimited() {
        DemoVerdict verdict = verdict(LIMIT, 100, second(100, 100, 0), second(100, 100, 0));

        assertThat(verdict.outcome()).isEqualTo(DemoOutcome.NOTHING_LIMITED);
        assertThat(verdict.text()).contains("Nothing was limited", "--rate 800");
    }

    @Test
    void rateALittleOverALimitThatDoesNothing_isNotHeld() {
        DemoVerdict verdict = new DemoVerdict(LIMIT, 225);
        for (int i = 0; i < 10; i++) {
            verdict.add(new Counts(225, 225, 0, 0));
        }

        assertThat(verdict.outcome()).isEqualTo(DemoOutcome.NOT_HELD);
    }

    @Test
    void failedRequests_testNothing() {
        DemoVerdict verdict = new DemoVerdict(LIMIT, RATE);
        verdict.add(new Counts(800, 200, 500, 100));

        assertThat(verdict.outcome()).isEqualTo(DemoOutcome.TOO_MANY_FAILED);
    }

    @Test
    void nothingAdmitted_testsNothing() {
        assertThat(verdict(LIMIT, RATE, second(800, 0, 800)).outcome()).isEqualTo(DemoOutcome.TOO_MANY_FAILED);
    }

    @Test
    void smallLimit_toleratesASingleRequest() {
        assertThat(verdict(5, 20, second(20, 6, 14)).outcome()).isEqualTo(DemoOutcome.HELD);
        assertThat(verdict(5, 20, second(20, 9, 11)).outcome()).isEqualTo(DemoOutcome.NOT_HELD);
    }

    @Test
    void noWholeSecond_isTooShort() {
        assertThat(verdict(LIMIT, RATE).outcome()).isEqualTo(DemoOutcome.TOO_SHORT);
        assertThat(verdict(LIMIT, RATE).text()).contains("nothing was measured");
    }
}
