package dev.sluice.it.harness.net;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.List;

/** A DNS server that resolves every name to the same IPv4 addresses. */
public final class NameServer implements AutoCloseable {
    private static final int PORT = 53;
    private static final int QUESTION_BYTES_MAX = 512;
    private static final int HEADER_BYTES = 12;
    private static final int TYPE_A = 1;
    private static final int CLASS_IN = 1;
    private static final int ANSWER_WITHOUT_ERROR = 0x8180;
    private static final int NAME_OF_THE_QUESTION = 0xc000 | HEADER_BYTES;
    private static final int TTL_SECONDS = 1;

    private final DatagramSocket socket;
    private volatile List<String> addresses;

    private NameServer(DatagramSocket socket, List<String> addresses) {
        this.socket = socket;
        this.addresses = List.copyOf(addresses);
    }

    /** Listens on the DNS port. */
    public static NameServer start(String host, List<String> addresses) {
        try {
            var server = new NameServer(new DatagramSocket(PORT, InetAddress.getByName(host)), addresses);
            var thread = new Thread(server::serve, "name-server");
            thread.setDaemon(true);
            thread.start();
            return server;
        } catch (IOException e) {
            throw new IllegalStateException("cannot answer names on " + host, e);
        }
    }

    /** Sets the addresses from now on. */
    public void setAddresses(List<String> now) {
        addresses = List.copyOf(now);
    }

    private void serve() {
        var buffer = new byte[QUESTION_BYTES_MAX];
        while (!socket.isClosed()) {
            try {
                var question = new DatagramPacket(buffer, buffer.length);
                socket.receive(question);
                var response = responseTo(buffer);
                socket.send(new DatagramPacket(response, response.length, question.getSocketAddress()));
            } catch (IOException e) {
                // Closed, or a lost response: the resolver retries.
            }
        }
    }

    private byte[] responseTo(byte[] question) throws IOException {
        int end = HEADER_BYTES;
        while (question[end] != 0) {
            end += question[end] + 1;
        }
        boolean isAboutIpv4 = question[end + 1] == 0 && question[end + 2] == TYPE_A;
        var known = isAboutIpv4 ? addresses : List.<String>of();
        var bytes = new ByteArrayOutputStream();
        var out = new DataOutputStream(bytes);
        out.write(question, 0, 2);
        out.writeShort(ANSWER_WITHOUT_ERROR);
        out.writeShort(1);
        out.writeShort(known.size());
        out.writeInt(0);
        out.write(question, HEADER_BYTES, end + 5 - HEADER_BYTES);
        for (var address : known) {
            var octets = InetAddress.getByName(address).getAddress();
            out.writeShort(NAME_OF_THE_QUESTION);
            out.writeShort(TYPE_A);
            out.writeShort(CLASS_IN);
            out.writeInt(TTL_SECONDS);
            out.writeShort(octets.length);
            out.write(octets);
        }
        return bytes.toByteArray();
    }

    @Override
    public void close() {
        socket.close();
    }
}
