package dev.sluice.proxy.testing;

import dev.sluice.limits.admission.Verdict;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.Scope;
import dev.sluice.proxy.downstream.ProxyOptions;
import dev.sluice.proxy.downstream.ProxyServer;
import dev.sluice.proxy.gate.Gate;
import dev.sluice.proxy.gate.GateDecision;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.loop.ProxyCounters;
import dev.sluice.proxy.loop.Transport;
import dev.sluice.proxy.tls.TlsOptions;
import dev.sluice.proxy.upstream.GatewayAddresses;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;

/**
 * A proxy before a given gateway that rejects requests with {@code refuse} in their target, and fails at {@code
 * explode}.
 */
public final class ProxyFixture implements AutoCloseable {
    public static final long SECOND = 1_000_000_000L;

    public final ProxyCounters counters = new ProxyCounters();
    public final ProxyServer server;

    public ProxyFixture(InetSocketAddress upstream) throws IOException {
        this(upstream, options -> options);
    }

    public ProxyFixture(InetSocketAddress upstream, UnaryOperator<ProxyOptions> change) throws IOException {
        this(upstream, change, System::nanoTime);
    }

    public ProxyFixture(InetSocketAddress upstream, UnaryOperator<ProxyOptions> change, LongSupplier nanoClock)
            throws IOException {
        this(upstream, change, TlsOptions.NONE, nanoClock);
    }

    public ProxyFixture(InetSocketAddress upstream, TlsOptions tls) throws IOException {
        this(upstream, options -> options, tls, System::nanoTime);
    }

    public ProxyFixture(
            InetSocketAddress upstream, UnaryOperator<ProxyOptions> change, TlsOptions tls, LongSupplier nanoClock)
            throws IOException {
        this(upstream, change, tls, nanoClock, (head, ticket, nowNanos) -> decide(target(head)));
    }

    public ProxyFixture(
            InetSocketAddress upstream,
            UnaryOperator<ProxyOptions> change,
            TlsOptions tls,
            LongSupplier nanoClock,
            Gate gate)
            throws IOException {
        ProxyOptions options = new ProxyOptions(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                GatewayAddresses.of(() -> upstream),
                1,
                16 * 1024,
                30 * SECOND,
                60 * SECOND,
                5 * SECOND,
                60 * SECOND,
                30 * SECOND);
        server = ProxyServer.start(change.apply(options), tls, gate, counters, nanoClock, Transport.best());
    }

    private static String target(RequestHead head) {
        int from = head.targetStart();
        return new String(head.bytes(), from, head.targetEnd() - from, StandardCharsets.ISO_8859_1);
    }

    private static GateDecision decide(String target) {
        if (target.contains("explode")) {
            throw new IllegalStateException("as a test wants it");
        }
        return target.contains("refuse")
                ? new GateDecision.Reject(
                        new Verdict.Rejected(
                                Scope.USER,
                                "alice",
                                Dimension.READ_OPS,
                                Limit.perSecond(200, MeterAlgorithm.WINDOW),
                                700_000_000L),
                        "b")
                : GateDecision.Forward.CHARGED;
    }

    /** The same options with other timeouts for responses and heads, in milliseconds. */
    public static ProxyOptions withTimeouts(ProxyOptions o, long responseMillis, long headMillis) {
        return new ProxyOptions(
                o.listen(),
                o.upstream(),
                o.eventLoops(),
                o.maxHeadBytes(),
                headMillis * 1_000_000,
                o.idleTimeoutNanos(),
                o.connectTimeoutNanos(),
                responseMillis * 1_000_000,
                o.upstreamIdleNanos());
    }

    /** Waits until a count that had begun to grow grows no more. */
    public static void awaitStandstill(AtomicLong count) {
        AtomicLong before = new AtomicLong(-1);
        Awaitility.await().pollInterval(Duration.ofMillis(300)).until(() -> {
            long now = count.get();
            return now > 0 && before.getAndSet(now) == now;
        });
    }

    public Client client() throws IOException {
        return new Client(server.address());
    }

    @Override
    public void close() {
        BackgroundClose.begin(server);
    }

    /** A client whose every byte a test decides. */
    public static final class Client implements AutoCloseable {
        private final Socket socket;
        private final InputStream in;
        private final OutputStream out;

        public Client(InetSocketAddress address) throws IOException {
            this(new Socket(address.getAddress(), address.getPort()));
        }

        /** A client by TLS, for example. */
        public Client(Socket connected) throws IOException {
            socket = connected;
            socket.setSoTimeout(60_000);
            socket.setTcpNoDelay(true);
            in = socket.getInputStream();
            out = socket.getOutputStream();
        }

        public Client send(String text) throws IOException {
            return send(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        public Client send(byte[] bytes) throws IOException {
            out.write(bytes);
            out.flush();
            return this;
        }

        public void shutdownOutput() throws IOException {
            socket.shutdownOutput();
        }

        /** Closes with a reset, as a client that dies does. */
        public void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        /** Reads one response whose length follows from Content-Length or chunks. */
        public ClientResponse read() throws IOException {
            String head = readHead();
            return new ClientResponse(head, readBody(head));
        }

        /** Reads what follows such a head. */
        public String readBody(String head) throws IOException {
            String lower = head.toLowerCase(Locale.ROOT);
            if (lower.contains("transfer-encoding: chunked")) {
                return readChunks();
            }
            int at = lower.indexOf("content-length: ");
            int length = at < 0 || head.startsWith("HTTP/1.1 1")
                    ? 0
                    : Integer.parseInt(head.substring(at + 16, head.indexOf("\r\n", at)));
            return new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
        }

        private String readChunks() throws IOException {
            StringBuilder body = new StringBuilder();
            for (int size = chunkSize(); size > 0; size = chunkSize()) {
                body.append(new String(in.readNBytes(size), StandardCharsets.ISO_8859_1));
                in.readNBytes(2);
            }
            in.readNBytes(2);
            return body.toString();
        }

        private int chunkSize() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int b = in.read(); b != '\n' && b >= 0; b = in.read()) {
                line.append((char) b);
            }
            return Integer.parseInt(line.toString().strip(), 16);
        }

        /** Reads a head alone. */
        public String readHead() throws IOException {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                int b = in.read();
                if (b < 0) {
                    return head.toString(StandardCharsets.ISO_8859_1);
                }
                head.write(b);
            }
            return head.toString(StandardCharsets.ISO_8859_1);
        }

        public int read(byte[] buffer) throws IOException {
            return in.read(buffer);
        }

        /** Reads until the proxy closes. */
        public String readAll() throws IOException {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    public record ClientResponse(String head, String body) {
        public String statusLine() {
            return head.substring(0, Math.max(0, head.indexOf("\r\n")));
        }
    }
}
