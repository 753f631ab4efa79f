package dev.sluice.sync.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UrgentScheduleTest {
    private static final long MILLI = 1_000_000;
    private static final long APART = 5 * MILLI;
    private static final long SECOND = 1_000 * MILLI;

    private final UrgentSchedule schedule = new UrgentSchedule(1_000_000, 0);

    /** How many reports leave within a second, if there is always one of so many bytes. */
    private int sentInASecond(long bytes) {
        int sent = 0;
        for (long now = 0; now < SECOND; now += MILLI / 10) {
            if (schedule.waitNanos(APART, now) <= 0) {
                schedule.sent(APART, bytes, now);
                sent++;
            }
        }
        return sent;
    }

    @Test
    void first_leavesAtOnce_andTheNextSoonAfter() {
        assertThat(schedule.waitNanos(APART, 0)).isNotPositive();

        schedule.sent(APART, 100, 0);

        assertThat(schedule.waitNanos(APART, 0)).isEqualTo(UrgentSchedule.APART_NANOS_MIN);
        assertThat(schedule.waitNanos(APART, UrgentSchedule.APART_NANOS_MIN)).isNotPositive();
    }

    @Test
    void manyInARow_areAsFarApartAsTheNumberOfNodesAllows() {
        assertThat(sentInASecond(100)).isBetween(200, 210);
    }

    @Test
    void manySubjects_haveTheirReportsLessOften() {
        // 50 ms each, at a million bytes a second.
        assertThat(sentInASecond(50_000)).isBetween(20, 22);
    }

    @Test
    void verySubjectRichReport_delaysTheNextOnesByHalfASecondAtMost() {
        // 50 s, at a million bytes a second.
        for (int i = 0; i < 8; i++) {
            schedule.sent(APART, 50_000_000, 0);
        }

        assertThat(schedule.waitNanos(APART, 0)).isLessThanOrEqualTo(8 * UrgentSchedule.APART_NANOS_MAX);
    }

    @Test
    void afterAPause_aFewLeaveInARowAgain() {
        sentInASecond(100);

        long later = 2 * SECOND;
        // Eight, and those whose turn comes meanwhile.
        for (int i = 0; i < 12; i++) {
            assertThat(schedule.waitNanos(APART, later)).isNotPositive();
            schedule.sent(APART, 100, later);
            later += UrgentSchedule.APART_NANOS_MIN;
        }
        assertThat(schedule.waitNanos(APART, later)).isPositive();
    }
}
