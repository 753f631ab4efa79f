package dev.sluice.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.downstream.ClientRateCheck.Finding;
import dev.sluice.proxy.loop.SocketStats;
import dev.sluice.proxy.upstream.GatewayAddresses;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

/** Sweeps every quarter of a second, a minimum rate of 1000 bytes a second over four seconds. */
class ClientRateCheckTest {
    private static final long SWEEP = 250_000_000L;
    private static final long SECOND = 1_000_000_000L;
    private static final ProxyOptions OPTIONS = options(1000);

    private final ClientRateCheck rateCheck = new ClientRateCheck(0);
    private final FixedStats stats = new FixedStats();
    private long nowNanos;

    private final class FixedStats implements SocketStats {
        private long unseenBytes;
        private boolean sends;

        @Override
        public long unseenBytes() {
            return unseenBytes;
        }

        @Override
        public long lastSentMillis() {
            return sends ? nowNanos / 1_000_000 : 0;
        }
    }

    private static ProxyOptions options(long rate) {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return new ProxyOptions(
                        any, GatewayAddresses.of(() -> any), 1, 1024, SECOND, 60 * SECOND, SECOND, SECOND, SECOND)
                .with(new ClientBounds(1, 128, rate, 4 * SECOND));
    }

    private Finding sweep(boolean awaitsUpload, long pending) {
        return sweep(awaitsUpload, pending, OPTIONS);
    }

    private Finding sweep(boolean awaitsUpload, long pending, ProxyOptions options) {
        nowNanos += SWEEP;
        return rateCheck.sweep(nowNanos, awaitsUpload, pending, options, stats);
    }

    private Finding uploads(int bytesPerSweep, int sweeps) {
        Finding last = Finding.FINE;
        for (int i = 0; i < sweeps && last == Finding.FINE; i++) {
            rateCheck.onUploaded(bytesPerSweep);
            last = sweep(true, 0);
        }
        return last;
    }

    @Test
    void upload_atTheLeastRate_goesOn() {
        assertThat(uploads(250, 200)).isEqualTo(Finding.FINE);
    }

    @Test
    void upload_belowTheLeastRate_isFound() {
        assertThat(uploads(249, 200)).isEqualTo(Finding.SLOW_UPLOAD);
    }

    @Test
    void upload_inRareBursts_isJudgedByItsAverage() {
        Finding last = Finding.FINE;
        for (int i = 0; i < 200; i++) {
            if (i % 12 == 0) {
                rateCheck.onUploaded(4_000);
            }
            last = sweep(true, 0);
            assertThat(last).isEqualTo(Finding.FINE);
        }
    }

    @Test
    void upload_thatTheGatewayHoldsBack_isNeverFound() {
        for (int i = 0; i < 1_000; i++) {
            rateCheck.onUploadHeldBack();
            assertThat(sweep(true, 0)).isEqualTo(Finding.FINE);
        }
        for (int i = 0; i < 1_000; i++) {
            assertThat(sweep(false, 0)).isEqualTo(Finding.FINE);
        }
    }

    @Test
    void upload_thatIsAwaitedOnlyAtSweeps_isNeverFound() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(sweep(i % 2 == 0, 0)).isEqualTo(Finding.FINE);
        }
    }

    @Test
    void timeForTheGatewayInBetween_isNotTheClients() {
        assertThat(uploads(10, 12)).isEqualTo(Finding.FINE);
        for (int i = 0; i < 100; i++) {
            sweep(false, 0);
        }
        assertThat(uploads(10, 2)).isEqualTo(Finding.FINE);

        assertThat(uploads(10, 10)).isEqualTo(Finding.SLOW_UPLOAD);
    }

    /** There is always more to take than the client takes. */
    private Finding takes(int bytesPerSweep, int sweeps, ProxyOptions options) {
        long pending = 1_000_000_000;
        rateCheck.onWritten((int) pending);
        Finding last = Finding.FINE;
        for (int i = 0; i < sweeps && last == Finding.FINE; i++) {
            pending -= bytesPerSweep;
            last = sweep(false, pending, options);
        }
        return last;
    }

    @Test
    void reader_atTheLeastRate_goesOn() {
        assertThat(takes(250, 200, OPTIONS)).isEqualTo(Finding.FINE);
    }

    @Test
    void reader_belowTheLeastRate_isFound() {
        assertThat(takes(249, 200, OPTIONS)).isEqualTo(Finding.SLOW_READER);
    }

    @Test
    void reader_belowNoLeastRate_goesOnAsLongAsItTakesAnything() {
        assertThat(takes(1, 1_000, options(0))).isEqualTo(Finding.FINE);
    }

    @Test
    void reader_thatTakesNothing_isFoundAfterTheIdleTimeout() {
        assertThat(takes(0, 240, options(0))).isEqualTo(Finding.FINE);
        assertThat(sweep(false, 1_000_000_000, options(0))).isEqualTo(Finding.FINE);

        assertThat(sweep(false, 1_000_000_000, options(0))).isEqualTo(Finding.SLOW_READER);
    }

    @Test
    void reader_whoseProgressIsUnseen_goesOnAsLongAsTheKernelSends() {
        stats.sends = true;
        assertThat(takes(0, 1_000, options(0))).isEqualTo(Finding.FINE);
        stats.sends = false;

        assertThat(takes(0, 300, options(0))).isEqualTo(Finding.SLOW_READER);
    }

    @Test
    void reader_isGrantedWhatTheKernelMayHaveSentUnseen_andNoMore() {
        stats.unseenBytes = 10_000;
        stats.sends = true;
        assertThat(takes(0, 40, OPTIONS)).isEqualTo(Finding.FINE);

        assertThat(sweep(false, 1_000_000_000)).isEqualTo(Finding.FINE);
        assertThat(sweep(false, 1_000_000_000)).isEqualTo(Finding.SLOW_READER);
    }

    @Test
    void reader_thatIsSeenInRareSteps_isJudgedByItsAverage() {
        stats.unseenBytes = 100_000;
        stats.sends = true;
        long pending = 1_000_000_000;
        rateCheck.onWritten((int) pending);
        for (int i = 0; i < 4_000; i++) {
            if (i % 400 == 0) {
                pending -= 100_000;
            }
            assertThat(sweep(false, pending)).isEqualTo(Finding.FINE);
        }
    }

    @Test
    void reader_thatTakesAllThereIs_goesOn_howeverLittleTheGatewaySends() {
        for (int i = 0; i < 1_000; i++) {
            // One byte lay ready and was taken; by the sweep another one has come.
            rateCheck.onWritten(1);
            assertThat(sweep(false, 1)).isEqualTo(Finding.FINE);
        }
    }

    @Test
    void timeInWhichTheProcessStoodStill_isNotTheClients() {
        rateCheck.onUploaded(1);
        assertThat(sweep(true, 0)).isEqualTo(Finding.FINE);
        assertThat(sweep(true, 0)).isEqualTo(Finding.FINE);
        nowNanos += 3_600 * SECOND;

        assertThat(sweep(true, 0)).isEqualTo(Finding.FINE);
    }
}
