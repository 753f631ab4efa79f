package dev.sluice.policy.rgw.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ServerSocketFactory;

/**
 * A server that answers each request with the next response of a list, byte for byte. A connection ends after a response that
 * begins with {@code !}, which is not sent. Its request heads are recorded.
 */
final class GatewayStub implements AutoCloseable {
    final List<String> heads = new CopyOnWriteArrayList<>();
    private final Deque<String> responses = new ArrayDeque<>();
    private final ServerSocket server;
    private volatile int connections;

    GatewayStub(String... responses) throws IOException {
        this(ServerSocketFactory.getDefault(), responses);
    }

    GatewayStub(ServerSocketFactory sockets, String... responses) throws IOException {
        this.server = sockets.createServerSocket(0, 10, InetAddress.getLoopbackAddress());
        this.responses.addAll(List.of(responses));
        Thread thread = new Thread(this::serve, "gateway-stub");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return server.getLocalPort();
    }

    int connections() {
        return connections;
    }

    static String json(int status, String body) {
        return "HTTP/1.1 " + status + " Some\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                connections++;
                serve(socket);
            } catch (IOException e) {
                // the client or the test is done
            }
        }
    }

    private void serve(Socket socket) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        OutputStream out = socket.getOutputStream();
        while (true) {
            StringBuilder head = new StringBuilder();
            for (String line = in.readLine(); line == null || !line.isEmpty(); line = in.readLine()) {
                if (line == null) {
                    return;
                }
                head.append(line).append('\n');
            }
            heads.add(head.toString());
            String response = responses.isEmpty() ? json(500, "") : responses.removeFirst();
            boolean ends = response.startsWith("!");
            out.write(response.substring(ends ? 1 : 0).getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            if (ends) {
                return;
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
