package dev.sluice.it.harness.net;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A gateway that responds to {@code /huge} with 5 GiB of generated data, and to all else with two bytes. */
public final class EndlessGateway implements AutoCloseable {
    private static final long HUGE_BYTES = 5L << 30;

    private final ServerSocket server = new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress());
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    public EndlessGateway() throws IOException {
        daemon(() -> {
            while (true) {
                Socket socket = server.accept();
                sockets.add(socket);
                daemon(() -> serve(socket));
            }
        });
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

    private static void serve(Socket socket) throws IOException {
        try (socket) {
            var out = socket.getOutputStream();
            for (var head = head(socket.getInputStream()); !head.isEmpty(); head = head(socket.getInputStream())) {
                boolean huge = head.startsWith("GET /huge ");
                out.write(("HTTP/1.1 200 OK\r\nContent-Length: " + (huge ? HUGE_BYTES : 2) + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
                if (huge) {
                    var part = new byte[1 << 16];
                    for (long left = HUGE_BYTES; left > 0; left -= part.length) {
                        out.write(part);
                    }
                } else {
                    out.write(new byte[] {'o', 'k'});
                }
            }
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
