package dev.sluice.proxy.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InputBufferTest {
    private static final ByteBufAllocator ALLOCATOR = PooledByteBufAllocator.DEFAULT;

    @Test
    void whatGoesIn_comesOutInOrder_howeverItIsCut() {
        Random random = new Random(5);
        byte[] all = new byte[200_000];
        random.nextBytes(all);
        InputBuffer inbox = new InputBuffer();
        int added = 0;
        int taken = 0;
        ByteBuf held = ALLOCATOR.directBuffer(0);

        while (taken < all.length) {
            if (added < all.length && random.nextInt(3) > 0) {
                int piece = Math.min(1 + random.nextInt(3000), all.length - added);
                inbox.add(ALLOCATOR.directBuffer(piece).writeBytes(all, added, piece), ALLOCATOR);
                added += piece;
            } else if (!inbox.isEmpty()) {
                int piece = 1 + random.nextInt(inbox.size());
                // It was held all the while, as by a socket that does not take it.
                assertThat(bytesOf(held)).isEqualTo(Arrays.copyOfRange(all, taken - held.readableBytes(), taken));
                held.release();
                held = inbox.take(piece);
                taken += piece;
            }
        }

        assertThat(bytesOf(held)).isEqualTo(Arrays.copyOfRange(all, taken - held.readableBytes(), taken));
        held.release();
        assertThat(inbox.isEmpty()).isTrue();
        inbox.clear();
    }

    @Test
    void inboxThatIsNeverEmpty_holdsNoMoreThanWhatIsInIt() {
        InputBuffer inbox = new InputBuffer();
        inbox.add(ALLOCATOR.directBuffer(10).writeZero(10), ALLOCATOR);

        for (int i = 0; i < 1000; i++) {
            inbox.add(ALLOCATOR.directBuffer(1000).writeZero(1000), ALLOCATOR);
            inbox.skip(400);
            inbox.take(600).release();
        }

        assertThat(inbox.size()).isEqualTo(10);
        assertThat(inbox.view().capacity()).isLessThan(4000);
        inbox.clear();
    }

    @Test
    void piecesOfOneRead_areJoinedInOneBuffer() {
        InputBuffer inbox = new InputBuffer();
        inbox.add(ALLOCATOR.directBuffer(1000).writeZero(1000), ALLOCATOR);
        inbox.add(ALLOCATOR.directBuffer(1000).writeZero(1000), ALLOCATOR);
        ByteBuf joined = inbox.view();

        for (int i = 0; i < 100; i++) {
            inbox.add(ALLOCATOR.directBuffer(1000).writeZero(1000), ALLOCATOR);
        }

        assertThat(inbox.view()).isSameAs(joined);
        assertThat(inbox.size()).isEqualTo(102_000);
        inbox.clear();
    }

    private static byte[] bytesOf(ByteBuf buffer) {
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.getBytes(buffer.readerIndex(), bytes);
        return bytes;
    }
}
