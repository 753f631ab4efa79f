package dev.sluice.proxy.loop;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/**
 * Determines the size of the reads of one connection: small at first, then as large as the body comes, within the
 * {@link ReadBudget} and a bound that may change with each read. Belongs to the connection's event loop.
 */
public final class ReadSizes implements RecvByteBufAllocator {
    private final ReadBudget budget;
    private final RecvByteBufAllocator adaptive;
    private int bytesMax = Integer.MAX_VALUE;

    ReadSizes(ReadBudget budget, RecvByteBufAllocator adaptive) {
        this.budget = budget;
        this.adaptive = adaptive;
    }

    /** Makes and installs the sizes for a channel that has read nothing yet. */
    public static ReadSizes of(Channel channel) {
        ReadSizes sizes = Transport.readSizes();
        channel.config().setRecvByteBufAllocator(sizes);
        return sizes;
    }

    /** Bounds the reads from now on. */
    public void atMost(long bytes) {
        bytesMax = (int) Math.min(bytes, Integer.MAX_VALUE);
    }

    @Override
    @SuppressWarnings("deprecation") // of the interface; it is what channels ask for
    public Handle newHandle() {
        return new SizesHandle((ExtendedHandle) adaptive.newHandle());
    }

    @SuppressWarnings("deprecation") // of the interface; it is what channels ask for
    private final class SizesHandle extends DelegatingHandle implements ExtendedHandle {
        private final ExtendedHandle guesses;

        SizesHandle(ExtendedHandle guesses) {
            super(guesses);
            this.guesses = guesses;
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            return allocator.ioBuffer(guess());
        }

        @Override
        public int guess() {
            return budget.grant(Math.min(guesses.guess(), bytesMax));
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier maybeMoreData) {
            return guesses.continueReading(maybeMoreData);
        }
    }
}
