package dev.sluice.proxy.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A gateway of a few lines whose every byte a test decides: what a real server can't be made to do. */
public final class RecordingUpstream implements AutoCloseable {
    /** Talks on one connection; returning closes it. */
    public interface Script {
        void talk(Connection connection) throws IOException;
    }

    /** One accepted connection. */
    public static final class Connection {
        public final int number;
        private final RecordingUpstream upstream;
        private final Socket socket;
        private final InputStream in;
        private final OutputStream out;

        Connection(RecordingUpstream upstream, int number, Socket socket) throws IOException {
            this.upstream = upstream;
            this.number = number;
            this.socket = socket;
            this.in = socket.getInputStream();
            this.out = socket.getOutputStream();
        }

        /** Reads a head; empty at the end of the stream. */
        public String readHead() throws IOException {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                int b = in.read();
                if (b < 0) {
                    return "";
                }
                head.write(b);
            }
            String text = head.toString(StandardCharsets.ISO_8859_1);
            upstream.heads.add(text);
            return text;
        }

        public int read(byte[] buffer) throws IOException {
            return in.read(buffer);
        }

        public byte[] readBody(int length) throws IOException {
            return in.readNBytes(length);
        }

        public void write(String text) throws IOException {
            write(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        public void write(byte[] bytes) throws IOException {
            out.write(bytes);
            out.flush();
        }

        public Socket socket() {
            return socket;
        }

        /** Closes with a reset, as a gateway that dies does. */
        public void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        /** Responds to every request on this connection in the same way until the peer closes. */
        public void answerAll(String answer) throws IOException {
            while (!readHead().isEmpty()) {
                write(answer);
            }
        }
    }

    public final List<String> heads = new CopyOnWriteArrayList<>();
    private final ServerSocket server;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    public RecordingUpstream(Script script) throws IOException {
        this(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), script);
    }

    /** A gateway by TLS, for example. */
    public RecordingUpstream(ServerSocket bound, Script script) {
        server = bound;
        Thread acceptor = new Thread(() -> accept(script), "upstream");
        acceptor.setDaemon(true);
        acceptor.start();
    }

    private void accept(Script script) {
        for (int number = 1; ; number++) {
            try {
                Socket socket = server.accept();
                sockets.add(socket);
                Connection connection = new Connection(this, number, socket);
                Thread talker = new Thread(() -> talk(script, connection, socket), "upstream-" + number);
                talker.setDaemon(true);
                talker.start();
            } catch (IOException e) {
                return;
            }
        }
    }

    private static void talk(Script script, Connection connection, Socket socket) {
        try (socket) {
            script.talk(connection);
        } catch (IOException e) {
            // The other side closed: what the test wanted, or what it will find out.
        }
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    public int connections() {
        return sockets.size();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
