package dev.sluice.it.harness.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A gateway that responds to requests without a body as a test wants it. A thread for each connection. */
public abstract class StubGateway implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress());
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    protected StubGateway() throws IOException {}

    /** Begins to accept connections; once the subclass is ready. */
    protected final void open() {
        daemon(() -> {
            while (true) {
                Socket socket = server.accept();
                sockets.add(socket);
                daemon(() -> serve(socket));
            }
        });
    }

    /**
     * Writes the response to a request. Called by several threads.
     *
     * @param head request line and headers
     */
    protected abstract void respond(String head, OutputStream out) throws IOException;

    protected static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private interface Talk {
        void run() throws IOException;
    }

    /** Runs until it fails, which it does when either side closes. */
    private static void daemon(Talk talk) {
        var thread = new Thread(() -> {
            try {
                talk.run();
            } catch (IOException e) {
                // the end
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void serve(Socket socket) throws IOException {
        try (socket) {
            for (var head = head(socket.getInputStream()); !head.isEmpty(); head = head(socket.getInputStream())) {
                respond(head, socket.getOutputStream());
            }
        } finally {
            sockets.remove(socket);
        }
    }

    private static String head(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            if (b < 0) {
                return "";
            }
            head.append((char) b);
        }
        return head.toString();
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (var socket : sockets) {
            socket.close();
        }
    }
}
