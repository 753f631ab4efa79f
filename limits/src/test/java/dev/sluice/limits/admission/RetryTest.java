package dev.sluice.limits.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.Sharing;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A client that was refused returns after the time in its verdict, and passes. */
class RetryTest {
    private static final long SECOND = Limit.SECOND_NANOS;
    private static final long SEED = Long.getLong("sluice.retry.seed", 20_261_128L);
    /** 10,000 take half a minute. */
    private static final int CASES = Integer.getInteger("sluice.retry.cases", 2_000);

    private static final int TRIES = 2;
    private static final double PASS_MIN = 0.99;
    private static final long LATE_NANOS_MAX = 10 * SECOND;

    @Test
    void clientThatHonoursRetryAfter_passesAtItsFirstOrSecondTry() {
        SplittableRandom seeds = new SplittableRandom(SEED);
        Map<String, int[]> tries = new TreeMap<>();
        StringBuilder missed = new StringBuilder();
        StringBuilder late = new StringBuilder();
        int passed = 0;
        for (int played = 0; played < CASES; ) {
            RetryCase drawn = new RetryCase(seeds.nextLong());
            RetryOutcome outcome = drawn.play();
            if (outcome.retryAfterNanos() == 0) {
                continue;
            }
            played++;
            tries.computeIfAbsent(drawn.kind(), kind -> new int[RetryCase.TRIES_MAX + 2])[outcome.tries()]++;
            if (outcome.tries() <= TRIES) {
                passed++;
            } else {
                missed.append(drawn).append(": ").append(outcome).append('\n');
            }
            // Where others' admissions don't count, what all admitted says nothing about the wait.
            long tolerance = Math.max(LATE_NANOS_MAX, outcome.waitNanos() / 10);
            if (drawn.sharing() == Sharing.PACED && outcome.retryAfterNanos() > outcome.waitNanos() + tolerance) {
                late.append(drawn).append(": ").append(outcome).append('\n');
            }
        }

        StringBuilder table = new StringBuilder();
        tries.forEach((kind, row) ->
                table.append(kind).append(' ').append(Arrays.toString(row)).append('\n'));
        if (Boolean.getBoolean("sluice.retry.print")) {
            System.out.printf("%sof %d, %d passed%n%s%s", table, CASES, passed, missed, late);
        }
        assertThat(late).as("times too long; seed %d", SEED).isEmpty();
        assertThat(passed)
                .as("seed %d, by number of tries:%n%s%s", SEED, table, missed)
                .isGreaterThanOrEqualTo((int) Math.ceil(PASS_MIN * CASES));
    }
}
