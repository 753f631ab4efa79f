package dev.sluice.benchmarks.flash;

import dev.sluice.benchmarks.bed.S3RequestHeaders;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Sends HEAD requests at a rate, evenly in time and over the sidecars, on connections that are open already. It does not wait
 * for responses, unless all connections of a sidecar wait for one.
 */
final class FlashLoad implements AutoCloseable {
    private static final int CONNECTIONS_PER_SIDECAR = 32;
    private static final int READ_BYTES = 64 * 1024;
    private static final int HEAD_END = '\r' << 24 | '\n' << 16 | '\r' << 8 | '\n';

    private final Selector selector;
    private final List<Deque<Connection>> idle = new ArrayList<>();
    private final ByteBuffer in = ByteBuffer.allocate(READ_BYTES);
    private final byte[] request;
    private long responses;

    private static final class Connection {
        final SocketChannel channel;
        final int sidecar;
        int last;

        Connection(SocketChannel channel, int sidecar) {
            this.channel = channel;
            this.sidecar = sidecar;
        }
    }

    private FlashLoad(Selector selector) {
        this.selector = selector;
        StringBuilder head = new StringBuilder("HEAD /" + S3RequestHeaders.BUCKET + "/object HTTP/1.1\r\n");
        S3RequestHeaders.headers(S3RequestHeaders.ADMITTED_KEY)
                .forEach((name, value) ->
                        head.append(name).append(": ").append(value).append("\r\n"));
        request = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Connects to all sidecars. */
    static FlashLoad connect(List<String> sidecars) throws IOException {
        FlashLoad load = new FlashLoad(Selector.open());
        for (int i = 0; i < sidecars.size(); i++) {
            String address = sidecars.get(i);
            int colon = address.lastIndexOf(':');
            InetSocketAddress to =
                    new InetSocketAddress(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
            load.idle.add(new ArrayDeque<>());
            for (int c = 0; c < CONNECTIONS_PER_SIDECAR; c++) {
                SocketChannel channel = SocketChannel.open(to);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.configureBlocking(false);
                Connection connection = new Connection(channel, i);
                channel.register(load.selector, SelectionKey.OP_READ, connection);
                load.idle.get(i).add(connection);
            }
        }
        return load;
    }

    /**
     * Sends requests for that long.
     *
     * @return how many were sent
     */
    long run(double requestsPerSecond, long nanos) throws IOException {
        long start = System.nanoTime();
        long sent = 0;
        long answeredBefore = responses;
        for (long now = start; now - start < nanos; now = System.nanoTime()) {
            long due = (long) ((now - start) * 1e-9 * requestsPerSecond) + 1;
            boolean isBusy = false;
            while (sent < due && !isBusy) {
                // A sidecar whose connections are all waiting keeps its turn: the rate falls for all alike.
                Connection connection = idle.get((int) (sent % idle.size())).poll();
                isBusy = connection == null;
                if (connection != null) {
                    send(connection);
                    sent++;
                }
            }
            receive(1);
        }
        long end = System.nanoTime();
        while (responses - answeredBefore < sent && System.nanoTime() - end < nanos) {
            receive(10);
        }
        return sent;
    }

    private void send(Connection connection) throws IOException {
        ByteBuffer out = ByteBuffer.wrap(request);
        while (out.hasRemaining()) {
            connection.channel.write(out);
        }
    }

    private void receive(long waitMillis) throws IOException {
        selector.select(
                key -> {
                    try {
                        read((Connection) key.attachment());
                    } catch (IOException e) {
                        throw new IllegalStateException("a sidecar has closed a connection", e);
                    }
                },
                waitMillis);
    }

    private void read(Connection connection) throws IOException {
        in.clear();
        if (connection.channel.read(in) < 0) {
            throw new IOException("end of stream");
        }
        in.flip();
        while (in.hasRemaining()) {
            connection.last = connection.last << 8 | (in.get() & 0xff);
            if (connection.last == HEAD_END) {
                responses++;
                idle.get(connection.sidecar).add(connection);
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }
}
