package dev.sluice.limits.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.Membership;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.OperationClass;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.SubjectIds;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Made-up names without end: a minute of them by default; {@code -Dsluice.noise-seconds=600} is ten minutes, of a million
 * names.
 */
class BoundedAccountsTest {
    private static final long SECOND = Limit.SECOND_NANOS;
    private static final long MILLI = 1_000_000L;
    private static final int SECONDS = Integer.getInteger("sluice.noise-seconds", 60);
    private static final int NAMES = 1_000_000;
    private static final int ACCOUNTS = 1_000;

    private final Ticket ticket = new Ticket();

    private static Admission admission(int accounts, LimitSet each) {
        Policy policy = new Policy(
                each, LimitSet.UNLIMITED, LimitSet.UNLIMITED, LimitSet.UNLIMITED, Map.of(), Map.of(), Map.of());
        return new Admission(new SubjectIds("test"), accounts, 0, policy);
    }

    private boolean ask(Admission admission, Identity identity, long nowNanos) {
        Verdict verdict = admission.admit(identity, "", OperationClass.READ, ticket, nowNanos);
        ticket.commit();
        ticket.release(nowNanos);
        return verdict == Verdict.ADMITTED;
    }

    @Test
    void busyAccountsAndNewcomers_keepTheirPlaces_besideMadeUpNames() {
        Admission admission =
                admission(ACCOUNTS, LimitSet.of(Dimension.READ_OPS, Limit.perSecond(100, MeterAlgorithm.WINDOW)));
        Admission quiet =
                admission(ACCOUNTS, LimitSet.of(Dimension.READ_OPS, Limit.perSecond(100, MeterAlgorithm.WINDOW)));
        SplittableRandom random = new SplittableRandom(1);
        Identity busy = Identity.ofUser("busy");
        int newcomersAdmitted = 0;
        int newcomersAsked = 0;
        int most = 0;

        for (int second = 0; second < SECONDS; second++) {
            int busyAdmitted = 0;
            int withoutNoise = 0;
            // A newcomer every ten seconds, which asks twenty times a second.
            Identity newcomer = Identity.ofUser("newcomer" + second / 10);
            for (int millis = 0; millis < 1_000; millis++) {
                long now = SECOND + second * SECOND + millis * MILLI;
                for (int i = 0; i < 2; i++) {
                    ask(admission, Identity.ofUser("noise" + random.nextInt(NAMES)), now);
                }
                if (millis % 2 == 0) {
                    busyAdmitted += ask(admission, busy, now) ? 1 : 0;
                    withoutNoise += ask(quiet, busy, now) ? 1 : 0;
                }
                if (millis % 50 == 0) {
                    newcomersAsked++;
                    newcomersAdmitted += ask(admission, newcomer, now) ? 1 : 0;
                }
            }
            admission.forgetIdle(SECOND + (second + 1) * SECOND);
            most = Math.max(most, admission.accountCount());
            // It asks for five times its limit, and never has a fresh one nor less than its own.
            assertThat(busyAdmitted).as("second %d", second).isEqualTo(withoutNoise);
        }

        // One more: the account that those without one share.
        assertThat(most).isLessThanOrEqualTo(ACCOUNTS + 1);
        assertThat(newcomersAdmitted).isGreaterThan(newcomersAsked * 96 / 100);
    }

    @Test
    void account_takesNoMoreMemoryThanPlanned() {
        Limit limit = Limit.perSecond(1_000, MeterAlgorithm.WINDOW);
        long one = accountBytes(LimitSet.of(Dimension.READ_OPS, limit));
        long two = accountBytes(new LimitSet(Map.of(Dimension.READ_OPS, limit, Dimension.WRITE_OPS, limit)));

        System.out.println("memory of an account: with one limit " + one + " bytes, with two " + two);
        assertThat(two).isLessThan(3_500);
    }

    @Test
    void accountWithALimitAMinute_takesNoMoreMemoryThanPlanned() {
        long minute = accountBytes(
                LimitSet.of(Dimension.READ_OPS, Limit.rate(1_000, 60 * Limit.SECOND_NANOS, MeterAlgorithm.WINDOW)));

        System.out.println("memory of an account with one limit a minute: " + minute + " bytes");
        assertThat(minute).isLessThan(2_560);
    }

    /** On one of four nodes, so that the limit is shared. */
    private long accountBytes(LimitSet each) {
        int accounts = 20_000;
        long before = usedBytes();
        Admission admission = admission(accounts, each);
        admission.updateMembership(new Membership(4, 4, 1), SECOND / 2);
        for (int i = 0; i < accounts; i++) {
            ask(admission, Identity.ofUser("user" + i), SECOND);
        }

        long bytes = (usedBytes() - before) / accounts;
        assertThat(admission.accountCount()).isEqualTo(accounts);
        return bytes;
    }

    private static long usedBytes() {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }
}
