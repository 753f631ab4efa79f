package dev.sluice.it.harness.net;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * As much of an LDAP server (RFC 4511) as RGW asks: it finds users by their name and takes their passwords. Whoever binds with
 * another name than a user's is the gateway.
 */
public final class StubLdap implements AutoCloseable {
    private static final int BIND = 0x60;
    private static final int SEARCH = 0x63;
    private static final int BIND_RESPONSE = 0x61;
    private static final int ENTRY = 0x64;
    private static final int DONE = 0x65;
    private static final int SEQUENCE = 0x30;
    private static final int INTEGER = 0x02;
    private static final int TEXT = 0x04;
    private static final int RESULT = 0x0A;
    private static final int SUCCESS = 0;
    private static final int INVALID_CREDENTIALS = 49;

    private final ServerSocket server;
    private final Map<String, String> passwords;

    private StubLdap(ServerSocket server, Map<String, String> passwords) {
        this.server = server;
        this.passwords = Map.copyOf(passwords);
    }

    /** @param passwords by the names of users */
    public static StubLdap start(Map<String, String> passwords) throws IOException {
        var stub = new StubLdap(new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1")), passwords);
        thread(stub::accept);
        return stub;
    }

    public String uri() {
        return "ldap://127.0.0.1:" + server.getLocalPort();
    }

    private static void thread(Runnable task) {
        var thread = new Thread(task, "stub-ldap");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var socket = server.accept();
                thread(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            var in = new DataInputStream(socket.getInputStream());
            while (in.read() == SEQUENCE) {
                var message = in.readNBytes(length(in));
                var fields = new DataInputStream(new ByteArrayInputStream(message));
                var id = field(fields, INTEGER);
                int operation = fields.read();
                answer(socket.getOutputStream(), id, operation, fields.readNBytes(length(fields)));
            }
        } catch (IOException e) {
            // the gateway has gone
        }
    }

    private void answer(OutputStream out, byte[] id, int operation, byte[] request) throws IOException {
        var text = new String(request, StandardCharsets.ISO_8859_1);
        if (operation == BIND) {
            var user = passwords.keySet().stream()
                    .filter(name -> text.contains(dn(name)))
                    .findFirst();
            boolean isRight = user.isEmpty() || text.endsWith(passwords.get(user.get()));
            send(out, id, element(BIND_RESPONSE, result(isRight ? SUCCESS : INVALID_CREDENTIALS)));
        } else if (operation == SEARCH) {
            for (var name : passwords.keySet()) {
                if (text.contains(name)) {
                    send(
                            out,
                            id,
                            element(
                                    ENTRY,
                                    joined(
                                            element(TEXT, dn(name).getBytes(StandardCharsets.UTF_8)),
                                            element(SEQUENCE, new byte[0]))));
                }
            }
            send(out, id, element(DONE, result(SUCCESS)));
        }
    }

    private static String dn(String name) {
        return "uid=" + name + ",ou=people";
    }

    private static byte[] result(int code) {
        return joined(
                element(RESULT, new byte[] {(byte) code}), element(TEXT, new byte[0]), element(TEXT, new byte[0]));
    }

    private static void send(OutputStream out, byte[] id, byte[] operation) throws IOException {
        out.write(element(SEQUENCE, joined(element(INTEGER, id), operation)));
        out.flush();
    }

    private static byte[] field(DataInputStream in, int tag) throws IOException {
        if (in.read() != tag) {
            throw new IOException("not the expected field");
        }
        return in.readNBytes(length(in));
    }

    private static int length(DataInputStream in) throws IOException {
        int first = in.read();
        if (first < 0x80) {
            return first;
        }
        int length = 0;
        for (int i = 0; i < (first & 0x7F); i++) {
            length = length << 8 | in.read();
        }
        return length;
    }

    private static byte[] element(int tag, byte[] content) {
        var out = new ByteArrayOutputStream();
        out.write(tag);
        out.write(0x82);
        out.write(content.length >> 8);
        out.write(content.length);
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static byte[] joined(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(out::writeBytes);
        return out.toByteArray();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
