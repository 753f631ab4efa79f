package dev.sluice.benchmarks.flash;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A server that answers each request without a body at once, and notes when it came. One thread for each connection: sidecars
 * open a few and keep them.
 */
public final class FlashUpstream implements AutoCloseable {
    private static final int BACKLOG = 4_096;
    private static final int READ_BYTES = 16 * 1024;
    /** The end of a head, read as a number. */
    private static final int HEAD_END = '\r' << 24 | '\n' << 16 | '\r' << 8 | '\n';

    private static final byte[] RESPONSE =
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

    private final ServerSocket server;
    private final List<Long> requests = new ArrayList<>();

    private FlashUpstream(ServerSocket server) {
        this.server = server;
    }

    /** Listens on a free port of the loopback address. */
    public static FlashUpstream start() throws IOException {
        FlashUpstream upstream = new FlashUpstream(new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()));
        startDaemon(upstream::accept);
        return upstream;
    }

    private static void startDaemon(Runnable task) {
        Thread thread = new Thread(task, "flash-upstream");
        thread.setDaemon(true);
        thread.start();
    }

    /** {@code host:port}. */
    public String address() {
        return server.getInetAddress().getHostAddress() + ":" + server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                startDaemon(() -> serve(socket));
            } catch (IOException e) {
                if (!server.isClosed()) {
                    System.err.println("flash: " + e);
                }
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            byte[] bytes = new byte[READ_BYTES];
            int last = 0;
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                for (int i = 0; i < read; i++) {
                    last = last << 8 | (bytes[i] & 0xff);
                    if (last == HEAD_END) {
                        note(System.nanoTime());
                        out.write(RESPONSE);
                    }
                }
            }
        } catch (IOException e) {
            // The sidecar has closed the connection.
        }
    }

    private void note(long nanos) {
        synchronized (requests) {
            requests.add(nanos);
        }
    }

    /** Takes the requests since the last call, in order. */
    public long[] take() {
        synchronized (requests) {
            long[] taken = requests.stream().mapToLong(Long::longValue).sorted().toArray();
            requests.clear();
            return taken;
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
