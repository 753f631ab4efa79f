package dev.sluice.proxy.loop;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.EpollTcpInfo;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.internal.PlatformDependent;

/** The kind of sockets and event loops: native epoll where there is one, otherwise NIO. */
public enum Transport {
    EPOLL(EpollServerSocketChannel.class, EpollSocketChannel.class),
    NIO(NioServerSocketChannel.class, NioSocketChannel.class);

    private static final ReadBudget READS =
            new ReadBudget(directBytes(), PooledByteBufAllocator.DEFAULT::pinnedDirectMemory);
    private static final long UNSENT_BYTES = 512 * 1024;
    private static final long NANOS_PER_MILLI = 1_000_000L;
    /** States of a connection in the kernel. */
    private static final int TCP_CLOSE = 7;

    private static final int TCP_CLOSE_WAIT = 8;
    private static final SocketStats NIO_STATS = new SocketStats() {
        /** The largest send buffer of Linux by default. */
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

    /** Event loops on daemon threads. */
    public EventLoopGroup newGroup(int threads, String name) {
        DefaultThreadFactory factory = new DefaultThreadFactory(name, true);
        IoHandlerFactory handlers = this == EPOLL ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        return new MultiThreadIoEventLoopGroup(threads, factory, handlers);
    }

    public Class<? extends ServerChannel> serverChannel() {
        return serverChannel;
    }

    /** For one connection: up to 1 MiB a read, as long as the budget has room. */
    static ReadSizes readSizes() {
        return READS.readSizes();
    }

    /** Above the high mark nothing more is written to a channel, until it has sunk to the low mark. */
    public static WriteBufferWaterMark writeMarks() {
        return new WriteBufferWaterMark(ReadBudget.highWatermark() / 2, ReadBudget.highWatermark());
    }

    /** How much direct memory this process may take for buffers. */
    public static long directBytes() {
        long bytes = PlatformDependent.maxDirectMemory();
        return bytes > 0 ? bytes : Runtime.getRuntime().maxMemory();
    }

    /**
     * Keeps the kernel from taking more of a response than it can send soon. Otherwise it buffers up to 4 MiB for each
     * client that reads slowly. No bound of this process covers that memory, and it hides how fast the client reads.
     */
    public void boundUnsent(ServerBootstrap bootstrap) {
        if (this == EPOLL) {
            bootstrap.childOption(EpollChannelOption.TCP_NOTSENT_LOWAT, UNSENT_BYTES);
        }
    }

    /** What the kernel knows about a client's connection. */
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
            // Retransmissions to a client that is gone do not count as sent.
            return info.retransmits() > 0 ? 0 : System.nanoTime() / NANOS_PER_MILLI - info.lastDataSent();
        }

        @Override
        public boolean hasPeerShutDown() {
            if (!socket.isOpen()) {
                return true;
            }
            int state = socket.tcpInfo().state();
            return state == TCP_CLOSE || state == TCP_CLOSE_WAIT;
        }
    }

    /** A bootstrap of outgoing connections. */
    public Bootstrap newBootstrap() {
        return new Bootstrap().channel(socketChannel);
    }

    /**
     * Has the kernel acknowledge the last read at once. A radosgw without {@code tcp_nodelay} keeps the rest of a small
     * response back until the first part is acknowledged. Linux resets this option after a while, so it is set again
     * after each read that did not bring the whole response. After a whole response it would only cost a packet.
     */
    public void acknowledgeAtOnce(Channel channel) {
        if (this == EPOLL) {
            channel.config().setOption(EpollChannelOption.TCP_QUICKACK, true);
        }
    }
}
