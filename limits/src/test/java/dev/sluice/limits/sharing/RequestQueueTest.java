package dev.sluice.limits.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.sharing.QueuedRequest.AttemptResult;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How often requests that wait are tried. The test decides what becomes of an attempt. */
class RequestQueueTest {
    private static final long DRAW = 100_000_000L;

    private final LedgerFixture fixture = LedgerFixture.of(Limit.perSecond(10, MeterAlgorithm.WINDOW), 2);
    private final RequestQueue queue = new RequestQueue(fixture.ledger, DRAW);
    private final List<Long> delays = new ArrayList<>();
    private AttemptResult result = AttemptResult.UNLUCKY;
    private int attempts;
    private long now = fixture.now;
    private long entered;

    private final class Waiting implements QueuedRequest {
        private final long sequence = entered++;

        @Override
        public long sequence() {
            return sequence;
        }

        @Override
        public AttemptResult attempt(long nowNanos) {
            attempts++;
            return result;
        }

        @Override
        public void schedule(long delayNanos, TimedTask task) {
            delays.add(delayNanos);
        }
    }

    private void arrive(int requests) {
        for (int i = 0; i < requests; i++) {
            assertThat(queue.reserve(1_000)).isTrue();
            queue.enter(new Waiting());
            queue.serve(now);
        }
    }

    private int attemptsOf(Runnable action) {
        int before = attempts;
        action.run();
        return attempts - before;
    }

    @Test
    void eachArrival_hasOneDraw_howeverManyWait() {
        assertThat(attemptsOf(() -> arrive(50))).isEqualTo(50);
    }

    @Test
    void eachRequestThatWaits_hasOneDrawInAnInterval() {
        arrive(50);

        now += DRAW;
        assertThat(attemptsOf(() -> queue.serve(now))).isEqualTo(50);
        now += DRAW - 1;
        assertThat(attemptsOf(() -> queue.serve(now))).isEqualTo(1);
        now += 1;
        assertThat(attemptsOf(() -> queue.serve(now))).isEqualTo(50);
    }

    @Test
    void rest_isServedWhenTheIntervalIsOver() {
        now += DRAW / 4;
        arrive(1);
        assertThat(delays).containsExactly(DRAW);
    }

    @Test
    void luckyArrival_givesTheOthersNoDraw() {
        arrive(50);
        result = AttemptResult.OVER;

        assertThat(attemptsOf(() -> arrive(1))).isEqualTo(1);
        assertThat(queue.size()).isEqualTo(50);
    }

    @Test
    void requestsThatThereIsRoomFor_areAdmittedAtOnce_whereNothingIsDrawn() {
        result = AttemptResult.NO_ROOM;
        arrive(50);
        result = AttemptResult.OVER;

        queue.serve(now);

        assertThat(queue.size()).isZero();
    }
}
