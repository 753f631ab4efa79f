package dev.sluice.sync.discovery;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A DNS server that knows one thing: the service records of whatever name it is asked for. */
final class TestDns implements AutoCloseable {
    private static final int SRV = 33;
    private static final int IN = 1;
    private static final int HEADER_BYTES = 12;

    /** A service record. */
    record Service(String host, int port) {}

    private final DatagramSocket socket;
    private volatile List<Service> services = List.of();
    private volatile boolean mute;

    TestDns() throws IOException {
        socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::serve, "test-dns");
        thread.setDaemon(true);
        thread.start();
    }

    String servers() {
        return "dns://127.0.0.1:" + socket.getLocalPort();
    }

    /** An empty list: the name doesn't exist. */
    void answer(Service... now) {
        services = List.of(now);
    }

    void mute(boolean now) {
        mute = now;
    }

    private void serve() {
        byte[] buffer = new byte[512];
        while (!socket.isClosed()) {
            try {
                DatagramPacket question = new DatagramPacket(buffer, buffer.length);
                socket.receive(question);
                if (!mute) {
                    byte[] answer = answerTo(buffer, question.getLength());
                    socket.send(new DatagramPacket(answer, answer.length, question.getSocketAddress()));
                }
            } catch (IOException e) {
                // Closed, or a packet that did not go: it asks again.
            }
        }
    }

    private byte[] answerTo(byte[] question, int length) throws IOException {
        int end = HEADER_BYTES;
        while (question[end] != 0) {
            end += question[end] + 1;
        }
        end += 5;
        List<Service> known = services;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.write(question, 0, 2);
        out.writeShort(known.isEmpty() ? 0x8183 : 0x8180);
        out.writeShort(1);
        out.writeShort(known.size());
        out.writeInt(0);
        out.write(question, HEADER_BYTES, Math.min(end, length) - HEADER_BYTES);
        for (Service service : known) {
            byte[] host = name(service.host());
            out.writeShort(0xc000 | HEADER_BYTES);
            out.writeShort(SRV);
            out.writeShort(IN);
            out.writeInt(1);
            out.writeShort(6 + host.length);
            out.writeShort(10);
            out.writeShort(5);
            out.writeShort(service.port());
            out.write(host);
        }
        return bytes.toByteArray();
    }

    private static byte[] name(String host) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String label : host.split("\\.", -1)) {
            bytes.write(label.length());
            bytes.write(label.getBytes(StandardCharsets.US_ASCII));
        }
        bytes.write(0);
        return bytes.toByteArray();
    }

    @Override
    public void close() {
        socket.close();
    }
}
