package dev.sluice.it.harness.net;

import java.io.ByteArrayOutputStream;
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
import javax.net.ServerSocketFactory;

/**
 * Forwards bytes between a client and a server, and records what the client sends, so that a test sees the form of an
 * upload on the wire. It can terminate TLS.
 */
public final class RecordingHop implements AutoCloseable {
    private final URI to;
    private final String scheme;
    private final ServerSocket listener;
    private final List<Recording> recordings = new CopyOnWriteArrayList<>();

    private RecordingHop(URI to, String scheme, ServerSocketFactory sockets) throws IOException {
        this.to = to;
        this.scheme = scheme;
        listener = sockets.createServerSocket(0, 50, InetAddress.getByName(HopCertificate.ADDRESS));
        start(this::accept);
    }

    public static RecordingHop plain(URI to) throws IOException {
        return new RecordingHop(to, "http", ServerSocketFactory.getDefault());
    }

    public static RecordingHop tls(URI to, HopCertificate certificate) throws IOException {
        return new RecordingHop(to, "https", certificate.serverSockets());
    }

    public URI endpoint() {
        return URI.create(scheme + "://" + HopCertificate.ADDRESS + ":" + listener.getLocalPort());
    }

    /** The request whose request line starts so, and all that its client sent after it; each byte is a character. */
    public String sent(String lineStart) {
        return recordings.stream()
                .map(Recording::text)
                .filter(text -> text.contains(lineStart))
                .map(text -> text.substring(text.indexOf(lineStart)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("nobody sent " + lineStart));
    }

    private void accept() {
        try {
            while (true) {
                var client = listener.accept();
                var server = new Socket(to.getHost(), to.getPort());
                var recording = new Recording();
                recordings.add(recording);
                start(() -> pass(client, server, recording));
                start(() -> pass(server, client, new Recording()));
            }
        } catch (IOException e) {
            // It was closed.
        }
    }

    private static void pass(Socket from, Socket to, Recording recording) {
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            var buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                recording.add(buffer, n);
                out.write(buffer, 0, n);
                out.flush();
            }
        } catch (IOException e) {
            // One side closed, so both are closed.
        }
    }

    private static void start(Runnable work) {
        var thread = new Thread(work, "hop");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    /** The bytes received on one connection. */
    private static final class Recording {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        void add(byte[] buffer, int length) {
            bytes.write(buffer, 0, length);
        }

        String text() {
            return bytes.toString(StandardCharsets.ISO_8859_1);
        }
    }
}
