package dev.sluice.proxy.testing;

import dev.sluice.limits.admission.Verdict;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.Scope;
import dev.sluice.proxy.course.CourseListener;
import dev.sluice.proxy.downstream.ConnectionLimit;
import dev.sluice.proxy.downstream.DownstreamConnection;
import dev.sluice.proxy.downstream.DownstreamLoop;
import dev.sluice.proxy.downstream.ProxyOptions;
import dev.sluice.proxy.gate.Gate;
import dev.sluice.proxy.gate.GateDecision;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.loop.DrainState;
import dev.sluice.proxy.loop.LoopContext;
import dev.sluice.proxy.loop.PlainConnectionCloser;
import dev.sluice.proxy.loop.ProxyCounters;
import dev.sluice.proxy.loop.Transport;
import dev.sluice.proxy.testing.StrictUpstream.Seen;
import dev.sluice.proxy.upstream.GatewayAddresses;
import dev.sluice.proxy.upstream.UpstreamConnection;
import dev.sluice.proxy.upstream.UpstreamOptions;
import dev.sluice.proxy.upstream.UpstreamPool;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;

/**
 * The connections of the request path with all that they do, between a client and gateways that are no sockets: fast, on
 * one thread, and what happens when is decided by a number. The client sends some bytes, cut anywhere; gateways answer
 * each whole request, or, as they may, one that isn't at its end. Then another client sends a request, which shows what
 * the first one has left on the gateways' connections.
 */
public final class SocketlessPath implements AutoCloseable {
    public static final String CLIENT = "203.0.113.7";
    /** The header that identifies a response. */
    public static final String NUMBER = "x-nr: ";

    public static final String LAST_REQUEST = "GET /last HTTP/1.1\r\nHost: last\r\n\r\n";

    private static final int HEAD_BYTES_MAX = 4096;
    private static final long SECOND = 1_000_000_000L;
    /** One in use, one to be taken in its place, and one more. */
    private static final int GATEWAYS = 3;

    private static final ProxyOptions OPTIONS = new ProxyOptions(
            new InetSocketAddress(0),
            GatewayAddresses.of(() -> new InetSocketAddress(0)),
            1,
            HEAD_BYTES_MAX,
            SECOND,
            SECOND,
            SECOND,
            SECOND,
            SECOND);
    private static final GateDecision REJECT = new GateDecision.Reject(
            new Verdict.Rejected(
                    Scope.USER, "alice", Dimension.READ_OPS, Limit.perSecond(200, MeterAlgorithm.WINDOW), 700_000_000L),
            "b");

    /** What the proxy refuses: that the head has been read goes for it as for others. */
    public static boolean isRefused(String target) {
        return target.contains("refuse");
    }

    private final UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(true, true);
    private final Random random;
    private final boolean eager;
    private final ClientSide first;
    private final ClientSide last;
    private final LoopContext loop;
    private final UpstreamPool pool;
    private final DownstreamLoop clients;
    private final List<GatewaySide> gateways = new ArrayList<>();
    private final List<Seen> whole = new ArrayList<>();

    /**
     * Runs it to its end.
     *
     * @param schedule 0: all at once and in order; else cuts and order are drawn from it
     */
    public SocketlessPath(byte[] stream, int schedule) {
        this.random = new Random(schedule);
        this.eager = schedule == 0;
        Gate gate = (head, ticket, nowNanos) -> isRefused(target(head)) ? REJECT : GateDecision.Forward.CHARGED;
        EmbeddedChannel any = new EmbeddedChannel();
        loop = new LoopContext(any.eventLoop(), () -> 0, Transport.NIO, new ProxyCounters());
        DrainState drain = new DrainState();
        pool = new UpstreamPool(
                loop,
                drain,
                new UpstreamOptions(OPTIONS.upstream(), SECOND, SECOND),
                Optional.empty(),
                Transport.NIO.newBootstrap().group(any.eventLoop()),
                memory);
        clients = new DownstreamLoop(loop, drain, OPTIONS, gate, new ConnectionLimit(16), pool, CourseListener.NONE);
        first = new ClientSide(stream);
        last = new ClientSide(LAST_REQUEST.getBytes(StandardCharsets.US_ASCII));
        addGateways();
        run(first);
        run(last);
    }

    private static String target(RequestHead head) {
        int from = head.targetStart();
        return new String(head.bytes(), from, head.targetEnd() - from, StandardCharsets.ISO_8859_1);
    }

    /** Whole requests that gateways got, in their order. */
    public List<Seen> whole() {
        return whole;
    }

    /** All that each gateway connection got. */
    public List<String> received() {
        return gateways.stream().map(gateway -> gateway.channel.output()).toList();
    }

    /** What gateway connections got after their last whole request. */
    public List<String> remains() {
        return gateways.stream()
                .map(gateway -> gateway.channel.output().substring(gateway.parsed))
                .filter(rest -> !rest.isEmpty())
                .toList();
    }

    /** What the client got. */
    public String answers() {
        return first.channel.output();
    }

    /** What the other client got. */
    public String lastAnswer() {
        return last.channel.output();
    }

    /** Memory that was not given back; to be asked after the end. */
    public long leakedBytes() {
        return memory.metric().usedDirectMemory() + memory.metric().usedHeapMemory();
    }

    @Override
    public void close() {
        first.channel.close();
        last.channel.close();
        gateways.forEach(gateway -> gateway.channel.close());
    }

    private void run(ClientSide client) {
        BooleanSupplier[] steps = {client::send, this::answer, () -> stall(client)};
        boolean moved = true;
        while (moved) {
            moved = false;
            int start = eager ? 0 : random.nextInt(steps.length);
            for (int i = 0; i < steps.length && !moved; i++) {
                moved = steps[(start + i) % steps.length].getAsBoolean();
            }
        }
        client.connection.onInputShutdown();
    }

    /** A gateway responds to what it has received. */
    private boolean answer() {
        for (GatewaySide gateway : gateways) {
            if (gateway.channel.isActive() && gateway.channel.output().length() > gateway.parsed) {
                String rest = gateway.channel.output().substring(gateway.parsed);
                Seen seen = StrictUpstream.first(rest);
                if (seen != null) {
                    gateway.parsed += seen.head().length() + seen.body().length();
                    gateway.send("200 OK", seen.head().startsWith("HEAD "), whole.size());
                    whole.add(seen);
                    return true;
                }
                if (!eager && rest.contains("\r\n\r\n") && random.nextInt(8) == 0) {
                    gateway.sendEarly(rest.startsWith("HEAD "));
                    return true;
                }
            }
        }
        return false;
    }

    /** Nothing goes out for a moment, to a gateway or to the client, and then it does again. */
    private boolean stall(ClientSide client) {
        if (eager || random.nextInt(4) > 0) {
            return false;
        }
        ReadOnDemandChannel wire =
                random.nextBoolean() ? client.channel : gateways.get(random.nextInt(gateways.size())).channel;
        wire.setWritable(false);
        boolean moved = random.nextBoolean() ? client.send() : answer();
        wire.setWritable(true);
        return moved;
    }

    /** In place of connecting: the pool always has some that wait. */
    private void addGateways() {
        long open =
                gateways.stream().filter(gateway -> gateway.channel.isActive()).count();
        for (long i = open; i < GATEWAYS; i++) {
            GatewaySide gateway = new GatewaySide();
            gateways.add(gateway);
            gateway.connection.giveBack();
        }
    }

    private final class ClientSide {
        private final ReadOnDemandChannel channel =
                new ReadOnDemandChannel(memory, this::onClosed, this::onWritabilityChanged);
        private final DownstreamConnection connection;
        private final byte[] stream;
        private int sent;

        ClientSide(byte[] stream) {
            this.stream = stream.clone();
            connection = clients.newConnection(channel, new PlainConnectionCloser(channel));
            connection.onOpen();
        }

        /** Sends some more, if anybody reads. */
        boolean send() {
            if (sent == stream.length || !channel.takesRead()) {
                return false;
            }
            int length = eager ? stream.length - sent : 1 + random.nextInt(stream.length - sent);
            ByteBuf piece = channel.alloc().directBuffer(length).writeBytes(stream, sent, length);
            sent += length;
            connection.onRead(piece);
            addGateways();
            return true;
        }

        private void onClosed() {
            connection.onClosed();
        }

        private void onWritabilityChanged() {
            connection.onWritabilityChanged();
        }
    }

    private final class GatewaySide {
        private final ReadOnDemandChannel channel =
                new ReadOnDemandChannel(memory, this::onClosed, this::onWritabilityChanged);
        private final UpstreamConnection connection;
        private int parsed;

        GatewaySide() {
            connection = new UpstreamConnection(loop, pool, channel);
        }

        void sendEarly(boolean toHead) {
            switch (random.nextInt(3)) {
                case 0 -> send("HTTP/1.1 100 Continue\r\n\r\n");
                case 1 -> send("200 OK", toHead, -1);
                default -> send("403 Forbidden", toHead, -1);
            }
        }

        /** @param number of a whole request, or -1 */
        void send(String status, boolean toHead, int number) {
            send("HTTP/1.1 " + status + "\r\nContent-Length: 2\r\n" + NUMBER + number + "\r\n\r\n"
                    + (toHead ? "" : "ok"));
        }

        private void send(String answer) {
            byte[] bytes = answer.getBytes(StandardCharsets.US_ASCII);
            int cut = eager ? bytes.length : 1 + random.nextInt(bytes.length);
            read(bytes, 0, cut);
            if (channel.isActive()) {
                read(bytes, cut, bytes.length);
            }
            addGateways();
        }

        private void read(byte[] bytes, int from, int to) {
            if (from < to) {
                ByteBuf piece = channel.alloc().directBuffer(to - from).writeBytes(bytes, from, to - from);
                connection.onRead(piece);
                connection.onReadComplete();
            }
        }

        private void onClosed() {
            connection.onClosed();
        }

        private void onWritabilityChanged() {
            connection.onWritabilityChanged();
        }
    }
}
