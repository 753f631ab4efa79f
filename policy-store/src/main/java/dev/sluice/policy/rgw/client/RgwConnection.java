package dev.sluice.policy.rgw.client;

import dev.sluice.common.HostPort;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * One connection to the gateway, kept from request to request. Each request has a deadline for all of it. A request on a
 * kept connection that the gateway has closed meanwhile is sent once more on a new one: all are GETs.
 *
 * <p>Belongs to one thread and blocks.
 */
final class RgwConnection implements Closeable {
    private static final int NANOS_PER_MILLI = 1_000_000;
    /** A name may have many addresses; each may cost the timeout. */
    private static final int ADDRESSES_MAX = 8;

    private final HostPort endpoint;
    private final Optional<SSLSocketFactory> tls;
    private final int timeoutMillis;
    private Optional<Socket> kept = Optional.empty();

    /**
     * Connects to nothing yet.
     *
     * @param tls empty: without TLS
     * @param timeoutMillis for one request, with the connection that it may need
     */
    RgwConnection(HostPort endpoint, Optional<SSLSocketFactory> tls, int timeoutMillis) {
        this.endpoint = endpoint;
        this.tls = tls;
        this.timeoutMillis = timeoutMillis;
    }

    /**
     * Sends a request and reads the response.
     *
     * @param head all bytes of the request
     */
    RgwResponse send(String head) throws IOException {
        if (kept.isPresent()) {
            Socket socket = kept.get();
            kept = Optional.empty();
            try {
                return exchange(socket, head, deadline());
            } catch (SocketTimeoutException e) {
                throw e;
            } catch (IOException e) {
                // It was idle, and the gateway closes idle connections.
            }
        }
        long deadline = deadline();
        return exchange(connect(deadline), head, deadline);
    }

    private long deadline() {
        return System.nanoTime() + (long) timeoutMillis * NANOS_PER_MILLI;
    }

    private RgwResponse exchange(Socket socket, String head, long deadlineNanos) throws IOException {
        boolean isReusable = false;
        try {
            socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
            InputStream in = new DeadlineInput(socket, deadlineNanos);
            RgwResponseReader reader = new RgwResponseReader(new BufferedInputStream(in));
            RgwResponse response = reader.read();
            isReusable = reader.isReusable();
            return response;
        } finally {
            if (isReusable) {
                kept = Optional.of(socket);
            } else {
                socket.close();
            }
        }
    }

    private Socket connect(long deadlineNanos) throws IOException {
        IOException last = new IOException("the name " + endpoint.host() + " has no address");
        List<InetAddress> addresses = List.of(InetAddress.getAllByName(endpoint.host()));
        for (InetAddress address : addresses.subList(0, Math.min(ADDRESSES_MAX, addresses.size()))) {
            Socket socket = new Socket();
            try {
                socket.setTcpNoDelay(true);
                socket.connect(new InetSocketAddress(address, endpoint.port()), remainingMillis(deadlineNanos));
                return tls.isPresent() ? secured(tls.get(), socket, deadlineNanos) : socket;
            } catch (IOException e) {
                socket.close();
                last = e;
            }
        }
        throw last;
    }

    /** The certificate must be for the host that the settings name. */
    private Socket secured(SSLSocketFactory factory, Socket plain, long deadlineNanos) throws IOException {
        plain.setSoTimeout(remainingMillis(deadlineNanos));
        SSLSocket socket = (SSLSocket) factory.createSocket(plain, endpoint.host(), endpoint.port(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        serverName().ifPresent(name -> parameters.setServerNames(List.of(name)));
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    /** Set here because the JDK sends no name without a dot by itself. An address is no name. */
    private Optional<SNIHostName> serverName() {
        String host = endpoint.host();
        boolean isAddress = host.indexOf(':') >= 0 || host.matches("[0-9.]+");
        try {
            return isAddress ? Optional.empty() : Optional.of(new SNIHostName(host));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static int remainingMillis(long deadlineNanos) throws SocketTimeoutException {
        long millis = (deadlineNanos - System.nanoTime()) / NANOS_PER_MILLI;
        if (millis <= 0) {
            throw new SocketTimeoutException("no response in time");
        }
        return (int) millis;
    }

    @Override
    public void close() {
        kept.ifPresent(socket -> {
            try {
                socket.close();
            } catch (IOException e) {
                // It is of no use any more, closed or not.
            }
        });
        kept = Optional.empty();
    }

    /** Reads from a socket until a deadline, however slowly the bytes come. */
    private static final class DeadlineInput extends InputStream {
        private final Socket socket;
        private final InputStream in;
        private final long deadlineNanos;

        DeadlineInput(Socket socket, long deadlineNanos) throws IOException {
            this.socket = socket;
            this.in = socket.getInputStream();
            this.deadlineNanos = deadlineNanos;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            socket.setSoTimeout(remainingMillis(deadlineNanos));
            return in.read(to, offset, length);
        }
    }
}
