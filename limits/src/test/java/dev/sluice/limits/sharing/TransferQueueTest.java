package dev.sluice.limits.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.pacing.TransferChunks;
import org.junit.jupiter.api.Test;

class TransferQueueTest {
    private static final int QUANTUM = 64 * 1024;

    /** A queue of a node whose share is that much, and which has nothing saved up but a quantum. */
    private static TransferQueue queue(double sharePerSecond) {
        TransferQueue queue = new TransferQueue();
        queue.updateShare(QUANTUM, sharePerSecond, sharePerSecond);
        queue.flowIn(0, 0, sharePerSecond);
        return queue;
    }

    @Test
    void transfersThatStartAtOnce_waitInALineOfOneRound() {
        TransferQueue queue = queue(1_000_000);

        assertThat(lineOf(20, queue)).isLessThan(100_000 + QUANTUM + 20 * TransferChunks.CHUNK_BYTES_MIN);
    }

    private static long lineOf(int transfers, TransferQueue queue) {
        long line = 0;
        for (int i = 0; i < transfers; i++) {
            int chunk = queue.chunkBytes();
            queue.reserve(chunk);
            line += chunk;
        }
        return line;
    }

    @Test
    void lineIsNoLonger_whileOthersLeaveThisNodeMore() {
        TransferQueue queue = new TransferQueue();
        queue.updateShare(QUANTUM, 8_000_000, 1_000_000);
        queue.flowIn(0, 0, 16_000_000);

        // What half of the least share serves in 0.2 s, behind what is saved up.
        assertThat(lineOf(10, queue)).isLessThan(100_000 + QUANTUM + 10 * (16_000_000 / 2_048));
    }

    @Test
    void chunksOfMany_areNoSmallerThanWhatIsWorthARead() {
        TransferQueue queue = new TransferQueue();
        queue.updateShare(QUANTUM, 100_000_000, 1_000_000);
        queue.flowIn(0, 0, 100_000_000);
        lineOf(100, queue);

        assertThat(queue.chunkBytes()).isBetween(40_000, QUANTUM);
    }

    @Test
    void chunksOfAllThatWait_becomeEqual() {
        TransferQueue queue = queue(1_000_000);
        int[] chunks = new int[5];
        long[] places = new long[chunks.length];
        for (int i = 0; i < chunks.length; i++) {
            chunks[i] = queue.chunkBytes();
            places[i] = queue.reserve(chunks[i]);
        }

        for (int round = 0; round < 10; round++) {
            for (int i = 0; i < chunks.length; i++) {
                while (!queue.isServed(places[i])) {
                    queue.flowIn(1_000, 0, 1_000_000);
                }
                queue.leave();
                chunks[i] = queue.chunkBytes();
                places[i] = queue.reserve(chunks[i]);
            }
        }

        for (int chunk : chunks) {
            assertThat(chunk).isBetween(13_000, 22_000);
        }
    }

    @Test
    void placeThatIsGivenUp_letsThoseBehindMoveUp() {
        TransferQueue queue = queue(1_000_000);
        queue.deferCharge(QUANTUM);
        queue.reserve(QUANTUM);
        long behind = queue.reserve(QUANTUM);
        assertThat(queue.isServed(behind)).isFalse();

        queue.refund(QUANTUM);
        queue.leave();
        queue.deferCharge(100 * QUANTUM);
        queue.flowIn(3 * QUANTUM, 0, 1_000_000);

        assertThat(queue.isServed(behind)).isTrue();
    }

    @Test
    void smallBodies_deferAQuarterOfASecondOfASmallShare() {
        double share = 200_000;
        TransferQueue queue = queue(share);
        for (int i = 0; i < 100; i++) {
            queue.endBody(2_048);
        }

        long moved = 0;
        while (queue.isOpen()) {
            queue.deferCharge(2_048);
            moved += 2_048;
        }

        assertThat((double) moved).isBetween(0.2 * share, 0.3 * share + QUANTUM);
    }
}
