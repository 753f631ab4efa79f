package dev.sluice.it.harness.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Forwards TCP connections to another address, in each direction at once or with a delay. */
public final class TcpForwarder implements AutoCloseable {
    private static final int CHUNK_BYTES = 65_536;
    private static final int BACKLOG = 64;

    private final ServerSocket door;
    private final InetSocketAddress target;
    private final long delayMillis;
    /** A single thread, so that delayed bytes stay in order. */
    private final ScheduledExecutorService late = Executors.newSingleThreadScheduledExecutor(run -> {
        var thread = new Thread(run, "forward-late");
        thread.setDaemon(true);
        return thread;
    });

    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private TcpForwarder(ServerSocket door, InetSocketAddress target, long delayMillis) {
        this.door = door;
        this.target = target;
        this.delayMillis = delayMillis;
    }

    /** Listens on a host and port; 0: a port chosen by the system. */
    public static TcpForwarder start(String host, int port, InetSocketAddress target, long delayMillis) {
        try {
            var forward =
                    new TcpForwarder(new ServerSocket(port, BACKLOG, InetAddress.getByName(host)), target, delayMillis);
            forward.background(forward::accept);
            return forward;
        } catch (IOException e) {
            throw new IllegalStateException("cannot listen on " + host, e);
        }
    }

    public static InetSocketAddress target(URI uri) {
        return new InetSocketAddress(uri.getHost(), uri.getPort());
    }

    public URI http() {
        return URI.create("http://" + door.getInetAddress().getHostAddress() + ":" + door.getLocalPort());
    }

    private interface Work {
        void run() throws IOException;
    }

    /** Ignores the end of a connection; both sides see it. */
    private void background(Work work) {
        var thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // The thread that works on the connection closes both sockets.
                    }
                },
                "forward");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() throws IOException {
        while (!closed) {
            var near = door.accept();
            open.add(near);
            background(() -> connect(near));
        }
    }

    private void connect(Socket near) throws IOException {
        var far = new Socket();
        open.add(far);
        try {
            far.connect(target);
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
        } catch (IOException e) {
            end(near, far);
            throw e;
        }
        if (closed) {
            end(near, far);
        }
        background(() -> pass(far, near));
        pass(near, far);
    }

    private void pass(Socket from, Socket to) throws IOException {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            var buffer = new byte[CHUNK_BYTES];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (delayMillis == 0) {
                    out.write(buffer, 0, n);
                } else {
                    writeLate(Arrays.copyOf(buffer, n), out, from, to);
                }
            }
        } finally {
            end(from, to);
        }
    }

    private void writeLate(byte[] bytes, OutputStream out, Socket from, Socket to) throws IOException {
        try {
            schedule(bytes, out, from, to);
        } catch (RejectedExecutionException e) {
            throw new IOException("this is closed", e);
        }
    }

    private void schedule(byte[] bytes, OutputStream out, Socket from, Socket to) {
        var unused = late.schedule(
                () -> {
                    try {
                        out.write(bytes);
                    } catch (IOException e) {
                        end(from, to);
                    }
                },
                delayMillis,
                TimeUnit.MILLISECONDS);
    }

    private void end(Socket one, Socket other) {
        for (var socket : new Socket[] {one, other}) {
            open.remove(socket);
            try {
                socket.close();
            } catch (IOException e) {
                // It is closed in any case.
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        late.shutdownNow();
        try {
            door.close();
        } catch (IOException e) {
            // It is closed in any case.
        }
        open.forEach(socket -> end(socket, socket));
    }
}
