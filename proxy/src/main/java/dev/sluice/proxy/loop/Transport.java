package dev.sluice.proxy.loop;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.EpollTcpInfo;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.internal.PlatformDependent;

/** Native epoll where there is one, NIO elsewhere. */
public enum Transport {
    EPOLL(EpollServerSocketChannel.class, EpollSocketChannel.class),
    NIO(NioServerSocketChannel.class, NioSocketChannel.class);

    private static final ReadBudget READS =
            new ReadBudget(directBytes(), PooledByteBufAllocator.DEFAULT::pinnedDirectMemory);
    private static final long UNSENT_BYTES = 512 * 1024;
    private static final long NANOS_PER_MILLI = 1_000_000L;
    private static final SocketStats NIO_STATS = new SocketStats() {
        /** The most that Linux takes for a connection unless it is told otherwise. */
        @Override
        public long unseenBytes() {
            return 4L << 20;
        }

        @Override
        public long lastSentMillis() {
            return 0;
        }
    };

    private final Class<? extends ServerChannel> serverChannel;
    private final Class<? extends Channel> socketChannel;

    Transport(Class<? extends ServerChannel> serverChannel, Class<? extends Channel> socketChannel) {
        this.serverChannel = serverChannel;
        this.socketChannel = socketChannel;
    }

    /** The best one here. */
    public static Transport best() {
        return Epoll.isAvailable() ? EPOLL : NIO;
    }

    /** Threads that end with the process. */
    public EventLoopGroup newGroup(int threads, String name) {
        DefaultThreadFactory factory = new DefaultThreadFactory(name, true);
        return this == EPOLL
                ? new EpollGroup(threads, factory)
                : new MultiThreadIoEventLoopGroup(threads, factory, NioIoHandler.newFactory());
    }

    public Class<? extends ServerChannel> serverChannel() {
        return serverChannel;
    }

    /** For one connection; up to 1 MiB a read, as long as there is room. */
    static ReadSizes readSizes() {
        return READS.readSizes();
    }

    /** With more than that to be written, a channel is given no more until it is half gone. */
    public static WriteBufferWaterMark writeMarks() {
        return new WriteBufferWaterMark(ReadBudget.highWatermark() / 2, ReadBudget.highWatermark());
    }

    /** How much direct memory this process may take for buffers. */
    public static long directBytes() {
        long bytes = PlatformDependent.maxDirectMemory();
        return bytes > 0 ? bytes : Runtime.getRuntime().maxMemory();
    }

    /**
     * Keeps the kernel from taking more of an answer than it can send soon. Else it takes up to 4 MiB for each client
     * that reads slowly: memory that no bound of this process sees, and behind which it can't see the client read.
     */
    public void boundUnsent(ServerBootstrap bootstrap) {
        if (this == EPOLL) {
            bootstrap.childOption(EpollChannelOption.TCP_NOTSENT_LOWAT, UNSENT_BYTES);
        }
    }

    /** What the kernel knows about sending on a client's connection. */
    public SocketStats socketStats(Channel channel) {
        return this == EPOLL && channel instanceof EpollSocketChannel socket ? new EpollStats(socket) : NIO_STATS;
    }

    private record EpollStats(EpollSocketChannel socket) implements SocketStats {
        @Override
        public long unseenBytes() {
            return UNSENT_BYTES;
        }

        @Override
        public long lastSentMillis() {
            if (!socket.isOpen()) {
                return 0;
            }
            EpollTcpInfo info = socket.tcpInfo();
            // What is sent again and again to a client that is gone is not sent.
            return info.retransmits() > 0 ? 0 : System.nanoTime() / NANOS_PER_MILLI - info.lastDataSent();
        }
    }

    /** A bootstrap of outgoing connections. */
    public Bootstrap newBootstrap() {
        return new Bootstrap().channel(socketChannel);
    }

    /**
     * Has the kernel acknowledge what was just read at once. Linux forgets it after a while, so it is set again after
     * each read that did not bring the whole answer: a radosgw without {@code tcp_nodelay} holds the rest of a small
     * answer back until what it sent first is acknowledged. After a whole answer it would cost a packet for nothing.
     */
    public void acknowledgeAtOnce(Channel channel) {
        if (this == EPOLL) {
            channel.config().setOption(EpollChannelOption.TCP_QUICKACK, true);
        }
    }
}
