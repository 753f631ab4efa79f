package dev.sluice.proxy.quota.forward;

import dev.sluice.proxy.loop.Transport;
import dev.sluice.proxy.quota.http.QuotaResponse;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Kept connections to other nodes. Each has one request at a time, so that a response belongs to the only request that it can
 * belong to. One event loop owns all of them; other threads hand it calls. Bounds: {@value #CONNECTIONS_MAX} connections to a
 * node, {@value #CALLS_MAX} calls and 32 MiB of bodies under way; what exceeds them fails at once.
 */
public final class NodeConnections implements NodeSender, AutoCloseable {
    static final int CONNECTIONS_MAX = 32;
    static final int CALLS_MAX = 4096;
    private static final long BODY_BYTES_MAX = 32L << 20;
    private static final int RESPONSE_BYTES_MAX = 16 << 20;
    private static final int HEAD_BYTES_MAX = 16 * 1024;
    private static final int CONNECT_MILLIS_MAX = 1_000;
    private static final long SWEEP_MILLIS = 1_000;

    private final Transport transport;
    private final Optional<NodeTls> tls;
    private final EventLoopGroup group;
    private final EventLoop loop;
    private final Map<RoleNode, NodePool> pools = new HashMap<>();
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicLong bodyBytes = new AtomicLong();

    /**
     * Without connections.
     *
     * @param tls for nodes that have it; empty: they can't be connected to
     */
    public NodeConnections(Transport transport, Optional<NodeTls> tls) {
        this.transport = transport;
        this.tls = tls;
        this.group = transport.newGroup(1, "quota-forward");
        this.loop = group.next();
        var unused = loop.scheduleWithFixedDelay(this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public CompletableFuture<QuotaResponse> send(RoleNode to, ForwardRequest request, long timeoutNanos) {
        CompletableFuture<QuotaResponse> response = new CompletableFuture<>();
        boolean areTooMany = calls.incrementAndGet() > CALLS_MAX;
        if (bodyBytes.addAndGet(request.body().length) > BODY_BYTES_MAX || areTooMany) {
            release(request);
            response.completeExceptionally(new ForwardFailure(false, "too many calls are under way"));
            return response;
        }
        PendingCall call = new PendingCall(request, response);
        response.whenComplete((answer, failure) -> release(request));
        try {
            loop.execute(() -> begin(to, call, timeoutNanos));
        } catch (RejectedExecutionException e) {
            call.fail("this node ends");
        }
        return response;
    }

    private void release(ForwardRequest request) {
        calls.decrementAndGet();
        bodyBytes.addAndGet(-request.body().length);
    }

    private void begin(RoleNode to, PendingCall call, long timeoutNanos) {
        NodePool pool = pools.computeIfAbsent(to, node -> new NodePool(this, node));
        var timer = loop.schedule(() -> call.expire(), timeoutNanos, TimeUnit.NANOSECONDS);
        call.onEnd(() -> timer.cancel(false));
        pool.start(call);
    }

    private void sweep() {
        long nowNanos = System.nanoTime();
        pools.values().forEach(pool -> pool.closeIdle(nowNanos));
        pools.values().removeIf(NodePool::isUnused);
    }

    // ---- for the pools, on the loop ----

    /** Connects; the name is resolved on another thread. Completes on the loop. */
    void connect(RoleNode to, NodePool pool) {
        if (to.hasTls() && tls.isEmpty()) {
            pool.notConnected("it has TLS, and this node has no quota.tls.ca-file");
            return;
        }
        String host = to.address().host();
        CompletableFuture<InetAddress> address = isLiteral(host)
                ? CompletableFuture.completedFuture(resolved(host))
                : CompletableFuture.supplyAsync(() -> resolved(host));
        address.whenComplete((found, failure) -> onLoop(() -> {
            if (found == null) {
                pool.notConnected("its host " + host + " can't be resolved");
            } else {
                connect(to, new InetSocketAddress(found, to.address().port()), pool);
            }
        }));
    }

    private void onLoop(Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
        } else if (!loop.isShuttingDown()) {
            loop.execute(task);
        }
    }

    private static boolean isLiteral(String host) {
        return host.indexOf(':') >= 0 || host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    }

    private static InetAddress resolved(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private void connect(RoleNode node, InetSocketAddress to, NodePool pool) {
        transport
                .newBootstrap()
                .group(loop)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS_MAX)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        if (node.hasTls()) {
                            tls.orElseThrow().addTo(channel, node.address());
                        }
                        channel.pipeline()
                                .addLast(new HttpClientCodec(HEAD_BYTES_MAX, HEAD_BYTES_MAX, HEAD_BYTES_MAX))
                                .addLast(new HttpObjectAggregator(RESPONSE_BYTES_MAX))
                                .addLast(new NodeChannelHandler(pool));
                    }
                })
                .connect(to)
                .addListener((ChannelFuture connected) -> {
                    if (connected.isSuccess()) {
                        pool.connected(connected.channel().pipeline().get(NodeChannelHandler.class));
                    } else {
                        pool.notConnected("it can't be connected to");
                    }
                });
    }

    /** Ends all connections; calls under way fail. */
    @Override
    public void close() {
        if (!loop.isShuttingDown()) {
            loop.submit(() -> pools.values().forEach(NodePool::close)).awaitUninterruptibly();
        }
        group.shutdownGracefully(0, 1_000, TimeUnit.MILLISECONDS);
    }
}
